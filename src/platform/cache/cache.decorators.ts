import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension, ApiResponse } from '@nestjs/swagger';
import { CacheKey } from './cache-key';
import type { Eviction } from './evictions';

export const CACHED = Symbol('cached');

/** What a cached operation says of itself. */
export interface CachedMetadata extends CachedOptions {
  readonly key: CacheKey;
}

export interface CachedOptions {
  /** Values of the query parameters in the key that a caller left out. */
  readonly defaults?: Readonly<Record<string, string>>;
  /**
   * The query parameter that is a service day, and today's when a caller leaves it out: the answer about today is cached,
   * under a key that has the day.
   */
  readonly today?: string;
  /** While the database is away, and CACHE_STALE allows it, an answer that nobody can vouch for is better than none. */
  readonly mayBeStale?: boolean;
}

/**
 * The answer of this operation is cached under a key, whose parameters are the route's or the query's of that name.
 * A handler that returns null is answered 204 No Content; a NotFoundError is cached too, for TTL_NOT_FOUND.
 */
export function Cached(key: CacheKey, options: CachedOptions = {}): MethodDecorator {
  const metadata: CachedMetadata = { key, ...options };
  // A missing key is refused when the service starts, by the name of the operation.
  const template = key instanceof CacheKey ? key.template : undefined;
  return applyDecorators(
    SetMetadata(CACHED, metadata),
    ApiExtension('x-cached-as', template),
    ApiResponse({
      status: 304,
      description: 'The answer still has the ETag in If-None-Match, so it is not sent again.',
    }),
  );
}

/** Documents which answers this operation makes old: its write marks them before its commit. */
export function Evicts<Subject>(...writes: readonly Eviction<Subject>[]): MethodDecorator {
  const templates = [...new Set(writes.flatMap((write) => write.templates))];
  return ApiExtension('x-evicts', templates);
}
