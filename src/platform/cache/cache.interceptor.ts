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
import { matches } from './if-none-match';
import { Statistics } from './statistics';
import { type Load, type Read, Reader } from './protocol/reader';
import type { Answer } from './store/stored-answer';

const JSON_TYPE = 'application/json; charset=utf-8';
/** Longer than any that names something: what does not exist shall not fill the cache with its name. */
const LONGEST_KEY = 2_000;

/** Answers cached operations from the cache, and keeps the answers of those that were not there. */
@Injectable()
export class CacheInterceptor implements NestInterceptor {
  constructor(
    private readonly routes: CachedRoutes,
    private readonly reader: Reader,
    private readonly config: AppConfig,
    private readonly statistics: Statistics,
    private readonly calendar: ServiceCalendar,
    private readonly clock: Clock,
  ) {}

  private readonly today = (): string => this.calendar.dayOf(this.clock.now());

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const route = this.routes.of(context.getHandler());
    if (!route) return next.handle();
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const key = route.keyOf(request, this.today);
    if (key === null || key.length > LONGEST_KEY)
      return next.handle().pipe(map((body) => sendUncached(reply, body)));

    const read = await this.read(key, route, this.loadOf(route, next));
    this.statistics.count(route.key.template, read.source);
    return of(send(request, reply, read));
  }

  private async read(key: string, route: CachedRoute, load: Load): Promise<Read> {
    try {
      return await this.reader.read(key, load);
    } catch (error) {
      if (!route.mayBeStale || this.config.get('CACHE_STALE') === 'off' || !isDatabaseAway(error))
        throw error;
      const answer = await this.reader.readUntrusted(key);
      if (!answer) throw error;
      return { answer, source: 'STALE' };
    }
  }

  private loadOf(route: CachedRoute, next: CallHandler): Load {
    return {
      load: async () => answerOf(next),
      timeToLive: ({ status }) =>
        this.config.timeToLive(status === 404 ? 'TTL_NOT_FOUND' : route.key.timeToLive),
      isComparable: !route.key.followsClock,
    };
  }
}

/** That something is not there is an answer too; each caller gets a problem document of its own. */
async function answerOf(next: CallHandler): Promise<Answer> {
  try {
    const body: unknown = await lastValueFrom(next.handle());
    return body === null ? { status: 204, body: '' } : { status: 200, body: toJson(body) };
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    return { status: 404, body: JSON.stringify([error.resource, String(error.id)]) };
  }
}

/** @throws NotFoundError when that is the answer. */
function send(request: FastifyRequest, reply: FastifyReply, { answer, source }: Read): string | undefined {
  const { status, body, etag, madeAt } = answer;
  void reply.header('x-cache', source).header('cache-control', 'private, no-cache');
  void reply.header('age', Math.max(0, Math.floor((Date.now() - madeAt) / 1_000)));
  if (status === 404) {
    const [resource, id] = JSON.parse(body) as ConstructorParameters<typeof NotFoundError>;
    throw new NotFoundError(resource, id);
  }
  if (status === 204) return sendNothing(reply, 204);
  void reply.header('etag', etag);
  if (matches(request.headers['if-none-match'], etag)) return sendNothing(reply, 304);
  // Fastify sends text untouched: what is stored is not serialized again.
  void reply.type(JSON_TYPE);
  return body;
}

function sendUncached(reply: FastifyReply, body: unknown): unknown {
  return body === null ? sendNothing(reply, 204) : body;
}

function sendNothing(reply: FastifyReply, status: 204 | 304): undefined {
  void reply.status(status);
  return undefined;
}
