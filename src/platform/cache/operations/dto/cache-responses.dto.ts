import { ApiProperty } from '@nestjs/swagger';
import { ApiNextCursor } from '../../../../common/http/pagination';
import type { SourceCounts } from '../../cache-statistics';

export class CacheFigures {
  /**
   * `in-process` without Redis, `unavailable` while Redis is away: then every figure of the server is 0.
   * @example "7.4.2"
   */
  redis_version!: string;

  /** @example 3 */
  connected_clients!: number;

  /**
   * Bytes.
   * @example 1048576
   */
  used_memory!: number;

  /** @example "1.00M" */
  used_memory_human!: string;

  /**
   * Bytes.
   * @example 2097152
   */
  used_memory_peak!: number;

  /** @example "2.00M" */
  used_memory_peak_human!: string;

  /**
   * Keys that the server was asked for and had, since it started.
   * @example 9000
   */
  keyspace_hits!: number;

  /** @example 1000 */
  keyspace_misses!: number;

  /** @example 120 */
  instantaneous_ops_per_sec!: number;

  /** @example 5 */
  total_connections_received!: number;

  /** @example 25000 */
  total_commands_processed!: number;

  /** @example 86400 */
  uptime_in_seconds!: number;

  /**
   * The share of hits in `total_cache_requests`, in percent; 0 when there were no requests.
   * @example 90.25
   */
  hit_rate_percentage!: number;

  /**
   * `keyspace_hits` plus `keyspace_misses`.
   * @example 10000
   */
  total_cache_requests!: number;

  /**
   * Answers that this process found in the cache since it started.
   * @example 800
   */
  hits!: number;

  /**
   * Answers that were not in the cache: loaded from the database, and stored unless a write came in between.
   * @example 150
   */
  misses!: number;

  /**
   * Answers that were loaded and not stored, because a write was under way or the cache was not trusted.
   * @example 50
   */
  bypasses!: number;

  /**
   * Answers served without the database, where CACHE_STALE allows it.
   * @example 0
   */
  stale!: number;

  /**
   * Keys that writes of this process removed.
   * @example 480
   */
  evictions!: number;

  /**
   * Answers that were not stored because a write came in between.
   * @example 3
   */
  fills_refused!: number;

  /**
   * Reads that waited for the load of another process.
   * @example 12
   */
  waits!: number;

  /**
   * Hits that were compared with the database.
   * @example 9
   */
  samples!: number;

  /**
   * Compared hits that differed from the database. It must stay 0.
   * @example 0
   */
  differences!: number;

  /**
   * Whether this process may use the cache at the moment.
   * @example true
   */
  trusted!: boolean;

  /** Where answers came from, by their kind as `x-cached-as` names it. */
  @ApiProperty({
    type: 'object',
    additionalProperties: {
      type: 'object',
      properties: {
        hits: { type: 'integer' },
        misses: { type: 'integer' },
        bypasses: { type: 'integer' },
        stale: { type: 'integer' },
      },
      required: ['hits', 'misses', 'bypasses', 'stale'],
    },
    example: { 'card:{card_id}:balance': { hits: 800, misses: 150, bypasses: 50, stale: 0 } },
  })
  by_route!: Readonly<Record<string, SourceCounts>>;
}

export class CacheStats {
  cache_stats!: CacheFigures;
}

export class CachedKey {
  /** @example "card:1:balance" */
  key!: string;

  /** @example "string" */
  type!: string;

  /**
   * Seconds until it expires.
   * @example 287
   */
  ttl!: number;

  /** @example 96 */
  size_bytes!: number;
}

export class CachedKeys {
  /**
   * The keys of this service on all pages; counting stops after a second.
   * @example 1
   */
  total_keys!: number;

  /** A page can be empty and not be the last. A key that changed meanwhile can appear twice. */
  keys!: CachedKey[];

  @ApiNextCursor()
  next_cursor!: string | null;
}

export class CacheState {
  /** @example "healthy" */
  status!: 'healthy' | 'unhealthy';

  /**
   * Null when the cache did not answer.
   * @example 0.214
   */
  ping_time_ms!: number | null;

  /**
   * The time to write, read and remove a test key; null when that failed.
   * @example 0.731
   */
  operation_time_ms!: number | null;

  /** @example "ok" */
  connectivity!: 'ok' | 'failed';
}

export class CacheHealth {
  cache_health!: CacheState;
}

export class CacheCleared {
  /** @example "12 keys were removed." */
  message!: string;

  /** @example 12 */
  keys_cleared!: number;
}

export class CacheKeyRemoved {
  /** @example "card:1:balance was removed." */
  message!: string;
}

export class PerformanceTestData {
  /**
   * What was read both ways: the number of trips.
   * @example 21000
   */
  total_trips!: number;
}

export class PerformanceFigures {
  /** @example 2.25 */
  database_query_time_ms!: number;

  /** @example 0.225 */
  cache_query_time_ms!: number;

  /**
   * How many times as fast the cache was.
   * @example "10.1x faster"
   */
  performance_improvement!: string;

  /** @example 2.025 */
  time_saved_ms!: number;

  test_data!: PerformanceTestData;
}

export class PerformanceTest {
  performance_test!: PerformanceFigures;
}
