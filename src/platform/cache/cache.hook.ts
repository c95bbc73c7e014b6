import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { goOn } from '../../common/http/go-on';
import { Clock } from '../../common/time/clock';
import { ServiceCalendar } from '../../common/time/service-calendar';
import { CacheStatistics } from './cache-statistics';
import type { CachedRoute } from './cached-route';
import { prepareReply } from './cached-response';
import { type Lookup, Reader } from './protocol/reader';

type Done = (error?: Error) => void;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Undefined if the operation is not cached. */
    readonly cached?: CachedRoute;
  }
  interface FastifyRequest {
    /** How the read of a cached operation began. Null: the request is not cached. */
    lookup: Lookup | null;
  }
}

/**
 * Answers hits in Fastify's chain, behind everything that may refuse a request, and before Nest. What is not there, the
 * handler (`Reads`) loads: it goes on with the look-up that it finds in the request.
 */
@Injectable()
export class CacheHook {
  constructor(
    private readonly reader: Reader,
    private readonly statistics: CacheStatistics,
    private readonly calendar: ServiceCalendar,
    private readonly clock: Clock,
  ) {}

  private readonly today = (): string => this.calendar.dayOf(this.clock.now());

  /** Must be called before routes are registered. */
  serve(server: FastifyInstance): void {
    server.decorateRequest('lookup', null);
    server.addHook('onRoute', (route) => this.serveRoute(route));
  }

  private serveRoute(route: RouteOptions): void {
    const cached = route.config?.cached;
    if (!cached) return;
    const hook = (request: FastifyRequest, reply: FastifyReply, done: Done): void =>
      this.begin(cached, request, reply, done);
    route.preHandler = [...[route.preHandler ?? []].flat(), hook];
  }

  private begin(route: CachedRoute, request: FastifyRequest, reply: FastifyReply, done: Done): void {
    const key = route.keyFor(request, this.today);
    if (key === null) return done();
    const lookup = this.reader.lookUp(key);
    const answer = (found: Lookup): void => this.answer(found, route, request, reply, done);
    // What the memory of this process has is sent at once, without a promise.
    if (lookup instanceof Promise) goOn(lookup, request, reply, answer);
    else answer(lookup);
  }

  private answer(
    lookup: Lookup,
    route: CachedRoute,
    request: FastifyRequest,
    reply: FastifyReply,
    done: Done,
  ): void {
    const { stored, due } = lookup;
    if (!stored || due) {
      request.lookup = lookup;
      return done();
    }
    this.statistics.countRead(route.key.template, 'HIT');
    void reply.send(prepareReply(reply, request, { stored, source: 'HIT' }));
  }
}
