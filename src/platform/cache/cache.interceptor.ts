import { CallHandler, ExecutionContext, Injectable, NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Observable, of } from 'rxjs';
import { toJson } from '../../common/http/json';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { isDatabaseAway } from '../../common/http/problem/database-errors';
import { AppConfig } from '../config/app-config';
import { DatabaseReads } from '../postgres/database-reads';
import { CacheStatistics } from './cache-statistics';
import type { CachedRoute } from './cached-route';
import { prepareReply, withoutBody } from './cached-response';
import type { CacheLoader } from './protocol/cache-loader';
import { type Lookup, Reader, type ReadResult } from './protocol/reader';
import type { CacheableResponse } from './store/stored-response';

const READS: readonly string[] = ['GET', 'HEAD'];

/**
 * Loads what the hook did not find in the cache, and stores it there. It is the only interceptor of all operations, because each
 * costs every request some microseconds.
 */
@Injectable()
export class CacheInterceptor implements NestInterceptor {
  constructor(
    private readonly reader: Reader,
    private readonly config: AppConfig,
    private readonly statistics: CacheStatistics,
    private readonly reads: DatabaseReads,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    // A write is never given up: it may be committed.
    if (!READS.includes(request.method)) return next.handle();
    const handle = (): Promise<unknown> => this.reads.run(context, next);
    const route = request.routeOptions.config.cached;
    const reply = http.getResponse<FastifyReply>();
    if (!route) {
      const body = await handle();
      return of(body === null ? withoutBody(reply, 204) : body);
    }
    const { lookup } = request;
    if (!lookup) return of((await handle()) ?? withoutBody(reply, 204));

    const read = await this.read(lookup, route, this.loaderFor(route, handle));
    this.statistics.countRead(route.key.template, read.source);
    return of(prepareReply(reply, request, read));
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

  private loaderFor(route: CachedRoute, handle: () => Promise<unknown>): CacheLoader {
    return {
      load: () => responseOf(handle),
      ttlMs: ({ status }) => this.config.timeToLive(status === 404 ? 'TTL_NOT_FOUND' : route.key.timeToLive),
      isComparable: !route.key.changesWithTime,
    };
  }
}

/** Calls the handler. A NotFoundError is a response too, and may be cached. */
async function responseOf(handle: () => Promise<unknown>): Promise<CacheableResponse> {
  try {
    const body = await handle();
    return body === null ? { status: 204 } : { status: 200, body: toJson(body) };
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    return { status: 404, resource: error.resource, id: String(error.id) };
  }
}
