import { CallHandler, ExecutionContext, Injectable, NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { lastValueFrom, map, Observable, of } from 'rxjs';
import { Clock } from '../../common/time/clock';
import { toJson } from '../../common/http/json';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { isDatabaseAway } from '../../common/http/problem/database-errors';
import { ServiceCalendar } from '../../common/time/service-calendar';
import { AppConfig } from '../config/app-config';
import type { CachedRoute } from './cached-route';
import { CachedRoutes } from './cached-routes';
import { matchesEtag } from './if-none-match';
import { CacheStatistics } from './cache-statistics';
import type { CacheLoader } from './protocol/cache-loader';
import { Reader, type ReadResult } from './protocol/reader';
import type { CacheableResponse } from './store/stored-response';

const JSON_TYPE = 'application/json; charset=utf-8';
/** No key of an existing thing is longer. Longer keys are not cached, so that they cannot fill the cache. */
const MAX_KEY_LENGTH = 2_000;

/** Serves cached operations from the cache, and stores the responses that were not there. */
@Injectable()
export class CacheInterceptor implements NestInterceptor {
  constructor(
    private readonly routes: CachedRoutes,
    private readonly reader: Reader,
    private readonly config: AppConfig,
    private readonly statistics: CacheStatistics,
    private readonly calendar: ServiceCalendar,
    private readonly clock: Clock,
  ) {}

  private readonly today = (): string => this.calendar.dayOf(this.clock.now());

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const route = this.routes.find(context.getHandler());
    if (!route) return next.handle();
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const key = route.keyFor(request, this.today);
    if (key === null || key.length > MAX_KEY_LENGTH)
      return next.handle().pipe(map((body) => sendUncached(reply, body)));

    const read = await this.read(key, route, this.loaderFor(route, next));
    this.statistics.countRead(route.key.template, read.source);
    return of(send(request, reply, read));
  }

  private async read(key: string, route: CachedRoute, loader: CacheLoader): Promise<ReadResult> {
    try {
      return await this.reader.read(key, loader);
    } catch (error) {
      if (!route.mayBeStale || this.config.get('CACHE_STALE') === 'off' || !isDatabaseAway(error))
        throw error;
      const stored = await this.reader.readUntrusted(key);
      if (!stored) throw error;
      return { stored, source: 'STALE' };
    }
  }

  private loaderFor(route: CachedRoute, next: CallHandler): CacheLoader {
    return {
      load: async () => responseOf(next),
      ttlMs: ({ status }) => this.config.timeToLive(status === 404 ? 'TTL_NOT_FOUND' : route.key.timeToLive),
      isComparable: !route.key.changesWithTime,
    };
  }
}

/** Calls the handler. A NotFoundError is a response too, and may be cached. */
async function responseOf(next: CallHandler): Promise<CacheableResponse> {
  try {
    const body: unknown = await lastValueFrom(next.handle());
    return body === null ? { status: 204 } : { status: 200, body: toJson(body) };
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    return { status: 404, resource: error.resource, id: String(error.id) };
  }
}

/** @throws NotFoundError for a cached 404, so that each caller gets a problem document of its own. */
function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { stored, source }: ReadResult,
): string | undefined {
  const { response, etag, createdAt } = stored;
  void reply.header('x-cache', source).header('cache-control', 'private, no-cache');
  void reply.header('age', Math.max(0, Math.floor((Date.now() - createdAt) / 1_000)));
  if (response.status === 404) throw new NotFoundError(response.resource, response.id);
  if (response.status === 204) return sendNothing(reply, 204);
  void reply.header('etag', etag);
  if (matchesEtag(request.headers['if-none-match'], etag)) return sendNothing(reply, 304);
  // Fastify sends a string as it is, so the stored body is not serialized again.
  void reply.type(JSON_TYPE);
  return response.body;
}

function sendUncached(reply: FastifyReply, body: unknown): unknown {
  return body === null ? sendNothing(reply, 204) : body;
}

function sendNothing(reply: FastifyReply, status: 204 | 304): undefined {
  void reply.status(status);
  return undefined;
}
