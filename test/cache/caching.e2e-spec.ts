import type { Client } from 'pg';
import type { UserRecharges } from '../../src/modules/recharges/dto/recharge-responses.dto';
import type { BoardingResponse } from '../../src/modules/trips/dto/trip-responses.dto';
import type { CacheStats } from '../../src/platform/cache/operations/dto/cache-responses.dto';
import { ServiceCalendar } from '../../src/common/time/service-calendar';
import { connect } from '../builders/connect';
import { aCard, aLine, aRecharge, aUser, type Line } from '../builders/rides';
import { unique } from '../builders/insert';
import { aValidator, numberOfCard, sendTaps } from '../builders/taps';
import { afterTest } from '../setup/after-test';
import { ask, documentOf, post, send, type Answer } from '../setup/api';
import { askCached, sourceOf } from '../setup/ask-cached';
import { createDatabase, type TestDatabase } from '../setup/database';
import { type RedisServer, startRedis } from '../setup/redis-server';
import { type Service, startService } from '../setup/service';
import { until } from '../setup/until';
import { untilTrusted } from '../setup/until-trusted';

/** Nothing expires while a crowded machine runs a test. */
const STEADY = {
  TTL_ROUTE_LOCATION: '300',
  TTL_VEHICLE_POSITIONS: '300',
  TTL_NOT_FOUND: '300',
  SIMULATION: 'on',
};

/** What a write is about: each cached answer that has parameters is read for these. */
interface Subject {
  readonly user_id: number;
  readonly card_id: number;
  readonly trip_id: number;
}

describe.each(['in the process', 'in Redis'])('the cache %s', (where) => {
  let database: TestDatabase;
  let client: Client;
  let redis: RedisServer | undefined;
  let service: Service;
  let line: Line;
  let codes: { station: string; route: string };

  beforeAll(async () => {
    database = await createDatabase();
    client = await connect(database.url);
    redis = where === 'in Redis' ? await startRedis() : undefined;
    service = await startService({ databaseUrl: database.url, redisUrl: redis?.url, env: STEADY });
    await untilTrusted(service);
    line = await aLine(client);
    const { rows } = await client.query<{ station: string; route: string }>(
      `SELECT (SELECT station_code FROM stations WHERE station_id = $1) AS station,
              (SELECT route_code FROM routes WHERE route_id = $2) AS route`,
      [line.boarding.boarding_station_id, line.boarding.route_id],
    );
    codes = rows[0] ?? { station: '', route: '' };
  });

  beforeEach(clear);

  afterAll(async () => {
    await service?.stop();
    await redis?.stop();
    await client?.end();
    await database?.drop();
  });

  async function clear(): Promise<void> {
    expect((await ask(service, '/cache/clear', { method: 'POST' })).status).toBe(200);
  }

  /** Every cached operation, by the name of its key in the document. */
  function cachedPaths({ user_id, card_id, trip_id }: Subject): Readonly<Record<string, string>> {
    const { route_id, boarding_station_id: station_id } = line.boarding;
    return {
      'users:count': '/users/count',
      'users:active:count': '/users/active/count',
      'users:latest': '/users/latest',
      'user:{user_id}:recharges': `/users/${user_id}/recharges`,
      'user:{user_id}:card-balance': `/users/${user_id}/card-balance`,
      'card:{card_id}:balance': `/cards/${card_id}/balance`,
      'card:{card_id}:history': `/cards/${card_id}/history`,
      'trip:{trip_id}': `/trips/${trip_id}`,
      'trips:total': '/trips/total',
      'trips:total:localities': '/trips/total/localities',
      'trips:card:{card_id}': `/trips/card/${card_id}`,
      'route:{route_id}:stations': `/trips/routes/${route_id}/stations`,
      'finance:total_revenue': '/finance/revenue',
      'finance:revenue:by_localities': '/finance/revenue/localities',
      'stations:list:{locality}:{status}': '/stations',
      'stations:identifiers': '/stations/identifiers',
      'station:{code}:details': `/stations/${codes.station}/details`,
      'station:{station_id}:arrivals': `/stations/${station_id}/arrivals`,
      'station:code:{code}:arrivals': `/stations/${codes.station}/realtime-arrivals`,
      'station:{station_id}:alerts:{active_only}': `/stations/${station_id}/alerts`,
      'system:alerts:{active_only}': '/system/alerts',
      'alerts:active': '/alerts',
      'routes:codes': '/routes/codes',
      'fares:on:{on}': '/fares',
      'fares:tariffs': '/fares/tariffs',
      'fares:transfer-rules': '/fares/transfer-rules',
      'fares:transfer-prices': '/fares/transfer-prices',
      'fares:concessions': '/fares/concessions',
      'fares:limits': '/fares/limits',
      'route:{code}:details': `/routes/${codes.route}/details`,
      network: '/network',
      hotlist: '/hotlist',
      'validators:late': '/validators/late',
      'vehicles:positions': '/vehicles/positions',
      'route:{code}:location': `/routes/${codes.route}/current-location`,
    };
  }

  /** A rider with a card and money on it, on a trip. */
  async function aRider(): Promise<Subject> {
    const user_id = await aUser(service);
    const card_id = await aCard(service, 20_000, user_id);
    const { body } = await post<BoardingResponse>(service, '/trips/start', { card_id, ...line.boarding });
    return { user_id, card_id, trip_id: body.trip_id };
  }

  async function readAll(subject: Subject): Promise<Map<string, Answer>> {
    const answers = new Map<string, Answer>();
    for (const [key, path] of Object.entries(cachedPaths(subject)))
      answers.set(key, await askCached(service, path));
    return answers;
  }

  it('has an answer to every operation that says so', async () => {
    const { openApi } = await documentOf(service);
    const described = Object.values(openApi.paths).flatMap((operations) =>
      Object.values(operations).flatMap((operation) => operation['x-cached-as'] ?? []),
    );

    expect([...new Set(described)].sort()).toEqual(
      Object.keys(cachedPaths({ user_id: 1, card_id: 1, trip_id: 1 })).sort(),
    );
  });

  it('is asked first: MISS, then HIT with the same bytes, with and without the prefix', async () => {
    const rider = await aRider();
    await clear();

    for (const [key, path] of Object.entries(cachedPaths(rider))) {
      const first = await askCached(service, path);
      const second = await askCached(service, `/api/v1${path}/`);

      expect([key, first.status, sourceOf(first)]).toEqual([key, 200, 'MISS']);
      expect([key, second.status, sourceOf(second), second.text]).toEqual([key, 200, 'HIT', first.text]);
      expect(second.headers.get('content-type')).toBe(first.headers.get('content-type'));
    }
  });

  it.each([
    ['/trips/finance/revenue', '/finance/revenue'],
    ['/users/latest', '/users/latest?'],
    ['/system/alerts', '/system/alerts?active_only=true'],
    ['/stations', '/stations?locality=&status='],
    ['/fares', `/fares?on=${new ServiceCalendar('America/Bogota').dayOf(new Date())}`],
  ])('has one answer for %s and %s', async (first, second) => {
    expect(sourceOf(await askCached(service, first))).toBe('MISS');
    expect(sourceOf(await askCached(service, second))).toBe('HIT');
  });

  it('remembers that there is no user at all', async () => {
    const empty = await createDatabase();
    afterTest(() => empty.drop());
    const fresh = await startService({ databaseUrl: empty.url, env: STEADY });
    afterTest(() => fresh.stop());
    await untilTrusted(fresh);

    const answers = [await askCached(fresh, '/users/latest'), await askCached(fresh, '/users/latest')];
    await aUser(fresh);
    answers.push(await askCached(fresh, '/users/latest'));

    expect(answers.map((answer) => [answer.status, sourceOf(answer)])).toEqual([
      [204, 'MISS'],
      [204, 'HIT'],
      [200, 'MISS'],
    ]);
  });

  it('keeps only the first page of the default length', async () => {
    const { user_id, card_id } = await aRider();
    await aRecharge(service, card_id, 1_000);
    const page = await ask<UserRecharges>(service, `/users/${user_id}/recharges?limit=1`);
    const { next_cursor } = page.body;

    for (const query of [`limit=1`, `limit=1&cursor=${next_cursor}`, `cursor=${next_cursor}`]) {
      for (let time = 0; time < 2; time += 1) {
        expect(sourceOf(await ask(service, `/users/${user_id}/recharges?${query}`))).not.toBe('HIT');
      }
    }
    expect((await ask(service, `/users/${user_id}/recharges`)).body).toMatchObject({
      recharges: [{ amount: 1_000 }, { amount: 20_000 }],
    });
  });

  describe('after a write', () => {
    const reversal = async ({ card_id }: Subject): Promise<() => Promise<Answer>> => {
      const recharge = await aRecharge(service, card_id, 5_000);
      return () => post(service, `/recharges/${recharge}/reversal`, { reason: 'Paid twice' });
    };
    const ended = async ({ trip_id }: Subject): Promise<void> => {
      const { disembarking_station_id } = line.ride;
      expect((await post(service, '/trips/end', { trip_id, disembarking_station_id })).status).toBe(200);
    };
    /** The write, prepared for a rider; its operation in the document says what it evicts. */
    const writes: readonly (readonly [
      operation: string,
      prepare: (rider: Subject) => Promise<() => Promise<Answer>>,
    ])[] = [
      [
        'POST /users',
        () => Promise.resolve(() => post(service, '/users', { first_name: 'Nueva', last_name: 'Persona' })),
      ],
      ['POST /cards', ({ user_id }) => Promise.resolve(() => post(service, '/cards', { user_id }))],
      [
        'PATCH /cards/{card_id}',
        ({ card_id }) =>
          Promise.resolve(() => send(service, 'PATCH', `/cards/${card_id}`, { status: 'blocked' })),
      ],
      [
        'POST /recharges',
        ({ card_id }) => Promise.resolve(() => post(service, '/recharges', { card_id, amount: 7_000 })),
      ],
      [
        'POST /cards/recharge',
        ({ card_id }) => Promise.resolve(() => post(service, '/cards/recharge', { card_id, amount: 7_000 })),
      ],
      ['POST /recharges/{recharge_id}/reversal', reversal],
      [
        'POST /trips/end',
        ({ trip_id }) => {
          const { disembarking_station_id } = line.ride;
          return Promise.resolve(() => post(service, '/trips/end', { trip_id, disembarking_station_id }));
        },
      ],
      [
        'POST /trips/start',
        async (rider) => {
          await ended(rider);
          return () => post(service, '/trips/start', { card_id: rider.card_id, ...line.boarding });
        },
      ],
      [
        'POST /trips/complete',
        async (rider) => {
          await ended(rider);
          return () => post(service, '/trips/complete', { card_id: rider.card_id, ...line.ride });
        },
      ],
      [
        'POST /taps',
        async ({ card_id }) => {
          const { boarding_station_id: station_id, route_id } = line.boarding;
          const validator = await aValidator(service, { station_id, route_id });
          const card_number = await numberOfCard(client, card_id);
          // The second one is missing, and nobody has a card like the third.
          const tapped_at = new Date().toISOString();
          return () =>
            sendTaps(service, validator, [
              { sequence: 1, card_number, tapped_at },
              { sequence: 3, card_number: '0', tapped_at },
            ]);
        },
      ],
      [
        'POST /validators',
        () => {
          const { boarding_station_id: station_id } = line.boarding;
          return Promise.resolve(() => post(service, '/validators', { number: `V-${unique()}`, station_id }));
        },
      ],
      [
        'POST /trips/simulate/revenue-test',
        async (rider) => {
          await ended(rider);
          return () => ask(service, '/trips/simulate/revenue-test?num_trips=200', { method: 'POST' });
        },
      ],
    ];

    it.each(writes)(
      '%s, every answer is as the database is, and what it does not name is still there',
      async (operation, prepare) => {
        const rider = await aRider();
        const write = await prepare(rider);
        await readAll(rider);
        expect(sourceOf(await askCached(service, '/users/count'))).toBe('HIT');

        expect((await write()).status).toBeLessThan(300);
        const seen = await readAll(rider);
        await clear();
        const fresh = await readAll(rider);

        for (const [key, answer] of fresh) expect([key, seen.get(key)?.text]).toEqual([key, answer.text]);
        const missed = [...seen].flatMap(([key, answer]) => (sourceOf(answer) === 'MISS' ? key : []));
        expect(missed).not.toEqual([]);
        // A simulation takes cards as it likes.
        if (operation.includes('simulate')) return;
        const { openApi } = await documentOf(service);
        const [method = '', path = ''] = operation.split(' ');
        const named = openApi.paths[path]?.[method.toLowerCase()]?.['x-evicts'] ?? [];
        expect(missed.filter((key) => !named.includes(key))).toEqual([]);
      },
    );

    it('what was not there under its id is there now', async () => {
      const next = async (sequence: string): Promise<number> => {
        const { rows } = await client.query<{ last: number }>(`SELECT last_value AS last FROM ${sequence}`);
        return (rows[0]?.last ?? 0) + 1;
      };
      const ids = {
        user_id: await next('users_user_id_seq'),
        card_id: await next('cards_card_id_seq'),
        trip_id: await next('trips_trip_id_seq'),
      };
      const paths = cachedPaths(ids);
      const own = ['user:{user_id}:recharges', 'user:{user_id}:card-balance', 'card:{card_id}:balance']
        .concat('card:{card_id}:history', 'trips:card:{card_id}', 'trip:{trip_id}')
        .map((key) => paths[key] ?? '');
      for (const path of own) expect((await ask(service, path)).status).toBe(404);

      expect(await aRider()).toEqual(ids);

      for (const path of own) expect([path, (await ask(service, path)).status]).toEqual([path, 200]);
    });

    it('that was refused, everything is still there', async () => {
      const rider = await aRider();
      await readAll(rider);

      expect((await post(service, '/trips/start', { card_id: rider.card_id, ...line.boarding })).status).toBe(
        409,
      );
      expect((await post(service, '/recharges', { card_id: rider.card_id, amount: 1 })).status).toBe(422);

      for (const [key, answer] of await readAll(rider)) expect([key, sourceOf(answer)]).toEqual([key, 'HIT']);
    });
  });
});

/** Of each answer its own. */
const OWN_HEADERS = ['date', 'x-request-id', 'age'];
const FAR = 999_999;

describe('a hit', () => {
  let database: TestDatabase;
  let redis: RedisServer;
  /** One answers hits before Nest; the other compares each with the database, which its interceptor does. Both have one cache. */
  let services: readonly [before: Service, inside: Service];
  /** What fills the parameters of a path. */
  let values: Readonly<Record<string, string | number>>;

  beforeAll(async () => {
    database = await createDatabase();
    redis = await startRedis();
    const start = (CACHE_SAMPLE_ONE_IN: string): Promise<Service> =>
      startService({
        databaseUrl: database.url,
        redisUrl: redis.url,
        env: { ...STEADY, TTL_STATION_ARRIVALS: '300', CACHE_SAMPLE_ONE_IN },
      });
    services = await Promise.all([start('0'), start('1')]);
    await Promise.all(services.map(untilTrusted));
  });

  afterAll(async () => {
    await Promise.all((services ?? []).map((service) => service.stop()));
    await redis?.stop();
    await database?.drop();
  });

  /** Every path of a cached operation, from the document. */
  async function cachedPaths(): Promise<string[]> {
    const { openApi } = await documentOf(services[0]);
    return Object.entries(openApi.paths).flatMap(([path, operations]) =>
      operations.get?.['x-cached-as'] === undefined ? [] : path,
    );
  }

  const filled = (path: string, of: Readonly<Record<string, string | number>>): string =>
    path.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = of[name !== 'code' ? name : path.startsWith('/station') ? 'station_code' : 'route_code'];
      if (value === undefined) throw new Error(`nothing is known for ${name} in ${path}`);
      return String(value);
    });

  const hitsOf = async (service: Service): Promise<number> =>
    (await ask<CacheStats>(service, '/cache/stats')).body.cache_stats.hits;

  async function seen(service: Service, path: string, options: RequestInit = {}): Promise<object> {
    const { status, headers, text } = await askCached(service, path, options);
    // A problem document has the request's own id, which may be longer.
    const own = status === 404 || status === 422 ? [...OWN_HEADERS, 'content-length'] : OWN_HEADERS;
    return {
      status,
      headers: Object.fromEntries([...headers].filter(([name]) => !own.includes(name))),
      text: text.replace(/"(request|trace)_id":"[^"]*"/g, ''),
    };
  }

  /** Asks both services, after the answer was stored. */
  async function expectSame(path: string, options: RequestInit, status: number): Promise<void> {
    await isStored(path);
    const [before, inside] = await Promise.all(services.map((service) => countedHit(service, path, options)));

    expect(before).toMatchObject({ status, headers: { 'x-cache': 'HIT' } });
    expect([path, before]).toEqual([path, inside]);
  }

  async function isStored(path: string): Promise<void> {
    await until(`${path} is a hit`, async () => sourceOf(await ask(services[0], path)) === 'HIT');
  }

  /** What is seen of a hit; it is counted once. */
  async function countedHit(service: Service, path: string, options: RequestInit): Promise<object> {
    const hits = await hitsOf(service);
    const answer = await seen(service, path, options);
    expect(await hitsOf(service)).toBe(hits + 1);
    return answer;
  }

  it('of nothing is the same before Nest as in the interceptor', async () => {
    await expectSame('/users/latest', {}, 204);
  });

  it('of every operation is the same before Nest as in the interceptor', async () => {
    const client = await connect(database.url);
    afterTest(() => client.end());
    const line = await aLine(client);
    const { route_id, boarding_station_id: station_id } = line.boarding;
    const user_id = await aUser(services[0]);
    const card_id = await aCard(services[0], 20_000, user_id);
    const { body } = await post<BoardingResponse>(services[0], '/trips/start', { card_id, ...line.boarding });
    const { rows } = await client.query<Record<'station_code' | 'route_code', string>>(
      `SELECT (SELECT station_code FROM stations WHERE station_id = $1),
              (SELECT route_code FROM routes WHERE route_id = $2)`,
      [station_id, route_id],
    );
    values = { user_id, card_id, trip_id: body.trip_id, route_id, station_id, ...rows[0] };
    const paths = (await cachedPaths()).map((path) => filled(path, values));
    expect(paths.length).toBeGreaterThan(30);

    for (const path of paths) {
      await expectSame(path, {}, 200);
      await expectSame(`/api/v1${path}/`, { method: 'HEAD' }, 200);
      await expectSame(path, { headers: { 'if-none-match': '*' } }, 304);
    }
    const { samples, differences } = (await ask<CacheStats>(services[1], '/cache/stats')).body.cache_stats;
    expect([samples, differences]).toEqual([expect.any(Number), 0]);
    expect(samples).toBeGreaterThan(paths.length);
    expect((await ask<CacheStats>(services[0], '/cache/stats')).body.cache_stats.samples).toBe(0);
  });

  it('of what does not exist is the same before Nest as in the interceptor', async () => {
    const nobody = Object.fromEntries(Object.keys(values).map((name) => [name, FAR]));
    const paths = (await cachedPaths()).filter((path) => path.includes('{'));
    for (const path of paths) {
      await expectSame(filled(path, nobody), {}, 404);
      await expectSame(filled(path, nobody), { method: 'HEAD', headers: { 'if-none-match': '*' } }, 404);
    }
  });

  it('does not spare a query its refusal', async () => {
    const [service] = services;
    const { openApi } = await documentOf(service);
    for (const path of await cachedPaths()) {
      const stored = filled(path, values);
      const parameters =
        openApi.paths[path]?.get?.parameters?.filter(({ in: where }) => where === 'query') ?? [];
      const bad = parameters.flatMap(({ name }) => [`${name}=%00`, `${name}=a&${name}=a`, `${name}=%C2%85`]);
      for (const query of [...bad, 'other=1']) {
        await ask(service, '/cache/clear', { method: 'POST' });
        const cold = await seen(service, `${stored}?${query}`);
        expect([query, cold]).toMatchObject([query, { status: 422 }]);
        await isStored(stored);

        expect([query, await seen(service, `${stored}?${query}`)]).toEqual([query, cold]);
      }
    }
  });
});
