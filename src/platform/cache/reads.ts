import { Injectable, StreamableFile } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { toJson } from '../../common/http/json';
import { isDatabaseAway } from '../../common/http/problem/database-errors';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { type HandlerCall, HandlerCalls } from '../../common/http/request/handler-calls';
import type { Handler } from '../../common/http/request/handlers';
import { AppConfig } from '../config/app-config';
import { Heartbeat } from '../postgres/heartbeat';
import { CacheStatistics } from './cache-statistics';
import type { CachedRoute } from './cached-route';
import { prepareReply, withoutBody } from './cached-response';
import type { CacheLoader } from './protocol/cache-loader';
import { type Lookup, Reader, type ReadResult } from './protocol/reader';
import type { CacheableResponse } from './store/stored-response';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The method of a controller that reads the database. Undefined if the route is something else. */
    readonly read?: Handler;
  }
}

type Handle = () => Promise<unknown>;

/**
 * Answers what reads the database: calls the handler itself, unless PostgreSQL is silent, and stores the response if the operation
 * is cached. Hits are answered before, by the hook.
 */
@Injectable()
export class Reads {
  constructor(
    private readonly calls: HandlerCalls,
    private readonly heartbeat: Heartbeat,
    private readonly reader: Reader,
    private readonly config: AppConfig,
    private readonly statistics: CacheStatistics,
    private readonly adapters: HttpAdapterHost,
  ) {}

  /** Must be called before routes are registered. */
  serve(server: FastifyInstance): void {
    server.addHook('onRoute', (route) => this.serveRoute(route));
  }

  private serveRoute(route: RouteOptions): void {
    const { read, cached } = route.config ?? {};
    if (!read) return;
    const call = this.calls.of(read);
    route.handler = cached
      ? (request, reply) => this.answerCached(cached, call, request, reply)
      : (request, reply) => this.answer(call, request, reply);
  }

  private async answer(call: HandlerCall, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const body = await this.heartbeat.during(() => call(request, reply));
    // Only Nest's adapter knows how to send one.
    if (body instanceof StreamableFile) await this.adapters.httpAdapter.reply(reply, body);
    return body instanceof StreamableFile ? reply : (body ?? withoutBody(reply, 204));
  }

  private async answerCached(
    route: CachedRoute,
    call: HandlerCall,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<unknown> {
    const { lookup } = request;
    const handle: Handle = () => this.heartbeat.during(() => call(request, reply));
    if (!lookup) return (await handle()) ?? withoutBody(reply, 204);
    const read = await this.read(lookup, route, this.loaderFor(route, handle));
    this.statistics.countRead(route.key.template, read.source, read.reason);
    return prepareReply(reply, request, read);
  }

  private async read(lookup: Lookup, route: CachedRoute, loader: CacheLoader): Promise<ReadResult> {
    try {
      return await this.reader.read(lookup, loader);
    } catch (error) {
      if (!route.mayBeStale || this.config.get('CACHE_STALE') === 'off' || !isDatabaseAway(error))
        throw error;
      const stored = await this.reader.readUntrusted(lookup.key);
      if (!stored) throw error;
      return { stored, source: 'STALE' };
    }
  }

  private loaderFor(route: CachedRoute, handle: Handle): CacheLoader {
    return {
      load: () => responseOf(handle),
      ttlMs: ({ status }) => this.config.timeToLive(status === 404 ? 'TTL_NOT_FOUND' : route.key.timeToLive),
      isComparable: !route.key.changesWithTime,
    };
  }
}

/** Calls the handler. A NotFoundError is a response too, and may be cached. */
async function responseOf(handle: Handle): Promise<CacheableResponse> {
  try {
    const body = await handle();
    return body === null ? { status: 204 } : { status: 200, body: toJson(body) };
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    return { status: 404, resource: error.resource, id: String(error.id) };
  }
}
