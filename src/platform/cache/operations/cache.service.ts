import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { decodeCursor, encodeCursor } from '../../../common/http/pagination';
import { NotFoundError } from '../../../common/http/problem/not-found-error';
import { CacheAwayError } from '../../../common/http/problem/service-errors';
import { toJson } from '../../../common/http/json';
import { Heartbeat } from '../../postgres/heartbeat';
import {
  CacheCleared,
  CachedKeys,
  CacheHealth,
  CacheKeyRemoved,
  CacheStats,
  PerformanceTest,
  PerformanceTestData,
} from './dto/cache-responses.dto';
import { KeysQuery } from './dto/cache-queries.dto';
import type { CacheLocation } from '../protocol/cache-location';
import { EpochWatch } from '../protocol/epoch-watch';
import { CacheConnection, CacheSession, ServerFigures } from '../store/cache-session';
import { CacheStatistics } from '../cache-statistics';
import { roundMilliseconds, timed } from '../../../common/time/stopwatch';

const NO_FIGURES: ServerFigures = {
  redis_version: 'unavailable',
  connected_clients: 0,
  used_memory: 0,
  used_memory_human: '0B',
  used_memory_peak: 0,
  used_memory_peak_human: '0B',
  keyspace_hits: 0,
  keyspace_misses: 0,
  instantaneous_ops_per_sec: 0,
  total_connections_received: 0,
  total_commands_processed: 0,
  uptime_in_seconds: 0,
};
const PROBE_TEXT = '{}';

/** Counts like `GET /trips/total`: only the trips that are not in the kept sum are counted one by one. */
const TOTAL_TRIPS = `
  SELECT (SELECT coalesce(sum(trips), 0) FROM trip_totals)
       + (SELECT count(*) FROM trips
          WHERE trip_id > (SELECT watermark FROM totals_watermarks WHERE source = 'trips')) AS total_trips`;

/** What operators see and do under `/cache`. */
@Injectable()
export class CacheService {
  constructor(
    private readonly connection: CacheConnection,
    private readonly watch: EpochWatch,
    private readonly statistics: CacheStatistics,
    private readonly dataSource: DataSource,
    private readonly heartbeat: Heartbeat,
  ) {}

  async stats(): Promise<CacheStats> {
    const figures = await orWhenAway(() => this.session().figures(), NO_FIGURES);
    const total = figures.keyspace_hits + figures.keyspace_misses;
    return {
      cache_stats: {
        ...figures,
        hit_rate_percentage: total === 0 ? 0 : Math.round((figures.keyspace_hits / total) * 10_000) / 100,
        total_cache_requests: total,
        ...this.statistics.total(),
        ...this.statistics.protocolCounts,
        trusted: this.watch.trust() !== null,
        by_route: this.statistics.byTemplate(),
      },
    };
  }

  async keys({ cursor }: KeysQuery): Promise<CachedKeys> {
    const { session, namespace } = this.location();
    const { total, keys, next } = await session.list(namespace, decodeCursor(cursor));
    return { total_keys: total, keys: [...keys], next_cursor: next === null ? null : encodeCursor(next) };
  }

  async health(): Promise<CacheHealth> {
    const pingMs = await orWhenAway(() => timed(() => this.session().ping()), null);
    const probe = await orWhenAway(() => this.session().probe(PROBE_TEXT), null);
    return {
      cache_health: {
        status: probe ? 'healthy' : 'unhealthy',
        ping_time_ms: pingMs,
        operation_time_ms: probe?.totalMs ?? null,
        connectivity: pingMs === null ? 'failed' : 'ok',
      },
    };
  }

  async clear(): Promise<CacheCleared> {
    const { session, namespace } = this.location();
    const cleared = await session.clear(namespace);
    return { message: `${cleared} keys were removed.`, keys_cleared: cleared };
  }

  async remove(key: string): Promise<CacheKeyRemoved> {
    const { session, namespace } = this.location();
    if ((await session.drop(namespace, [key])) === 0) throw new NotFoundError('cache_key', key);
    return { message: `${key} was removed.` };
  }

  /** Reads one figure from the database, and from the cache under a key that is used for nothing else. */
  async testPerformance(): Promise<PerformanceTest> {
    let rows: PerformanceTestData[] = [];
    const databaseMs = await timed(async () => {
      rows = await this.heartbeat.during(() => this.dataSource.query<PerformanceTestData[]>(TOTAL_TRIPS));
    });
    const [testData = { total_trips: 0 }] = rows;
    const { readMs } = await this.session().probe(toJson(testData));
    return {
      performance_test: {
        database_query_time_ms: databaseMs,
        cache_query_time_ms: readMs,
        // The timer can show 0 for the fastest reads.
        performance_improvement: `${(databaseMs / Math.max(readMs, 0.001)).toFixed(1)}x faster`,
        time_saved_ms: roundMilliseconds(databaseMs - readMs),
        test_data: testData,
      },
    };
  }

  private session(): CacheSession {
    const { session } = this.connection;
    if (!session) throw new CacheAwayError();
    return session;
  }

  /** Returns where responses are stored, whether or not the cache is trusted at the moment. */
  private location(): CacheLocation {
    const location = this.watch.location();
    if (!location) throw new CacheAwayError();
    return location;
  }
}

async function orWhenAway<Value, Fallback>(
  ask: () => Promise<Value>,
  fallback: Fallback,
): Promise<Value | Fallback> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof CacheAwayError) return fallback;
    throw error;
  }
}
