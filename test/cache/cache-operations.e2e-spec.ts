import { createClient } from '@redis/client';
import type { Client } from 'pg';
import type { TripTotals } from '../../src/modules/trips/dto/trip-responses.dto';
import type {
  CacheHealth,
  CacheStats,
  CachedKeys,
  PerformanceTest,
} from '../../src/platform/cache/operations/dto/cache-responses.dto';
import { connect } from '../builders/connect';
import { aLocality, aStation } from '../builders/network';
import { ask, type Answer } from '../setup/api';
import { askCached, sourceOf } from '../setup/ask-cached';
import { createDatabase, type TestDatabase } from '../setup/database';
import { startRedis, type RedisServer } from '../setup/redis-server';
import { type Service, startService } from '../setup/service';
import { until } from '../setup/until';
import { untilTrusted } from '../setup/until-trusted';

const FIGURES = [
  'connected_clients',
  'used_memory',
  'used_memory_peak',
  'keyspace_hits',
  'keyspace_misses',
  'instantaneous_ops_per_sec',
  'total_connections_received',
  'total_commands_processed',
  'uptime_in_seconds',
  'hit_rate_percentage',
  'total_cache_requests',
  'hits',
  'misses',
  'bypasses',
  'stale',
  'evictions',
  'fills_refused',
  'waits',
  'samples',
  'differences',
];

const aNumber = expect.any(Number) as unknown;
const aText = expect.any(String) as unknown;
const aVersion = expect.stringMatching(/^\d+\.\d+\.\d+$/) as unknown;
const aSize = expect.stringMatching(/^[\d.]+[BKMG]$/) as unknown;

let database: TestDatabase;
let client: Client;
let service: Service;

const get = <Body = unknown>(path: string): Promise<Answer<Body>> => ask(service, path);
/** Of what is to be stored by it, or was. */
const read = (path: string): Promise<Answer> => askCached(service, path);
const isHit = async (path: string): Promise<boolean> => sourceOf(await get(path)) === 'HIT';
const clear = (): Promise<Answer> => ask(service, '/cache/clear', { method: 'POST' });
const remove = (key: string): Promise<Answer> =>
  ask(service, `/cache/key/${encodeURIComponent(key)}`, { method: 'DELETE' });

/** A database that no other store was used for: a new one is not trusted so soon after another. */
async function openDatabase(): Promise<void> {
  database = await createDatabase();
  client = await connect(database.url);
}

async function closeDatabase(): Promise<void> {
  await client.end();
  await database.drop();
}

describe.each(['in the process', 'in Redis'])('the cache %s', (where) => {
  let redis: RedisServer | undefined;

  beforeAll(async () => {
    await openDatabase();
    redis = where === 'in Redis' ? await startRedis() : undefined;
    service = await startService({ databaseUrl: database.url, redisUrl: redis?.url });
    await untilTrusted(service);
  });

  beforeEach(clear);

  afterEach(async () => {
    await client.query('TRUNCATE stations, routes, locations RESTART IDENTITY CASCADE');
  });

  afterAll(async () => {
    await service.stop();
    await redis?.stop();
    await closeDatabase();
  });

  describe('GET /cache/stats', () => {
    it('has every figure, as a number', async () => {
      const { status, body } = await get<{ cache_stats: Record<string, unknown> }>('/cache/stats');
      const { cache_stats } = body;

      expect(status).toBe(200);
      for (const name of FIGURES) expect({ [name]: cache_stats[name] }).toEqual({ [name]: aNumber });
      expect(cache_stats).toMatchObject({
        redis_version: where === 'in Redis' ? aVersion : 'in-process',
        used_memory_human: aSize,
        used_memory_peak_human: aSize,
      });
    });

    it('counts hits and misses, by the kind of answer too', async () => {
      const before = await readStats();
      for (let time = 0; time < 3; time += 1) await read('/routes/codes');
      const after = await readStats();

      expect(after.hits - before.hits).toBe(2);
      expect(after.misses - before.misses).toBe(1);
      // The service asks its Redis for more than answers.
      expect(after.keyspace_hits - before.keyspace_hits).toBeGreaterThanOrEqual(2);
      expect(after.keyspace_misses - before.keyspace_misses).toBeGreaterThanOrEqual(1);
      expect(after.total_cache_requests).toBe(after.keyspace_hits + after.keyspace_misses);
      expect(after.hit_rate_percentage).toBeCloseTo(
        (after.keyspace_hits / after.total_cache_requests) * 100,
        1,
      );
      expect(after.by_route['routes:codes']).toEqual({
        hits: after.hits,
        misses: after.misses,
        bypasses: after.bypasses,
        stale: 0,
      });
      expect(after).toMatchObject({ trusted: true, differences: 0 });
    });

    interface Stats {
      readonly hits: number;
      readonly misses: number;
      readonly bypasses: number;
      readonly keyspace_hits: number;
      readonly keyspace_misses: number;
      readonly total_cache_requests: number;
      readonly hit_rate_percentage: number;
      readonly by_route: Readonly<Record<string, unknown>>;
    }

    async function readStats(): Promise<Stats> {
      return (await get<CacheStats>('/cache/stats')).body.cache_stats;
    }
  });

  describe('GET /cache/keys', () => {
    it('shows plain names', async () => {
      await aLocality(client, { name: 'Usme: {sur}' });
      await read('/stations?locality=Usme:%20%7Bsur%7D');

      expect((await get('/cache/keys')).body).toEqual({
        total_keys: 1,
        keys: [
          {
            key: 'stations:list:Usme%3A %7Bsur%7D:',
            type: 'string',
            ttl: aNumber,
            size_bytes: aNumber,
          },
        ],
        next_cursor: null,
      });
    });

    it('says how long a key stays and how large it is', async () => {
      await read('/routes/codes');
      const { keys } = (await get<CachedKeys>('/cache/keys')).body;

      // Times to live differ by up to a tenth.
      expect(keys[0]?.ttl).toBeGreaterThan(265);
      expect(keys[0]?.ttl).toBeLessThanOrEqual(300);
      expect(keys[0]?.size_bytes).toBeGreaterThan('{"route_codes":[]}'.length);
    });

    it('pages through all of them', async () => {
      const asked = Array.from({ length: 1_100 }, (_, index) => `L${index}`);
      for (let start = 0; start < asked.length; start += 50) {
        await Promise.all(asked.slice(start, start + 50).map((name) => read(`/stations?locality=${name}`)));
      }

      const seen = new Set<string>();
      let path: string | null = '/cache/keys';
      let pages = 0;
      while (path) {
        const answer: Answer<CachedKeys> = await get<CachedKeys>(path);
        const page = answer.body;
        expect(answer.status).toBe(200);
        expect(page.total_keys).toBe(1_100);
        page.keys.forEach(({ key }) => seen.add(key));
        path = page.next_cursor === null ? null : `/cache/keys?cursor=${page.next_cursor}`;
        pages += 1;
      }

      expect(seen).toEqual(new Set(asked.map((name) => `stations:list:${name}:`)));
      expect(pages).toBeGreaterThan(1);
    });

    it.each(['cursor=abc', 'cursor=', 'cursor=1', 'limit=5'])('refuses ?%s', async (query) => {
      expect(await get(`/cache/keys?${query}`)).toMatchObject({
        status: 422,
        body: { code: 'invalid_value' },
      });
    });
  });

  it('GET /cache/health times a ping and an operation', async () => {
    expect(await get('/cache/health')).toMatchObject({
      status: 200,
      body: {
        cache_health: {
          status: 'healthy',
          ping_time_ms: aNumber,
          operation_time_ms: aNumber,
          connectivity: 'ok',
        },
      },
    });
  });

  describe('POST /cache/clear', () => {
    it('removes the answers, so that the next are read anew', async () => {
      await read('/routes/codes');
      await read('/stations');

      expect(await clear()).toMatchObject({
        status: 200,
        body: { message: aText, keys_cleared: 2 },
      });
      expect((await get('/cache/keys')).body).toMatchObject({ total_keys: 0, keys: [] });
      expect(sourceOf(await read('/routes/codes'))).toBe('MISS');
    });

    it('has nothing to do twice', async () => {
      expect((await clear()).body).toMatchObject({ keys_cleared: 0 });
    });
  });

  describe('DELETE /cache/key/:key', () => {
    it('removes one answer by its plain name', async () => {
      await aStation(client, { station_code: 'A/1' });
      await read('/stations/A%2F1/details');
      await read('/routes/codes');

      expect(await remove('station:A/1:details')).toMatchObject({
        status: 200,
        body: { message: aText },
      });
      expect(sourceOf(await read('/routes/codes'))).toBe('HIT');
      expect(sourceOf(await read('/stations/A%2F1/details'))).toBe('MISS');
    });

    it('removes a name with escapes in it as /cache/keys shows it', async () => {
      await read('/stations?locality=Usme:%20100%25');
      const { keys } = (await get<CachedKeys>('/cache/keys')).body;

      expect(keys[0]?.key).toBe('stations:list:Usme%3A 100%25:');
      expect(await remove(keys[0]?.key ?? 'nothing')).toMatchObject({ status: 200 });
    });

    it('says when there is none', async () => {
      const missing = { status: 404, body: { code: 'cache_key_not_found' } };

      expect(await remove('card:1:balance')).toMatchObject(missing);
      expect(await remove('*')).toMatchObject(missing);
      expect(await remove('x'.repeat(300))).toMatchObject(missing);
    });
  });

  describe('GET /cache/performance-test', () => {
    it('compares a read of the database with a read of the cache', async () => {
      const { status, body } = await get<PerformanceTest>('/cache/performance-test');
      const { performance_test } = body;
      const { total_trips } = (await get<TripTotals>('/trips/total')).body;

      expect(status).toBe(200);
      expect(performance_test).toEqual({
        database_query_time_ms: aNumber,
        cache_query_time_ms: aNumber,
        performance_improvement: expect.stringMatching(/^\d+\.\dx faster$/) as unknown,
        time_saved_ms: aNumber,
        test_data: { total_trips },
      });
      const { database_query_time_ms, cache_query_time_ms, time_saved_ms } = performance_test;
      expect(time_saved_ms).toBeCloseTo(database_query_time_ms - cache_query_time_ms, 2);
    });

    it('poisons no live key and leaves none behind', async () => {
      const count = await read('/users/count');
      for (let times = 0; times < 3; times += 1) await get('/cache/performance-test');

      const again = await read('/users/count');

      expect(again).toMatchObject({ status: 200, body: count.body });
      expect(sourceOf(again)).toBe('HIT');
      expect((await get('/cache/keys')).body).toMatchObject({
        total_keys: 1,
        keys: [{ key: 'users:count' }],
      });
    });
  });
});

describe('a Redis that others use too', () => {
  beforeEach(openDatabase);

  afterEach(closeDatabase);

  it('keeps their keys when the cache is cleared, and does not show them', async () => {
    const redis = await startRedis();
    service = await startService({ databaseUrl: database.url, redisUrl: redis.url });
    const other = createClient({ url: redis.url });
    await other.connect();
    try {
      await other.set('card:1:balance', 'theirs');
      await other.hSet('other:hash', 'a', '1');
      await until('an answer is kept', () => isHit('/routes/codes'));

      expect((await get('/cache/keys')).body).toMatchObject({
        total_keys: 1,
        keys: [{ key: 'routes:codes' }],
      });
      expect((await remove('card:1:balance')).status).toBe(404);
      expect((await clear()).body).toMatchObject({ keys_cleared: 1 });
      expect(await theirs(other)).toEqual(['card:1:balance', 'other:hash']);
      await get('/cache/performance-test');
      await get('/cache/health');
      expect(await theirs(other)).toEqual(['card:1:balance', 'other:hash']);
    } finally {
      await other.disconnect();
      await service.stop();
      await redis.stop();
    }
  });
});

/** The keys that are not ours. */
async function theirs(client: { keys(pattern: string): Promise<string[]> }): Promise<string[]> {
  return (await client.keys('*')).filter((name) => !name.startsWith('{travel-recharge:')).sort();
}

describe('a Redis that goes away', () => {
  /** One that hangs is not waited for. */
  const IMPATIENT = { REDIS_TIMEOUT_MS: '300' };
  let redis: RedisServer;

  beforeAll(async () => {
    await openDatabase();
    redis = await startRedis();
    service = await startService({ databaseUrl: database.url, redisUrl: redis.url, env: IMPATIENT });
  });

  afterAll(async () => {
    await service.stop();
    await redis.stop();
    await closeDatabase();
  });

  it.each([
    ['hangs', (): Promise<void> => redis.signal('SIGSTOP'), (): Promise<void> => redis.signal('SIGCONT')],
    ['is killed', (): Promise<void> => redis.kill(), (): Promise<void> => redis.start()],
  ])(
    'when it %s, no request fails or waits for long; then it is used again',
    async (_, takeAway, bringBack) => {
      await untilTrusted(service);
      await read('/routes/codes');
      const { hits, misses, bypasses } = await readCounts();
      await takeAway();
      try {
        const away = { status: 503, body: { code: 'cache_away' } };

        for (let times = 0; times < 3; times += 1) {
          expect(await get('/routes/codes')).toMatchObject({ status: 200, body: { route_codes: [] } });
          expect(await get('/stations')).toMatchObject({ status: 200 });
        }
        expect(await get('/cache/health')).toMatchObject({
          status: 200,
          body: {
            cache_health: {
              status: 'unhealthy',
              ping_time_ms: null,
              operation_time_ms: null,
              connectivity: 'failed',
            },
          },
        });
        expect(await get('/cache/stats')).toMatchObject({
          status: 200,
          body: {
            cache_stats: {
              redis_version: 'unavailable',
              used_memory: 0,
              keyspace_hits: 0,
              hits,
              misses,
              bypasses: bypasses + 6,
            },
          },
        });
        expect(await clear()).toMatchObject(away);
        expect(await get('/cache/keys')).toMatchObject(away);
        expect(await remove('routes:codes')).toMatchObject(away);
        const { status, headers } = await get('/cache/performance-test');
        expect(status).toBe(503);
        expect(headers.get('retry-after')).toBe('1');
        expect(await get('/health/live')).toMatchObject({ status: 200 });
      } finally {
        await bringBack();
      }

      await until('the cache is healthy', isHealthy);
      await until('answers are kept', () => isHit('/stations'));
    },
  );

  it('may be away when the service starts', async () => {
    await redis.kill();
    const late = await startService({ databaseUrl: database.url, redisUrl: redis.url, env: IMPATIENT });
    try {
      expect((await ask(late, '/routes/codes')).status).toBe(200);
    } finally {
      await late.stop();
    }
  });

  async function isHealthy(): Promise<boolean> {
    const { body } = await get<CacheHealth>('/cache/health');
    return body.cache_health.status === 'healthy';
  }

  interface Counts {
    readonly hits: number;
    readonly misses: number;
    readonly bypasses: number;
  }

  async function readCounts(): Promise<Counts> {
    return (await get<CacheStats>('/cache/stats')).body.cache_stats;
  }
});
