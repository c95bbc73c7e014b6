import { ApiProperty } from '@nestjs/swagger';
import { ApiNextCursor } from '../../../../common/http/pagination';
import type { SourceCounts } from '../../cache-statistics';

export class CacheFigures {
  /**
   * The version of Redis, or `in-process` for the in-memory cache. It is `unavailable`, and every figure of the server is 0,
   * while Redis is away, or while another process has the in-memory cache of this database.
   * @example "7.4.2"
   */
  redis_version!: string;

  /**
   * Connections to the server.
   * @example 3
   */
  connected_clients!: number;

  /**
   * Memory that the server uses, in bytes.
   * @example 1048576
   */
  used_memory!: number;

  /**
   * The same in megabytes.
   * @example "1.00M"
   */
  used_memory_human!: string;

  /**
   * The most memory that the server has used since it started, in bytes.
   * @example 2097152
   */
  used_memory_peak!: number;

  /**
   * The same in megabytes.
   * @example "2.00M"
   */
  used_memory_peak_human!: string;

  /**
   * How often the server was asked for a key that it had, since it started.
   * @example 9000
   */
  keyspace_hits!: number;

  /**
   * How often the server was asked for a key that it did not have, since it started.
   * @example 1000
   */
  keyspace_misses!: number;

  /**
   * Commands per second at the moment.
   * @example 120
   */
  instantaneous_ops_per_sec!: number;

  /**
   * Connections that the server has accepted since it started.
   * @example 5
   */
  total_connections_received!: number;

  /**
   * Commands that the server has executed since it started.
   * @example 25000
   */
  total_commands_processed!: number;

  /**
   * Seconds since the server started.
   * @example 86400
   */
  uptime_in_seconds!: number;

  /**
   * The share of `keyspace_hits` in `total_cache_requests`, in percent. It is 0 when there were no requests.
   * @example 90.25
   */
  hit_rate_percentage!: number;

  /**
   * `keyspace_hits` plus `keyspace_misses`.
   * @example 10000
   */
  total_cache_requests!: number;

  /**
   * Responses that this process has found in the cache since it started.
   * @example 800
   */
  hits!: number;

  /**
   * Responses that were not in the cache. They were loaded from the database, and stored unless a write came in between.
   * @example 150
   */
  misses!: number;

  /**
   * Responses that were loaded and not stored, because a write was under way or the cache was not trusted.
   * @example 50
   */
  bypasses!: number;

  /**
   * Responses that may be out of date, served while the database was away, where CACHE_STALE allows it.
   * @example 0
   */
  stale!: number;

  /**
   * Keys that writes of this process have marked as stale.
   * @example 480
   */
  evictions!: number;

  /**
   * Loaded responses that were not stored, because a write came in between.
   * @example 3
   */
  fills_refused!: number;

  /**
   * Reads that waited for the load of another process.
   * @example 12
   */
  waits!: number;

  /**
   * Hits that were compared with the database, to check the cache.
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

  /** Where responses came from, for each name in `x-cached-as`. */
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
  /**
   * A name in `x-cached-as` with its parameters filled in.
   * @example "card:1:balance"
   */
  key!: string;

  /**
   * The type of the value in Redis.
   * @example "string"
   */
  type!: string;

  /**
   * Seconds until the response expires.
   * @example 287
   */
  ttl!: number;

  /**
   * The size of the stored response, in bytes.
   * @example 96
   */
  size_bytes!: number;
}

export class CachedKeys {
  /**
   * How many keys this service has on all pages. Counting stops after one second.
   * @example 1
   */
  total_keys!: number;

  /** A page can be empty without being the last one. A key that changes during the listing can appear twice. */
  keys!: CachedKey[];

  @ApiNextCursor()
  next_cursor!: string | null;
}

export class CacheState {
  /**
   * Whether a test key could be written, read and removed.
   * @example "healthy"
   */
  status!: 'healthy' | 'unhealthy';

  /**
   * How long the cache took to answer a ping, in milliseconds. It is null when the cache did not answer.
   * @example 0.214
   */
  ping_time_ms!: number | null;

  /**
   * How long it took to write, read and remove a test key, in milliseconds. It is null when that failed.
   * @example 0.731
   */
  operation_time_ms!: number | null;

  /**
   * Whether the cache answered a ping.
   * @example "ok"
   */
  connectivity!: 'ok' | 'failed';
}

export class CacheHealth {
  cache_health!: CacheState;
}

export class CacheCleared {
  /**
   * A sentence for people.
   * @example "12 keys were removed."
   */
  message!: string;

  /**
   * How many responses were removed.
   * @example 12
   */
  keys_cleared!: number;
}

export class CacheKeyRemoved {
  /**
   * A sentence for people.
   * @example "card:1:balance was removed."
   */
  message!: string;
}

export class PerformanceTestData {
  /**
   * The number of trips, which was read from the database and from the cache.
   * @example 21000
   */
  total_trips!: number;
}

export class PerformanceFigures {
  /**
   * How long the database took, in milliseconds.
   * @example 2.25
   */
  database_query_time_ms!: number;

  /**
   * How long the cache took, in milliseconds.
   * @example 0.225
   */
  cache_query_time_ms!: number;

  /**
   * How many times faster the cache was than the database.
   * @example "10.1x faster"
   */
  performance_improvement!: string;

  /**
   * The difference of the two times, in milliseconds.
   * @example 2.025
   */
  time_saved_ms!: number;

  test_data!: PerformanceTestData;
}

export class PerformanceTest {
  performance_test!: PerformanceFigures;
}

/** How often a response was loaded and not stored, by the reason: the parts of `bypasses`. */
export class BypassCounts {
  /**
   * A write was under way.
   * @example 40
   */
  write_under_way!: number;

  /**
   * Another process was loading the same, and took too long.
   * @example 2
   */
  loaded_elsewhere!: number;

  /**
   * Redis did not answer.
   * @example 3
   */
  store_away!: number;

  /**
   * The process did not trust the cache, as while it starts, or while writes have switched it off.
   * @example 5
   */
  not_trusted!: number;
}

export class CacheTemplate {
  /**
   * The name in `x-cached-as`: the form of the keys.
   * @example "card:{card_id}:balance"
   */
  template!: string;

  /**
   * The names of its parameters.
   * @example ["card_id"]
   */
  parameters!: string[];

  /**
   * The operations whose responses are cached so.
   * @example ["GET /cards/{card_id}/balance"]
   */
  operations!: string[];

  /**
   * The scope that these operations need; null if they are public.
   * @example "cards:balance"
   */
  scope!: string | null;

  /**
   * How long a response may stay, in seconds.
   * @example 300
   */
  ttl_seconds!: number;

  /**
   * Whether the response also changes with the time of day, without a write.
   * @example false
   */
  changes_with_time!: boolean;

  /**
   * Whether it may be served while the database is away, where CACHE_STALE allows it.
   * @example false
   */
  may_be_stale!: boolean;

  /**
   * The operations whose writes make it stale, and evict it.
   * @example ["POST /recharges"]
   */
  evicted_by!: string[];

  /**
   * Responses that the process which answers has found in the cache since it started.
   * @example 800
   */
  hits!: number;

  /**
   * Responses that were not in the cache.
   * @example 150
   */
  misses!: number;

  /**
   * Responses that were loaded and not stored.
   * @example 50
   */
  bypasses!: number;

  /**
   * Responses that may be out of date, served while the database was away.
   * @example 0
   */
  stale!: number;

  bypassed_because!: BypassCounts;
}

export class CacheTemplateList {
  /** One for each name in `x-cached-as`. */
  templates!: CacheTemplate[];
}
