import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { DataSource } from 'typeorm';
import { seedDemonstration } from '../../src/programs/seed/seed-demonstration';
import { BoardingsRepository } from '../../src/modules/trips/boardings.repository';
import { insert } from '../builders/insert';
import { aCard, aLine, aRecharge, aUser, balanceOf, FARE, type Line } from '../builders/rides';
import { afterTest } from '../setup/after-test';
import { ask, post, type Answer } from '../setup/api';
import { createDatabase, type TestDatabase } from '../setup/database';
import { startRedis } from '../setup/redis-server';
import { type Service, startService } from '../setup/service';
import { startOverDatabase } from '../setup/service-over-database';

let database: TestDatabase;
let client: Client;
let service: Service;
let line: Line;

beforeAll(async () => {
  ({ database, client, service } = await startOverDatabase({ SIMULATION: 'on' }));
  line = await aLine(client);
});

const bodyOf = <Body>({ body }: Answer): Body => body as Body;

function times(count: number, make: () => Promise<Answer>): Promise<Answer[]> {
  return Promise.all(Array.from({ length: count }, make));
}

/** What the replaced service did wrong. That its performance test poisoned a live key is tested with the cache. */
describe('what was wrong in the service it replaces', () => {
  it.each(['-50000', '0', '0.1', '1e308', '"NaN"'])('a recharge of %s was taken', async (amount) => {
    const card_id = await aCard(service, 1_000);

    for (const path of ['/recharges', '/cards/recharge']) {
      const answer = await ask(service, path, {
        method: 'POST',
        body: `{"card_id":${card_id},"amount":${amount}}`,
        headers: { 'content-type': 'application/json' },
      });
      expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/amount' }] } });
    }

    expect(await balanceOf(service, card_id)).toBe(1_000);
  });

  it('404 and 400 came back as 500', async () => {
    const ride = { card_id: await aCard(service, 0), ...line.ride };
    const malformed = { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } };

    expect((await ask(service, '/cards/999999999/balance')).status).toBe(404);
    expect((await ask(service, '/trips/999999999')).status).toBe(404);
    expect((await ask(service, '/trips/start', malformed)).status).toBe(400);
    expect((await post(service, '/trips/complete', ride)).status).toBe(402);
    expect((await post(service, '/trips/complete', { ...ride, card_id: 999_999_999 })).status).toBe(404);
  });

  it('with Redis away a recharge was committed and answered 500, so that a retry paid twice', async () => {
    const redis = await startRedis();
    afterTest(() => redis.stop());
    const cached = await startService({ databaseUrl: database.url, redisUrl: redis.url });
    afterTest(() => cached.stop());
    const card_id = await aCard(cached, 0);
    const recharge = (): Promise<Answer> =>
      post(cached, '/recharges', { card_id, amount: 5_000 }, { 'idempotency-key': key });
    const key = randomUUID();
    await balanceOf(cached, card_id);
    await redis.kill();

    const first = await recharge();
    const retry = await recharge();

    expect([first.status, retry.status, retry.text]).toEqual([201, 201, first.text]);
    expect(await balanceOf(cached, card_id)).toBe(5_000);
  });

  it('a retry was another recharge', async () => {
    const card_id = await aCard(service, 0);
    const key = randomUUID();

    for (let time = 0; time < 3; time += 1) {
      await post(service, '/recharges', { card_id, amount: 5_000 }, { 'idempotency-key': key });
    }

    expect(await balanceOf(service, card_id)).toBe(5_000);
  });

  it('20 starts at once opened 15 trips on one card', async () => {
    const card_id = await aCard(service, 200_000);

    const answers = await times(20, () => post(service, '/trips/start', { card_id, ...line.boarding }));

    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(19).fill(409)]);
    expect(await balanceOf(service, card_id)).toBe(200_000 - FARE);
  });

  it('20 ends of one trip charged 4 fares', async () => {
    const card_id = await aCard(service, 200_000);
    const { trip_id } = bodyOf<{ trip_id: number }>(
      await post(service, '/trips/start', { card_id, ...line.boarding }),
    );
    const { disembarking_station_id } = line.ride;

    const answers = await times(20, () => post(service, '/trips/end', { trip_id, disembarking_station_id }));

    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(19).fill(409)]);
    expect(await balanceOf(service, card_id)).toBe(200_000 - FARE);
  });

  it('30 rides with money for one gave 15 rides and a balance below zero', async () => {
    const card_id = await aCard(service, FARE);

    const answers = await times(30, () => post(service, '/trips/complete', { card_id, ...line.ride }));

    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(29).fill(402)]);
    expect(await balanceOf(service, card_id)).toBe(0);
  });

  it('a rider who never tapped out rode free', async () => {
    const card_id = await aCard(service, 2 * FARE);
    const first = bodyOf<{ trip_id: number }>(
      await post(service, '/trips/start', { card_id, ...line.boarding }),
    );

    expect(await balanceOf(service, card_id)).toBe(FARE);
    for (const table of ['trips', 'open_trips']) {
      await client.query(
        `UPDATE ${table} SET boarding_time = boarding_time - interval '3 hours 1 second' WHERE trip_id = $1`,
        [first.trip_id],
      );
    }
    const second = await post(service, '/trips/start', { card_id, ...line.boarding });

    expect(second).toMatchObject({
      status: 200,
      body: { fare_amount: FARE, new_balance: 0, status: 'in_progress' },
    });
    expect((await ask(service, `/trips/${first.trip_id}`)).body).toMatchObject({
      status: 'closed_without_exit',
      disembarking_station_id: null,
      disembarking_time: null,
      fare_amount: FARE,
    });
  });

  it('the balance stayed stale for 300 s after a complete ride', async () => {
    const card_id = await aCard(service, 20_000);
    await balanceOf(service, card_id);

    await post(service, '/trips/complete', { card_id, ...line.ride });

    expect(await balanceOf(service, card_id)).toBe(20_000 - FARE);
  });

  it('the two revenue endpoints disagreed', async () => {
    const card_id = await aCard(service, 20_000);
    await post(service, '/trips/complete', { card_id, ...line.ride });
    await post(service, '/trips/start', { card_id, ...line.boarding });

    const revenue = bodyOf<{ total_revenue: number; fare_revenue: number }>(
      await ask(service, '/finance/revenue'),
    );
    const byLocality = bodyOf<{ data: { total_revenue: number }[] }>(
      await ask(service, '/finance/revenue/localities'),
    );
    const trips = bodyOf<{ total_revenue: number }>(await ask(service, '/trips/total'));

    expect(revenue.total_revenue).toBeGreaterThan(0);
    expect(revenue.fare_revenue).toBe(revenue.total_revenue);
    expect((await ask(service, '/trips/finance/revenue')).body).toEqual(revenue);
    expect(byLocality.data.reduce((sum, { total_revenue }) => sum + total_revenue, 0)).toBe(
      revenue.total_revenue,
    );
    expect(trips.total_revenue).toBe(revenue.total_revenue);
  });

  it('a price edit rewrote history', async () => {
    const card_id = await aCard(service, 20_000);
    const before = bodyOf<{ trip_id: number }>(
      await post(service, '/trips/complete', { card_id, ...line.ride }),
    );
    const revenueBefore = bodyOf<{ total_revenue: number }>(await ask(service, '/finance/revenue'));

    await insert(client, 'tariffs', { component: 'trunk', valid_from: '2020-01-01', price: FARE + 500 });
    await ask(service, '/cache/clear', { method: 'POST' });
    const revenueAfter = bodyOf<{ total_revenue: number }>(await ask(service, '/finance/revenue'));
    const after = await post(service, '/trips/complete', { card_id, ...line.ride });
    await client.query(`DELETE FROM tariffs WHERE valid_from = '2020-01-01'`);

    expect(revenueAfter).toEqual(revenueBefore);
    expect(after.body).toMatchObject({ fare_amount: FARE + 500 });
    expect((await ask(service, `/trips/card/${card_id}`)).body).toMatchObject({
      trips: [{ fare: FARE + 500 }, { trip_id: before.trip_id, fare: FARE }],
    });
  });

  it('starting a trip read every vehicle, every driver and every trip', async () => {
    const { concessionaire_id, boarding } = line;
    await client.query(
      `INSERT INTO vehicles (license_plate, vehicle_type, concessionaire_id)
       SELECT 'P' || n, 'ARTICULADO', $1 FROM generate_series(1, 2000) n`,
      [concessionaire_id],
    );
    await client.query(
      `INSERT INTO drivers (employee_id, first_name, last_name, concessionaire_id)
       SELECT 'E' || n, 'Sintética', 'Persona', $1 FROM generate_series(1, 2000) n`,
      [concessionaire_id],
    );
    await client.query('ANALYZE vehicles, drivers');
    const card_id = await aCard(service, 20_000);
    const dataSource = await new DataSource({ type: 'postgres', url: database.url }).initialize();
    afterTest(() => dataSource.destroy());

    const read = await dataSource.transaction(async (manager) => {
      await new BoardingsRepository().findOpen(manager, { card_id: 1_900, ...boarding });
      return manager.query<{ table: string; rows: string }[]>(
        `SELECT relname AS table, seq_tup_read + coalesce(idx_tup_fetch, 0) AS rows FROM pg_stat_xact_user_tables
         WHERE relname IN ('vehicles', 'drivers') AND seq_scan + coalesce(idx_scan, 0) > 0`,
      );
    });

    expect(read).toEqual([
      { table: 'vehicles', rows: '3' },
      { table: 'drivers', rows: '3' },
    ]);
    expect((await post(service, '/trips/start', { card_id, ...boarding })).body).toMatchObject({
      vehicle_id: expect.any(Number) as unknown,
      driver_id: expect.any(Number) as unknown,
    });
  });

  it.each([
    ['a taken e-mail', '/users', { first_name: 'Otra', last_name: 'Persona', email: 'uno@example.com' }, 409],
    ['an id beyond bigint', '/cards/99999999999999999999/balance', undefined, 404],
    ['a card without an owner', '/cards', { user_id: 999_999_999 }, 404],
  ])('SQL text was in the error for %s', async (_, path, body, status) => {
    await post(service, '/users', { first_name: 'Una', last_name: 'Persona', email: 'uno@example.com' });

    const answer = body ? await post(service, path, body) : await ask(service, path);

    expect(answer.status).toBe(status);
    expect(answer.text).not.toMatch(/select|insert|users_|constraint|duplicate|sql|out of range|stack/i);
  });

  describe('in the database', () => {
    it('identity sequences stood still after seeding', async () => {
      const seeded = await createDatabase();
      afterTest(() => seeded.drop());
      const options = { now: new Date(), timeZone: 'America/Bogota', cards: 100, trips: 1_000, days: 7 };
      const { users, cards, trips, recharges } = await seedDemonstration(seeded.url, options);
      const fresh = await startService({ databaseUrl: seeded.url });
      afterTest(() => fresh.stop());

      const user_id = await aUser(fresh);
      const card_id = await aCard(fresh, 0, user_id);
      const recharge = await aRecharge(fresh, card_id, 20_000);
      const trip = await post(fresh, '/trips/start', { card_id, route_id: 1, boarding_station_id: 1 });

      expect({ user_id, card_id, recharge, ...(trip.body as object) }).toMatchObject({
        user_id: users + 1,
        card_id: cards + 1,
        recharge: recharges + 1,
        trip_id: trips + 1,
      });
    });

    it('money was in doubles, and times had no zone', async () => {
      const { rows } = await client.query<{ name: string }>(
        `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name NOT LIKE 'schema_migrations'
           AND data_type IN ('double precision', 'real', 'money', 'timestamp without time zone')
           AND column_name NOT IN ('latitude', 'longitude', 'speed')`,
      );

      expect(rows).toEqual([]);
    });

    it('statuses were free text', async () => {
      const { rows } = await client.query<{ name: string }>(
        `SELECT relname || '.' || attname AS name
         FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
         WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
           AND attname = 'status' AND atttypid = 'text'::regtype
           AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = attrelid AND contype = 'c' AND attnum = ANY (conkey))`,
      );

      expect(rows).toEqual([]);
    });

    it.each([
      ['cards', 'balance', -1],
      ['recharges', 'amount', 0],
      ['trips', 'fare_amount', -1],
      ['cards', 'status', 'gone'],
    ])('%s.%s could be %j', async (table, column, value) => {
      const card_id = await aCard(service, 20_000);
      await post(service, '/trips/start', { card_id, ...line.boarding });

      await expect(
        client.query(`UPDATE ${table} SET ${column} = $1 WHERE card_id = $2`, [value, card_id]),
      ).rejects.toMatchObject({ code: '23514' });
    });

    it('the history of a card could only be found by reading everything', async () => {
      const { rows } = await client.query<{ indexed: string }>(
        `SELECT DISTINCT indrelid::regclass || '.' || attname AS indexed
         FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]`,
      );

      expect(rows.map(({ indexed }) => indexed)).toEqual(
        expect.arrayContaining([
          'trips.card_id',
          'recharges.card_id',
          'postings.card_id',
          'cards.user_id',
          'arrivals.station_id',
          'alerts.station_id',
          'vehicle_positions.route_id',
          'route_stops.route_id',
          'route_stops.station_id',
        ]),
      );
    });
  });

  it('stations, arrivals, alerts, cache keys and the simulation always answered 500', async () => {
    const { boarding_station_id } = line.boarding;
    const { body } = await ask(service, '/stations');
    const { stations } = body as { stations: { station_code: string }[] };

    const answers = await Promise.all(
      [
        '/stations/identifiers',
        `/stations/${stations[0]?.station_code ?? ''}/details`,
        `/stations/${boarding_station_id}/arrivals`,
        `/stations/${boarding_station_id}/alerts`,
        '/system/alerts',
        '/cache/keys',
      ].map((path) => ask(service, path)),
    );
    const simulated = await ask(service, '/trips/simulate/revenue-test?num_trips=3', { method: 'POST' });

    expect(stations.length).toBeGreaterThan(0);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(simulated).toMatchObject({ status: 200, body: { simulation_summary: { requested_trips: 3 } } });
  });
});
