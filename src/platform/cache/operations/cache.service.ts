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
} from './dto/cache-answers.dto';
import { KeysQuery } from './dto/cache-queries.dto';
import { EpochWatch, type Trust } from '../protocol/epoch-watch';
import { CacheConnection, CacheSession, ServerFigures } from '../store/cache-session';
import { Statistics } from '../statistics';
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
const PROBE = '{}';

/** As `GET /trips/total` counts them: rows are only counted where they are not summed yet. */
const TOTAL_TRIPS = `
  SELECT (SELECT coalesce(sum(trips), 0) FROM trip_totals)
       + (SELECT count(*) FROM trips
          WHERE trip_id > (SELECT watermark FROM totals_watermarks WHERE source = 'trips')) AS total_trips`;

/** The cache, for who operates it. */
@Injectable()
export class CacheService {
  constructor(
    private readonly connection: CacheConnection,
    private readonly watch: EpochWatch,
    private readonly statistics: Statistics,
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
    const { session, prefix } = this.place();
    const { total, keys, next } = await session.list(prefix, decodeCursor(cursor));
    return { total_keys: total, keys: [...keys], next_cursor: next === null ? null : encodeCursor(next) };
  }

  async health(): Promise<CacheHealth> {
    const ping_time_ms = await orWhenAway(() => timed(() => this.session().ping()), null);
    const probe = await orWhenAway(() => this.session().probe(PROBE), null);
    return {
      cache_health: {
        status: probe ? 'healthy' : 'unhealthy',
        ping_time_ms,
        operation_time_ms: probe?.total ?? null,
        connectivity: ping_time_ms === null ? 'failed' : 'ok',
      },
    };
  }

  async clear(): Promise<CacheCleared> {
    const { session, prefix } = this.place();
    const cleared = await session.clear(prefix);
    return { message: `${cleared} keys were removed.`, keys_cleared: cleared };
  }

  async remove(key: string): Promise<CacheKeyRemoved> {
    const { session, prefix } = this.place();
    if ((await session.drop(prefix, [key])) === 0) throw new NotFoundError('cache_key', key);
    return { message: `${key} was removed.` };
  }

  /** Reads one figure from the database and, under a key of its own, from the cache. */
  async testPerformance(): Promise<PerformanceTest> {
    let rows: PerformanceTestData[] = [];
    const database = await timed(async () => {
      rows = await this.heartbeat.during(() => this.dataSource.query<PerformanceTestData[]>(TOTAL_TRIPS));
    });
    const [test_data = { total_trips: 0 }] = rows;
    const { read } = await this.session().probe(toJson(test_data));
    return {
      performance_test: {
        database_query_time_ms: database,
        cache_query_time_ms: read,
        // A timer is too coarse for the fastest reads.
        performance_improvement: `${(database / Math.max(read, 0.001)).toFixed(1)}x faster`,
        time_saved_ms: roundMilliseconds(database - read),
        test_data,
      },
    };
  }

  private session(): CacheSession {
    const { session } = this.connection;
    if (!session) throw new CacheAwayError();
    return session;
  }

  /** Where answers are stored, whether or not they are trusted at the moment. */
  private place(): Trust {
    const place = this.watch.place();
    if (!place) throw new CacheAwayError();
    return place;
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
