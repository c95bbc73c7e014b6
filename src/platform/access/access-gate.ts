import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { goOn } from '../../common/http/go-on';
import {
  KeyExpiredError,
  KeyInvalidError,
  KeyRequiredError,
  KeyRevokedError,
  NetworkNotAllowedError,
  ScopeMissingError,
  TokenInvalidError,
} from '../../common/http/problem/access-errors';
import { DomainError } from '../../common/http/problem/domain-error';
import { sendProblem } from '../../common/http/problem/problem.filter';
import { Clock } from '../../common/time/clock';
import { AppConfig } from '../config/app-config';
import { hasDigest, idOfAccessKey, isAccessKey } from './access-key';
import type { AccessPolicy } from './access-policy';
import type { AccessWitness, Noted } from './access-witness';
import { ANYBODY, type Caller } from './caller';
import { isIn, type KnownKey, KeyTable } from './key-table';
import { isUnlimited, RequestLimits } from './limits/request-limits';
import { ObjectAccess } from './object-access';
import { refuseBeyondLoopback } from './open-mode';
import { keyInCookie } from './session-cookie';
import { TokenTable } from './sign-in/token-table';

const AUTHORIZATION = 'authorization';

type Done = (error?: Error) => void;
type Hook = (request: FastifyRequest, reply: FastifyReply, done: Done) => void;

/** The only route that does not belong to a controller. */
const PUBLIC_PATHS: readonly string[] = ['/openapi.json'];
const BEARER = /^Bearer +(\S+) *$/i;

/** Checks whether a caller may use an operation, before anything else of the request is read. */
@Injectable()
export class AccessGate {
  private readonly hooks = new Map<AccessPolicy, Hook>();
  private readonly publicPaths = new Set<string>(PUBLIC_PATHS);
  private witness: AccessWitness | null = null;

  constructor(
    private readonly keys: KeyTable,
    private readonly tokens: TokenTable,
    private readonly objects: ObjectAccess,
    private readonly limits: RequestLimits,
    private readonly config: AppConfig,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes every request for anybody's, and one from elsewhere in open mode not at all; called before anything can answer.
   *
   * @param witness remembers refusals and what is to be noted.
   */
  receive(server: FastifyInstance, witness: AccessWitness): void {
    this.witness = witness;
    server.decorateRequest('caller');
    server.decorateRequest('isImpersonal', false);
    server.addHook('onRequest', (request, _reply, done) => {
      request.caller = ANYBODY;
      done();
    });
    if (this.config.authMode === 'open') refuseBeyondLoopback(server, this.refuse);
  }

  /** Puts a guard before every route; called before they are registered, and after what reads their requests. */
  guard(server: FastifyInstance): void {
    server.addHook('onRoute', (route) => this.guardRoute(route));
  }

  /** For a request that no route takes: calls `done` if the caller may know whether the path exists. */
  readonly beforeNaming = (
    path: string | null,
    request: FastifyRequest,
    reply: FastifyReply,
    done: Done,
  ): void => {
    if (path === null || !this.asksForKeys || this.publicPaths.has(path)) this.count(request, reply, done);
    else this.authenticate(request, reply, () => done());
  };

  /**
   * Returns who a request is from now, for an answer that takes long: its key may have been revoked meanwhile, or have expired.
   *
   * @throws DomainError: what a new request would be refused with; with a status of 500 and above nobody can say now.
   */
  async identify(request: FastifyRequest): Promise<Caller> {
    if (!this.asksForKeys) return ANYBODY;
    const [, text = ''] = BEARER.exec(request.headers.authorization ?? '') ?? [];
    if (this.tokens.takes(text)) return this.tokens.find(text) ?? (await this.tokens.verify(text));
    const id = idOfAccessKey(text);
    if (id === null) throw new KeyInvalidError();
    const known = this.keys.find(id);
    const key = known === undefined ? await this.keys.ask(id) : known;
    const fault = this.faultOf(key, text, request);
    if (fault || !key) throw fault ?? new KeyInvalidError();
    return key.caller;
  }

  private get asksForKeys(): boolean {
    return this.config.authMode === 'required';
  }

  private guardRoute(route: RouteOptions): void {
    const policy = route.config?.access;
    if (!policy && !PUBLIC_PATHS.includes(route.url))
      throw new Error(`${[route.method].flat().join(' ')} ${route.url} says neither @Requires nor @Public`);
    if (!policy || policy.scope === null) {
      this.publicPaths.add(route.url);
      if (!isUnlimited(route.url)) putFirst(route, this.count);
      return;
    }
    if (policy.noted) this.note(policy.noted, route);
    putFirst(route, this.asksForKeys ? this.hookOf(policy) : this.count);
    if (!this.asksForKeys || !this.objects.readsBody(policy)) return;
    route.preHandler = [
      (request, reply, done) =>
        goOn(this.objects.requireInBody(policy, request), request, reply, () => done(), this.refuse),
      ...[route.preHandler ?? []].flat(),
    ];
  }

  /** Whoever is refused afterwards has asked, too. */
  private readonly count: Hook = (request, reply, done) => {
    if (this.limits.admits(request, reply)) done();
  };

  private hookOf(policy: AccessPolicy): Hook {
    const known = this.hooks.get(policy);
    if (known) return known;
    const hook: Hook = (request, reply, done) =>
      this.authenticate(request, reply, (caller) => this.authorize(policy, caller, request, reply, done));
    this.hooks.set(policy, hook);
    return hook;
  }

  /** Is synchronous while the token is known, or while the key is known and the version of all keys was read a short time ago. */
  private authenticate(request: FastifyRequest, reply: FastifyReply, admit: (caller: Caller) => void): void {
    const { authorization } = request.headers;
    const reject = (error: DomainError): void =>
      this.limits.refuseStranger(request, reply, () => this.refuse(error, request, reply));
    const kept = authorization === undefined ? keyInCookie(request) : undefined;
    if (authorization === undefined && kept === undefined) return reject(new KeyRequiredError());
    // A proxy in front may have judged the other one.
    if (hasSeveralAuthorizations(request.raw.rawHeaders)) return reject(new KeyInvalidError());
    const text = kept ?? bearerIn(authorization);
    if (this.tokens.takes(text)) return this.authenticateByToken(text, request, reply, admit);
    const id = idOfAccessKey(text);
    if (id === null) return reject(new KeyInvalidError());
    const judge = (key: KnownKey | null): void => {
      const refusal = this.faultOf(key, text, request);
      if (refusal || !key) return reject(refusal ?? new KeyInvalidError());
      this.keys.use(key);
      this.enter(key.caller, request, reply, admit);
    };
    const known = this.keys.find(id);
    if (known !== undefined) return judge(known);
    // A text with a wrong checksum is refused without a query.
    if (!isAccessKey(text)) return reject(new KeyInvalidError());
    goOn(this.keys.ask(id), request, reply, judge);
  }

  private authenticateByToken(
    text: string,
    request: FastifyRequest,
    reply: FastifyReply,
    admit: (caller: Caller) => void,
  ): void {
    const enter = (caller: Caller): void => this.enter(caller, request, reply, admit);
    const known = this.tokens.find(text);
    if (known) return enter(known);
    goOn(this.tokens.verify(text), request, reply, enter, (error) => {
      if (error instanceof TokenInvalidError)
        this.limits.refuseStranger(request, reply, () => this.refuse(error, request, reply));
      else sendProblem(error, request, reply);
    });
  }

  private enter(
    caller: Caller,
    request: FastifyRequest,
    reply: FastifyReply,
    admit: (caller: Caller) => void,
  ): void {
    request.caller = caller;
    if (this.limits.admits(request, reply)) admit(caller);
  }

  /** Only a caller who has the whole key learns that it was revoked or has expired. */
  private faultOf(key: KnownKey | null, text: string, request: FastifyRequest): DomainError | null {
    if (!key || !hasDigest(text, key.digest)) return new KeyInvalidError();
    if (key.isRevoked) return new KeyRevokedError();
    if (this.hasExpired(key)) return new KeyExpiredError();
    if (key.networks && !isIn(key.networks, request.address)) return new NetworkNotAllowedError();
    return null;
  }

  /** A clock that was set back gives no key more time, and neither does one that stood still while the machine slept. */
  private hasExpired({ expiresAt, isOverAt }: KnownKey): boolean {
    return this.clock.now().getTime() >= expiresAt || performance.now() >= isOverAt;
  }

  private authorize(
    policy: AccessPolicy,
    { scopes, binding }: Caller,
    request: FastifyRequest,
    reply: FastifyReply,
    done: Done,
  ): void {
    const { scope, or, own, limit } = policy;
    if (scope && !scopes?.has(scope) && !(or && scopes?.has(or.scope)))
      return this.refuse(new ScopeMissingError(scope), request, reply);
    const asksForOwner = binding.user_id !== undefined && own && !own.isInBody;
    if (!asksForOwner && !limit) return done();
    const judged = this.objects.requireInPath(policy, request);
    if (judged === true) return done();
    goOn(judged, request, reply, () => done(), this.refuse);
  }

  /** Before the first byte of an answer leaves, wherever it comes from: none can be had without the note. */
  private note(noted: Noted, route: RouteOptions): void {
    route.onSend = [
      (request, reply, _payload, done) => {
        if (reply.statusCode < 400 && !request.isImpersonal) this.witness?.answered(noted, request);
        done();
      },
      ...[route.onSend ?? []].flat(),
    ];
  }

  /** 401 says how one shows who one is (RFC 6750, 3). */
  private readonly refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    if (error instanceof DomainError) {
      if (error.status < 500) this.witness?.refused(error, request);
      if (error.status === 401) void reply.header('www-authenticate', challengeOf(error));
    }
    sendProblem(error, request, reply);
  };
}

/** Returns the key or the access token in the header, or an empty text if it has neither. */
export function bearerIn(authorization: string | undefined): string {
  const [, text = ''] = BEARER.exec(authorization ?? '') ?? [];
  return text;
}

/** The route of HEAD is made from that of GET, which has the hook already. */
function putFirst(route: RouteOptions, hook: Hook): void {
  const others = [route.onRequest ?? []].flat();
  if (!others.includes(hook)) route.onRequest = [hook, ...others];
}

function challengeOf(error: DomainError): string {
  const reason = error instanceof KeyRequiredError ? '' : ', error="invalid_token"';
  return `Bearer realm="travel-recharge"${reason}`;
}

/** @param rawHeaders names and values by turns, as they were sent. */
function hasSeveralAuthorizations(rawHeaders: readonly string[]): boolean {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    // The length is compared first, because it is cheap and most names differ in it.
    if (name.length === AUTHORIZATION.length && name.toLowerCase() === AUTHORIZATION) count += 1;
  }
  return count > 1;
}
