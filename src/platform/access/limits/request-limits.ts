import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { LRUCache } from 'lru-cache';
import { atMost } from '../../../common/at-most';
import { goOn } from '../../../common/http/go-on';
import { TooManyRequestsError } from '../../../common/http/problem/access-errors';
import { sendProblem } from '../../../common/http/problem/problem.filter';
import { AppConfig } from '../../config/app-config';
import { askToWait, describeQuota, type LimitName } from './limit-headers';
import { networkOf } from './network-of';
import { type Quota, WINDOW_MS } from './quota';
import { CallerBuckets, type Counted } from './request-buckets';
import { SharedCounts } from './shared-counts';

type Done = (error?: Error) => void;
type Hook = (request: FastifyRequest, reply: FastifyReply, done: Done) => void;

/** Objects that were looked up by somebody within the last minute. */
const MOST_LOOKED_UP = 100_000;
/** While this part of a limit is left, an answer to a read says nothing of it: that would cost a hit more than counting it. */
const PLENTY = 1 / 4;

const READS: readonly unknown[] = ['GET', 'HEAD'];

/** Whoever watches the service may always ask how it is. */
export function isUnlimited(url: string): boolean {
  return /^\/health\b/.test(url);
}

/**
 * Limits how much one caller may ask for: whoever shows a key by its id, and others by their address. Every request is
 * counted in this process; writes, look-ups and failed authentications for all processes together.
 */
@Injectable()
export class RequestLimits {
  private readonly requests = new CallerBuckets();
  private readonly lookedUp = new LRUCache<string, true>({ ...atMost(MOST_LOOKED_UP), ttl: WINDOW_MS });

  constructor(
    private readonly shared: SharedCounts,
    private readonly config: AppConfig,
  ) {}

  /** Limits the writes and look-ups of every route; called before what finds out who asks, so that it comes after that. */
  guard(server: FastifyInstance): void {
    server.addHook('onRoute', (route) => this.limitRoute(route));
  }

  /** Counts any request, also one that is about to be refused. Returns whether it may go on; otherwise it is answered. */
  admits(request: FastifyRequest, reply: FastifyReply): boolean {
    const most = this.mostOf('REQUESTS_PER_MINUTE', request);
    if (most === 0) return true;
    const quota = this.requests.take(callerOf(request), most);
    if (quota.isExceeded) {
      refuseExceeded('requests', quota, request, reply);
      return false;
    }
    if (quota.remaining < most * PLENTY) describeQuota(reply, 'requests', quota);
    return true;
  }

  /** Counts a failed authentication, and refuses the request with what it deserves, or with 429 when there were too many. */
  refuseStranger(request: FastifyRequest, reply: FastifyReply, refuse: () => void): void {
    if (this.config.limit('FAILED_AUTHENTICATIONS_PER_MINUTE') === 0) return refuse();
    goOn(this.admitsStranger(request, reply), request, reply, (isAdmitted) => {
      if (isAdmitted) refuse();
    });
  }

  /**
   * Counts a failed authentication. Who signs in is counted before it has failed, since each attempt makes the service ask the
   * identity provider. Returns whether the request may go on; otherwise it is answered.
   */
  async admitsStranger(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const most = this.config.limit('FAILED_AUTHENTICATIONS_PER_MINUTE');
    if (most === 0) return true;
    const network = networkOf(request.address);
    const quota = await this.shared.take('failed-authentications', { name: network, isKnown: false }, most);
    if (quota.isExceeded) refuseExceeded('failed-authentications', quota, request, reply);
    return !quota.isExceeded;
  }

  private limitRoute(route: RouteOptions): void {
    if (isUnlimited(route.url)) return;
    const isRead = [route.method].flat().every((method) => READS.includes(method));
    const own = route.config?.access?.own;
    if (own?.isInBody) route.preHandler = [this.limitLookup, ...[route.preHandler ?? []].flat()];
    const hook = !isRead ? this.limitWrite : own ? this.limitLookup : null;
    const others = [route.onRequest ?? []].flat();
    // The route of HEAD is made of that of GET, which has it already.
    if (hook && !others.includes(hook)) route.onRequest = [hook, ...others];
  }

  /** Before the body is read: one that is malformed counts, too. */
  private readonly limitWrite: Hook = (request, reply, done) => {
    const most = this.mostOf('WRITES_PER_MINUTE', request);
    if (most === 0) return done();
    goOn(this.shared.take('writes', callerOf(request), most), request, reply, (quota) => {
      if (quota.isExceeded) return refuseExceeded('writes', quota, request, reply);
      describeQuota(reply, 'writes', quota);
      done();
    });
  };

  /** Who asks for the same object again learns nothing new: each is counted once a minute, and a hit costs no command. */
  private readonly limitLookup: Hook = (request, reply, done) => {
    const most = this.mostOf('LOOKUPS_PER_MINUTE', request);
    if (most === 0) return done();
    const caller = callerOf(request);
    const isList = request.routeOptions.config.access?.own?.isInQuery ?? false;
    const object = `${caller.name} ${objectOf(request)}`;
    if (!isList && this.lookedUp.has(object)) return done();
    goOn(this.shared.take('lookups', caller, most), request, reply, (quota) => {
      if (quota.isExceeded) return refuseExceeded('lookups', quota, request, reply);
      if (!isList) this.lookedUp.set(object, true);
      done();
    });
  };

  /** Requests a minute; 0: as many as it likes. */
  private mostOf(
    name: 'REQUESTS_PER_MINUTE' | 'WRITES_PER_MINUTE' | 'LOOKUPS_PER_MINUTE',
    { caller }: FastifyRequest,
  ): number {
    const { requestsPerMinute: own, role } = caller;
    if (own && name !== 'LOOKUPS_PER_MINUTE') return own;
    // It tries out how much the service can do, and exists only where SIMULATION is on.
    return role === 'simulator' ? 0 : this.config.limit(name);
  }
}

function callerOf(request: FastifyRequest): Counted {
  const { keyId, client } = request.caller;
  const name = keyId ?? client;
  return name === '' ? { name: networkOf(request.address), isKnown: false } : { name, isKnown: true };
}

/** What is no id finds nothing, and is not kept: it may be long. */
function objectOf({ routeOptions, params, body }: FastifyRequest): string {
  const { name = '', isInBody = false } = routeOptions.config.access?.own ?? {};
  const id = String(((isInBody ? body : params) as Readonly<Record<string, unknown>> | null)?.[name]);
  return `${name} ${/^[1-9]\d{0,18}$/.test(id) ? id : 'none'}`;
}

function refuseExceeded(name: LimitName, quota: Quota, request: FastifyRequest, reply: FastifyReply): void {
  describeQuota(reply, name, quota);
  askToWait(reply, quota);
  sendProblem(new TooManyRequestsError(name), request, reply);
}
