import type { Client } from 'pg';
import type { FaresInForce } from '../../src/modules/fares/dto/fares-in-force.dto';
import { seedDemonstration } from '../../src/programs/seed/seed-demonstration';
import { connect } from '../builders/connect';
import { aRoute, aStation, type RouteRow } from '../builders/network';
import { aCard, aRecharge, aUser, balanceOf } from '../builders/rides';
import { afterFile, afterTest } from '../setup/after-test';
import { ask, post, type Answer } from '../setup/api';
import { askCached, sourceOf } from '../setup/ask-cached';
import { createDatabase, type TestDatabase } from '../setup/database';
import { fareDifferences } from '../setup/fares';
import { breaksOf } from '../setup/ledger';
import { startRedis } from '../setup/redis-server';
import { type Service, startService } from '../setup/service';
import { ServiceClock } from '../setup/service-clock';
import { until } from '../setup/until';
import { untilTrusted } from '../setup/until-trusted';

/** Midnight of 8 September 2024 does not exist there: clocks go from 24:00 to 01:00. */
const TIME_ZONE = 'America/Santiago';
const FARE = 2_950;

interface City {
  readonly database: TestDatabase;
  readonly client: Client;
  readonly clock: ServiceClock;
  readonly service: Service;
}

/** A service whose clock the tests set; it caches in Redis if it has one. */
async function aCity(redisUrl?: string): Promise<City> {
  const database = await createDatabase();
  afterFile(() => database.drop());
  const client = await connect(database.url);
  afterFile(() => client.end());
  const clock = await ServiceClock.create('2024-09-01T12:00:00Z');
  afterFile(() => clock.remove());
  const { nodeOptions } = clock;
  const env = { SERVICE_TIME_ZONE: TIME_ZONE };
  const service = await startService({ databaseUrl: database.url, redisUrl, nodeOptions, env });
  afterFile(() => service.stop());
  await untilTrusted(service);
  return { database, client, clock, service };
}

describe.each(['in the process', 'in Redis'])('the fares of a day, cached %s', (where) => {
  let city: City;

  beforeAll(async () => {
    const redis = where === 'in Redis' ? await startRedis() : undefined;
    if (redis) afterFile(() => redis.stop());
    city = await aCity(redis?.url);
  });

  async function faresAt(
    moment: string,
    { path = '/fares', etag = '' } = {},
  ): Promise<readonly [cache: string | null, status: number, on?: string, price?: number]> {
    await city.clock.set(moment);
    const answer = await askCached<Partial<FaresInForce> | null>(city.service, path, {
      headers: { 'if-none-match': etag },
    });
    const { status, body } = answer;
    return [sourceOf(answer), status, body?.on, body?.tariffs?.[0]?.price];
  }
  const etagNow = async (): Promise<string> => (await ask(city.service, '/fares')).headers.get('etag') ?? '';

  it('end with it', async () => {
    const [before, midnight] = ['2025-01-18T02:59:59.999Z', '2025-01-18T03:00:00.000Z'];

    expect(await faresAt(before)).toEqual(['MISS', 200, '2025-01-17', 2_950]);
    expect(await faresAt(before)).toEqual(['HIT', 200, '2025-01-17', 2_950]);
    const etag = await etagNow();
    expect(await faresAt(before, { etag })).toEqual(['HIT', 304, undefined, undefined]);

    expect(await faresAt(midnight, { etag })).toEqual(['MISS', 200, '2025-01-18', 3_200]);
    expect(await faresAt(midnight, { etag: await etagNow() })).toEqual(['HIT', 304, undefined, undefined]);
    // As for an instance whose clock is a little behind.
    expect(await faresAt(before)).toEqual(['HIT', 200, '2025-01-17', 2_950]);
  });

  it('are those of today under whichever name, and no others are cached', async () => {
    const noon = '2025-01-20T12:00:00Z';
    await faresAt(noon);

    expect(await faresAt(noon, { path: '/fares?on=2025-01-20' })).toEqual(['HIT', 200, '2025-01-20', 3_200]);
    for (const day of ['2025-01-19', '2025-01-21'])
      expect(await faresAt(noon, { path: `/fares?on=${day}` })).toEqual([null, 200, day, 3_200]);
    expect(await faresAt(noon, { path: '/fares?on=' })).toEqual([null, 422, undefined, undefined]);
  });

  it('are new after a rule of that day was set, also where a clock is ahead', async () => {
    const [tariff, day] = ['/fares/tariffs', '2025-01-22'];
    await faresAt('2025-01-22T12:00:00Z');

    await city.clock.set('2025-01-21T12:00:00Z');
    const rule = { component: 'trunk', valid_from: day, price: 3_333 };
    expect((await post(city.service, tariff, rule)).status).toBe(201);

    expect(await faresAt('2025-01-22T12:00:00Z')).toEqual(['MISS', 200, day, 3_333]);
  });
});

describe('credit around midnight', () => {
  let city: City;
  let boarding: (card: number, route: number) => object;

  beforeAll(async () => {
    city = await aCity();
    const { client } = city;
    const stations = [await aStation(client), await aStation(client)];
    const routes: RouteRow[] = [];
    while (routes.length < 3) routes.push(await aRoute(client, stations, { route_type: 'TRONCAL' }));
    boarding = (card_id, route) => ({
      card_id,
      route_id: routes[route]?.route_id,
      boarding_station_id: stations[0]?.station_id,
      disembarking_station_id: stations[1]?.station_id,
    });
  });

  afterEach(async () => {
    expect(await breaksOf(city.database.url)).toEqual({});
    expect(await fareDifferences(city.database.url, TIME_ZONE)).toEqual([]);
  });

  const at = (moment: string): Promise<void> => city.clock.set(moment);
  const ride = (card: number, route = 0): Promise<Answer> =>
    post(city.service, '/trips/complete', boarding(card, route));
  const reverse = (recharge: number): Promise<Answer> =>
    post(city.service, `/recharges/${recharge}/reversal`, { reason: 'Paid twice' });

  /** A card that has used its credit up, has paid back what it owed, and is empty. */
  async function aCardWithoutCredit(day: string): Promise<number> {
    await at(`${day}T12:00:00Z`);
    const card = await aCard(city.service, 1_000, await aUser(city.service));
    expect(await ride(card, 0)).toMatchObject({ status: 200 });
    await at(`${day}T15:00:00Z`);
    expect(await ride(card, 1)).toMatchObject({ status: 200, body: { new_balance: 1_000 - 2 * FARE } });
    await aRecharge(city.service, card, 2 * FARE - 1_000);
    expect(await balanceOf(city.service, card)).toBe(0);
    return card;
  }

  /** What becomes of a boarding of an empty card on the next day. */
  async function expectCredit(card: number, moment: string, hasCredit: boolean): Promise<void> {
    await at(moment);
    expect(await balanceOf(city.service, card)).toBeLessThan(FARE);
    const { status } = await ride(card, 2);
    expect(status).toBe(hasCredit ? 200 : 402);
  }

  it.each([
    ['04:00:00.000Z', '2024-09-08T03:59:59.999Z', true],
    ['04:00:00.000Z', '2024-09-08T03:00:00.000Z', true],
    // That is the same day already.
    ['12:00:00.000Z', '2024-09-08T04:00:00.000Z', false],
  ])(
    'is there at %s of a day that begins at 01:00 after a recharge at %s: %s',
    async (time, moment, isThere) => {
      const card = await aCardWithoutCredit('2024-09-05');
      await at(moment);
      await aRecharge(city.service, card, FARE);
      await at(`2024-09-08T${time}`);
      expect(await ride(card, 0)).toMatchObject({ status: 200, body: { new_balance: 0 } });

      await expectCredit(card, `2024-09-08T${time}`, isThere);
    },
  );

  it.each([
    ['2024-10-16T02:59:59.999Z', false],
    ['2024-10-16T03:00:00.000Z', true],
    ['2024-10-16T03:00:01.000Z', true],
  ])('is %s: reversed then, a recharge of the day before renews it: %s', async (moment, hasCredit) => {
    const card = await aCardWithoutCredit('2024-10-10');
    await at('2024-10-16T02:00:00Z');
    const recharge = await aRecharge(city.service, card, 10_000);
    await at(moment);
    expect(await reverse(recharge)).toMatchObject({ status: 201, body: { new_balance: 0 } });

    await expectCredit(card, '2024-10-16T12:00:00Z', hasCredit);
  });

  it.each([
    ['another still suffices', [10_000, FARE], 0, true],
    ['another suffices by itself', [FARE, 10_000], 1, true],
    ['only both together would have sufficed', [2_000, 1_000], 0, false],
    ['it was the one that sufficed', [2_000, 1_000], 1, false],
  ])('of two recharges one is reversed, and %s', async (_, amounts, reversed, hasCredit) => {
    const card = await aCardWithoutCredit('2024-11-10');
    await at('2024-11-15T22:00:00Z');
    const recharges: number[] = [];
    for (const amount of amounts) recharges.push(await aRecharge(city.service, card, amount));
    await at('2024-11-16T02:59:59.999Z');
    expect((await reverse(recharges[reversed] ?? 0)).status).toBe(201);

    await at('2024-11-16T03:00:00Z');
    if ((await balanceOf(city.service, card)) >= FARE) expect((await ride(card, 0)).status).toBe(200);
    await expectCredit(card, '2024-11-16T12:00:00Z', hasCredit);
  });

  it('is decided under the lock of the card, whichever comes first of a boarding and a reversal', async () => {
    const { client, database } = city;
    const other = await connect(database.url);
    afterTest(() => other.end());
    const card = await aCardWithoutCredit('2024-12-10');
    await at('2024-12-16T02:59:59.000Z');
    const recharge = await aRecharge(city.service, card, FARE);

    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await client.query('SELECT FROM cards WHERE card_id = $1 FOR NO KEY UPDATE', [card]);
    const reversal = reverse(recharge);
    const waiting = (count: number) => async (): Promise<boolean> => {
      const { rows } = await other.query(
        `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
      );
      return rows.length === count;
    };
    await until('the reversal waits', waiting(1));
    const boarded = ride(card, 2);
    await until('the boarding waits', waiting(2));
    // Both come to the card's lock before midnight, and get it after it.
    await at('2024-12-16T03:00:00.000Z');
    await client.query('COMMIT');

    // First the reversal, then on credit; or the fare out of the recharge, which then is spent.
    const statuses = [(await reversal).status, (await boarded).status];
    expect([
      [201, 200],
      [409, 200],
    ]).toContainEqual(statuses);
    expect(await balanceOf(city.service, card)).toBe(statuses[0] === 201 ? -FARE : 0);
  });

  it('is the same for a reversal by a clock that is behind: it is no earlier than its recharge', async () => {
    const card = await aCardWithoutCredit('2024-12-20');
    await at('2024-12-26T03:00:00.000Z');
    const recharge = await aRecharge(city.service, card, 10_000);
    await at('2024-12-26T02:59:59.999Z');

    expect((await reverse(recharge)).body).toMatchObject({ reversed_at: '2024-12-26T03:00:00.000Z' });
    await expectCredit(card, '2024-12-27T12:00:00Z', false);
  });
});

it('a demonstration city over days of 23 hours is charged by the days of its own time zone', async () => {
  const database = await createDatabase();
  afterTest(() => database.drop());
  const now = new Date('2024-09-09T20:00:00Z');
  await seedDemonstration(database.url, { now, timeZone: TIME_ZONE, cards: 200, trips: 2_000, days: 3 });

  expect(await fareDifferences(database.url, TIME_ZONE)).toEqual([]);
  expect(await breaksOf(database.url)).toEqual({});
});
