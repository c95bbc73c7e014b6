import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension, ApiResponse } from '@nestjs/swagger';
import { CacheKey } from './cache-key';
import type { Eviction } from './evictions';

export const CACHED = Symbol('cached');
/** The templates of the keys that an operation evicts. */
export const EVICTED_TEMPLATES = Symbol('evicted templates');

/** What `@Cached` says about an operation. */
export interface CachedMetadata extends CachedOptions {
  readonly key: CacheKey;
}

export interface CachedOptions {
  /** The values of query parameters in the key that a request leaves out. Without a default the value is empty. */
  readonly defaults?: Readonly<Record<string, string>>;
  /**
   * The query parameter that is a service day. A request that leaves it out asks for today. Only the response about today
   * is cached, and its key contains the day.
   */
  readonly today?: string;
  /** Whether the response may be STALE while the database is away, if CACHE_STALE allows it. */
  readonly mayBeStale?: boolean;
}

/**
 * Caches the responses of an operation. The parameters of the key are the parameters of the path and of the query that
 * have the same names. A handler that returns null is answered 204 No Content. A NotFoundError is cached too, for
 * TTL_NOT_FOUND.
 */
export function Cached(key: CacheKey, options: CachedOptions = {}): MethodDecorator {
  const metadata: CachedMetadata = { key, ...options };
  // A missing key is refused later, when the service starts: there the error can name the operation.
  const template = key instanceof CacheKey ? key.template : undefined;
  return applyDecorators(
    SetMetadata(CACHED, metadata),
    ApiExtension('x-cached-as', template),
    ApiResponse({
      status: 304,
      description: 'The response still has the ETag in If-None-Match, so its body is not sent again.',
    }),
  );
}

/** Only documents which cached responses an operation makes stale. The eviction itself is done by `Writes.run`. */
export function ApiEvicts<Subject>(...writes: readonly Eviction<Subject>[]): MethodDecorator {
  const templates = [...new Set(writes.flatMap((write) => write.templates))];
  return applyDecorators(SetMetadata(EVICTED_TEMPLATES, templates), ApiExtension('x-evicts', templates));
}
