import type { Client } from 'pg';
import { connect } from './builders/connect';
import { aCard, aLine, aRecharge, aUser, FARE, type Line } from './builders/rides';
import { ask, post, send, type Answer } from './setup/api';
import { createDatabase, type TestDatabase } from './setup/database';
import { startRedis, type RedisServer } from './setup/redis-server';
import { type Service, startService } from './setup/service';
import { until } from './setup/until';

/** On a busy machine a test waits for Redis rather than do without it. */
const PATIENT = { REDIS_TIMEOUT_MS: '2000' };
const MONEY = 50_000;

let database: TestDatabase;
let client: Client;
let redis: RedisServer;
let service: Service;
let line: Line;
let user: number;
let card: number;
let trip: number;

const get = (path: string): Promise<Answer> => ask(service, path);
const cacheOf = async (path: string): Promise<string | null> => (await get(path)).headers.get('x-cache');
const bodyOf = async (path: string): Promise<unknown> => (await get(path)).body;

/** Every cached operation, asked for what the test's rider, card, trip and line show. */
async function cachedPaths(): Promise<string[]> {
  const { rows } = await client.query<{ station: string; route: string }>(
    `SELECT (SELECT station_code FROM stations WHERE station_id = $1) AS station,
            (SELECT route_code FROM routes WHERE route_id = $2) AS route`,
    [line.boarding.boarding_station_id, line.boarding.route_id],
  );
  const [{ station, route } = { station: '', route: '' }] = rows;
  return [
    '/users/count',
    '/users/active/count',
    '/users/latest',
    `/users/${user}/recharges`,
    `/users/${user}/card-balance`,
    `/cards/${card}/balance`,
    `/cards/${card}/history`,
    `/trips/${trip}`,
    '/trips/total',
    '/trips/total/localities',
    `/trips/card/${card}`,
    `/trips/routes/${line.boarding.route_id}/stations`,
    '/finance/revenue',
    '/finance/revenue/localities',
    '/stations',
    '/stations/identifiers',
    `/stations/${station}/details`,
    `/stations/${line.boarding.boarding_station_id}/arrivals`,
    `/stations/${station}/realtime-arrivals`,
    `/stations/${line.boarding.boarding_station_id}/alerts`,
    '/system/alerts',
    '/routes/codes',
    `/routes/${route}/details`,
    `/routes/${route}/current-location`,
  ];
}

/** Fills the cache with all of them. */
async function warmUp(): Promise<string[]> {
  const paths = await cachedPaths();
  for (const path of paths) await get(path);
  return paths;
}

/** The operations that a write made old: the others are still answered from the cache. */
async function evictedBy(write: () => Promise<Answer>): Promise<string[]> {
  const paths = await warmUp();
  const { status } = await write();
  expect(status).toBeLessThan(300);
  const misses: string[] = [];
  for (const path of paths) if ((await cacheOf(path)) === 'MISS') misses.push(path);
  return misses;
}

describe.each(['in the process', 'in Redis'])('the cache %s', (where) => {
  beforeAll(async () => {
    database = await createDatabase();
    client = await connect(database.url);
    redis = await startRedis();
    service = await startService({
      databaseUrl: database.url,
      ...(where === 'in Redis' && { redisUrl: redis.url }),
      // Long enough that nothing expires while a test looks.
      env: { ...PATIENT, TTL_ROUTE_LOCATION: '600', TTL_FINANCE_TOTAL_REVENUE: '600', TRIP_MAX_HOURS: '1' },
    });
    line = await aLine(client);
  });

  afterAll(async () => {
    await service.stop();
    await redis.stop();
    await client.end();
    await database.drop();
  });

  beforeEach(async () => {
    user = await aUser(service);
    card = await aCard(service, MONEY, user);
    const { body } = await post(service, '/trips/complete', { card_id: card, ...line.ride });
    trip = (body as { trip_id: number }).trip_id;
    await ask(service, '/cache/clear', { method: 'POST' });
  });

  it('keeps the answer of every cached operation, byte for byte', async () => {
    for (const path of await cachedPaths()) {
      const loaded = await get(path);
      const kept = await get(path);

      expect([path, loaded.status, loaded.headers.get('x-cache')]).toEqual([path, 200, 'MISS']);
      expect([path, kept.status, kept.headers.get('x-cache')]).toEqual([path, 200, 'HIT']);
      expect(kept.text).toBe(loaded.text);
      expect(kept.headers.get('content-type')).toBe(loaded.headers.get('content-type'));
    }
  });

  it('gives the same answer under the prefix, and under the older name of the revenue', async () => {
    await get(`/cards/${card}/balance`);
    await get('/finance/revenue');

    expect(await cacheOf(`/api/v1/cards/${card}/balance`)).toBe('HIT');
    expect(await cacheOf('/trips/finance/revenue')).toBe('HIT');
  });

  it('keeps the first page only', async () => {
    const path = `/users/${user}/recharges`;
    await aRecharge(service, card, 1_000);
    const { next_cursor } = (await bodyOf(`${path}?limit=1`)) as { next_cursor: string };

    expect(await cacheOf(`${path}?limit=1`)).toBeNull();
    expect(await cacheOf(`${path}?cursor=${next_cursor}`)).toBeNull();
    expect(await cacheOf(path)).toBe('MISS');
    expect(await cacheOf(path)).toBe('HIT');
  });

  it('does not keep a refusal', async () => {
    await get('/cards/999999/balance');
    const { status, headers } = await get('/cards/999999/balance');

    expect([status, headers.get('x-cache')]).toEqual([404, 'MISS']);
  });

  it('evicts what a recharge and its reversal make old, and nothing else', async () => {
    const old = [
      `/users/${user}/recharges`,
      `/users/${user}/card-balance`,
      `/cards/${card}/balance`,
      `/cards/${card}/history`,
      '/finance/revenue',
    ];
    let recharge = 0;

    expect(
      await evictedBy(async () => {
        const answer = await post(service, '/recharges', { card_id: card, amount: 2_000 });
        recharge = (answer.body as { recharge_id: number }).recharge_id;
        return answer;
      }),
    ).toEqual(old);
    expect(await bodyOf(`/cards/${card}/balance`)).toMatchObject({ balance: MONEY - FARE + 2_000 });

    expect(
      await evictedBy(() => post(service, `/recharges/${recharge}/reversal`, { reason: 'test' })),
    ).toEqual(old);
    expect(await bodyOf(`/cards/${card}/balance`)).toMatchObject({ balance: MONEY - FARE });
    expect(await bodyOf(`/cards/${card}/history`)).toMatchObject({
      history: [{ recharge_id: recharge, reversed_at: expect.any(String) as unknown }, { reversed_at: null }],
    });
  });

  it('evicts what a boarding and an alighting make old, and nothing else', async () => {
    const boarding = { card_id: card, ...line.boarding };
    const start = (): Promise<Answer> => post(service, '/trips/start', boarding);

    expect(
      await evictedBy(async () => {
        const answer = await start();
        trip = (answer.body as { trip_id: number }).trip_id;
        return answer;
      }),
    ).toEqual([
      `/users/${user}/card-balance`,
      `/cards/${card}/balance`,
      '/trips/total',
      '/trips/total/localities',
      `/trips/card/${card}`,
      '/finance/revenue',
      '/finance/revenue/localities',
    ]);
    const end = { trip_id: trip, disembarking_station_id: line.ride.disembarking_station_id };
    expect(await evictedBy(() => post(service, '/trips/end', end))).toEqual([
      `/trips/${trip}`,
      '/trips/total',
      '/trips/total/localities',
      `/trips/card/${card}`,
    ]);
    expect(await bodyOf(`/trips/${trip}`)).toMatchObject({ status: 'completed' });
  });

  it('evicts the forgotten trip that a boarding closes', async () => {
    const { body } = await post(service, '/trips/start', { card_id: card, ...line.boarding });
    trip = (body as { trip_id: number }).trip_id;
    await client.query(
      `UPDATE open_trips SET boarding_time = boarding_time - interval '2 hours' WHERE trip_id = $1`,
      [trip],
    );

    const old = await evictedBy(() => post(service, '/trips/complete', { card_id: card, ...line.ride }));

    expect(old).toContain(`/trips/${trip}`);
    expect(await bodyOf(`/trips/${trip}`)).toMatchObject({ status: 'closed_without_exit' });
  });

  it('evicts what a status makes old: the balances that show it, and the active users', async () => {
    const old = ['/users/active/count', `/users/${user}/card-balance`, `/cards/${card}/balance`];

    expect(await evictedBy(() => send(service, 'PATCH', `/cards/${card}`, { status: 'blocked' }))).toEqual(
      old,
    );
    expect(await bodyOf(`/cards/${card}/balance`)).toMatchObject({ status: 'blocked' });
  });

  it('evicts what a new user and a new card make old', async () => {
    expect(
      await evictedBy(() => post(service, '/users', { first_name: 'Sintética', last_name: 'Nueva' })),
    ).toEqual(['/users/count', '/users/latest']);
    expect(await evictedBy(() => post(service, '/cards', { user_id: user }))).toEqual([
      '/users/active/count',
      `/users/${user}/card-balance`,
    ]);
  });

  it('is left alone by a refused write', async () => {
    const paths = await warmUp();

    const { status } = await post(service, '/recharges', { card_id: card, amount: 1 });

    expect(status).toBe(422);
    for (const path of paths) expect([path, await cacheOf(path)]).toEqual([path, 'HIT']);
  });
});

describe('without its Redis', () => {
  beforeAll(async () => {
    database = await createDatabase();
    client = await connect(database.url);
    redis = await startRedis();
    line = await aLine(client);
  });

  afterAll(async () => {
    await redis.stop();
    await client.end();
    await database.drop();
  });

  beforeEach(async () => {
    service = await startService({ databaseUrl: database.url, redisUrl: redis.url });
    card = await aCard(service, 0);
  });

  afterEach(async () => {
    expect((await service.stop()).code).toBe(0);
  });

  /** Reads and writes of a rider; each is answered in time, or the request itself fails. */
  async function useCard(): Promise<void> {
    expect((await get(`/cards/${card}/balance`)).status).toBe(200);
    await aRecharge(service, card, 5_000);
    expect((await post(service, '/trips/complete', { card_id: card, ...line.ride })).status).toBe(200);
    expect((await get('/trips/total')).status).toBe(200);
  }

  async function isUsedAgain(): Promise<void> {
    await until('Redis is used again', async () => {
      await get('/users/count');
      return (await cacheOf('/users/count')) === 'HIT';
    });
  }

  it('serves while it is killed, and uses it again when it is back', async () => {
    await useCard();
    await redis.kill();
    await useCard();
    expect(await bodyOf('/health')).toMatchObject({ status: 'degraded' });

    await redis.start();
    await isUsedAgain();
  });

  it('serves while it hangs, and uses it again when it goes on', async () => {
    await useCard();
    await redis.signal('SIGSTOP');
    await Promise.all([1, 2, 3].map(() => get(`/cards/${card}/balance`)));
    await aRecharge(service, card, 5_000);

    await redis.signal('SIGCONT');
    await isUsedAgain();
  });

  it('starts and serves while it refuses connections', async () => {
    await redis.kill();
    const late = await startService({ databaseUrl: database.url, redisUrl: redis.url });
    try {
      expect((await ask(late, `/cards/${card}/balance`)).status).toBe(200);
      expect((await post(late, '/recharges', { card_id: card, amount: 5_000 })).status).toBe(201);
    } finally {
      expect((await late.stop()).code).toBe(0);
      await redis.start();
    }
  });
});
