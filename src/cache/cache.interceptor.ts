import { CallHandler, ExecutionContext, Injectable, NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, Observable, of, switchMap } from 'rxjs';
import { toJson } from '../common/json';
import { AppConfig } from '../config/app-config';
import { CACHED, CachedMetadata } from './cache.decorators';
import { CacheStatistics } from './cache-statistics';
import { CacheStore, StoredAnswer } from './cache-store';

type Parameters = Readonly<Record<string, string>>;

/** Answers cached operations from the cache, and keeps the answers of those that were not there. */
@Injectable()
export class CacheInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly store: CacheStore,
    private readonly config: AppConfig,
    private readonly statistics: CacheStatistics,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const cached = this.reflector.get<CachedMetadata | undefined>(CACHED, context.getHandler());
    if (!cached) return next.handle();

    const http = context.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const key = keyOf(cached, http.getRequest<FastifyRequest>());
    if (key === null) return next.handle().pipe(switchMap((body) => of(send(reply, answerOf(body)))));

    const stored = await this.store.read(key);
    this.statistics.count(cached.key.template, stored !== undefined);
    void reply.header('x-cache', stored ? 'HIT' : 'MISS');
    if (stored) return of(send(reply, stored));
    return next.handle().pipe(switchMap((body) => from(this.keep(cached, key, body, reply))));
  }

  private async keep(
    cached: CachedMetadata,
    key: string,
    body: unknown,
    reply: FastifyReply,
  ): Promise<unknown> {
    const answer = answerOf(body);
    await this.store.fill(key, answer, this.config.timeToLive(cached.key.timeToLive));
    return send(reply, answer);
  }
}

/** The key of a request; null when it asks for more than the key says, as a second page does: that isn't cached. */
function keyOf({ key, defaults }: CachedMetadata, request: FastifyRequest): string | null {
  const query = request.query as Parameters;
  if (Object.keys(query).some((name) => !key.parameters.includes(name))) return null;
  if (Object.values(query).some((value) => typeof value !== 'string')) return null;
  return key.of({ ...defaults, ...query, ...(request.params as Parameters) });
}

function answerOf(body: unknown): StoredAnswer {
  return body === null ? { status: 204, body: '' } : { status: 200, body: toJson(body) };
}

/** Fastify sends text untouched, so a stored answer costs no serialization. */
function send(reply: FastifyReply, { status, body }: StoredAnswer): string | undefined {
  void reply.status(status);
  if (status === 204) return undefined;
  void reply.type('application/json; charset=utf-8');
  return body;
}
