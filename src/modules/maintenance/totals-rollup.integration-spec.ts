import type { Client } from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import { connect } from '../../../test/builders/connect';
import { insert, unique } from '../../../test/builders/insert';
import { aLocality, aRoute, aStation, type StationRow } from '../../../test/builders/network';
import { afterTest } from '../../../test/setup/after-test';
import { createDatabase } from '../../../test/setup/database';
import { breaksOf } from '../../../test/setup/ledger';
import { aTotalsRollup } from '../../../test/setup/totals-rollup';
import { until } from '../../../test/setup/until';
import { FinanceRepository } from '../finance/finance.repository';
import { Posting } from '../ledger/posting.entity';
import { Dice } from '../../common/dice';
import type { LocalityTotals } from '../trips/dto/trip-responses.dto';
import { Trip } from '../trips/trip.entity';
import { TripsRepository } from '../trips/trips.repository';
import { TotalsRollup, isAfterWatermark } from './totals-rollup';
import { resetTotals } from './reset-totals';
import { valueParsers } from '../../platform/postgres/value-parsers';

const SEED = 20_261_124;
const FARE = 100;
const BOARDED = '2026-11-01T12:00:00Z';

let url: string;
let client: Client;
let dataSource: DataSource;
let totalsRollup: TotalsRollup;
let stations: readonly [StationRow, StationRow];
let locality: number;
let route: number;

beforeEach(async () => {
  const database = await createDatabase();
  afterTest(() => database.drop());
  ({ url } = database);
  client = await another();
  dataSource = await new DataSource({
    type: 'postgres',
    url,
    entities: [Trip, Posting],
    extra: { types: valueParsers },
  }).initialize();
  afterTest(() => dataSource.destroy());
  totalsRollup = aTotalsRollup(dataSource);
  locality = (await aLocality(client, { name: 'Suba' })).location_id;
  stations = [await aStation(client, { location_id: locality }), await aStation(client)];
  route = (await aRoute(client, stations)).route_id;
});

/** A trip of a new card, and its fare; returns the card. */
async function write(through: Client, { station_id }: StationRow, isOpen: boolean): Promise<number> {
  // As every write of the service does: the transaction has its number before it draws an id.
  await through.query('SELECT pg_current_xact_id()');
  const card_id = await aCard(through);
  const boarding = { card_id, boarding_station_id: station_id, boarding_time: BOARDED };
  const { trip_id } = await insert<{ trip_id: number }>(through, 'trips', {
    ...boarding,
    route_id: route,
    status: isOpen ? 'in_progress' : 'closed_without_exit',
    fare_amount: FARE,
    fare_product: 'trunk',
  });
  if (isOpen) {
    await insert(through, 'open_trips', { ...boarding, trip_id });
    await insert(through, 'open_trip_changes', { boarding_station_id: station_id, change: 1 });
  }
  await through.query(
    `INSERT INTO postings (kind, debit_account_id, credit_account_id, amount, trip_id, posted_at)
     SELECT 'fare', opening.account_id, revenue.account_id, $1, $2, $3
     FROM accounts opening, accounts revenue WHERE opening.kind = 'opening' AND revenue.kind = 'fare_revenue'`,
    [FARE, trip_id, BOARDED],
  );
  return card_id;
}

async function end(through: Client, card: number): Promise<void> {
  await through.query(
    `WITH open AS (DELETE FROM open_trips WHERE card_id = $1 RETURNING boarding_station_id)
     INSERT INTO open_trip_changes (boarding_station_id, change) SELECT boarding_station_id, -1 FROM open`,
    [card],
  );
  await through.query(`UPDATE trips SET status = 'closed_without_exit' WHERE card_id = $1`, [card]);
}

/** How many trips are open in each locality, as the totals and the changes say and as they are, in one snapshot. */
async function openTrips(): Promise<{ summed: object; counted: object }> {
  const { rows } = await client.query<{ summed: object; counted: object }>(`
    WITH summed AS (
      SELECT location_id, open_trips FROM trip_totals
      UNION ALL
      SELECT location_id, change FROM open_trip_changes JOIN stations ON station_id = boarding_station_id
      WHERE ${isAfterWatermark('open_trip_changes')})
    SELECT
      (SELECT coalesce(jsonb_object_agg(locality, trips), '{}') FROM (
         SELECT coalesce(location_id, 0) AS locality, sum(open_trips) AS trips FROM summed
         GROUP BY 1 HAVING sum(open_trips) <> 0) sums) AS summed,
      (SELECT coalesce(jsonb_object_agg(locality, trips), '{}') FROM (
         SELECT coalesce(location_id, 0) AS locality, count(*) AS trips
         FROM open_trips JOIN stations ON station_id = boarding_station_id GROUP BY 1) counts) AS counted`);
  if (!rows[0]) throw new Error('no row');
  return rows[0];
}

async function another(): Promise<Client> {
  const connection = await connect(url);
  afterTest(() => connection.end());
  return connection;
}

async function aCard(through: Client): Promise<number> {
  const { account_id } = await insert<{ account_id: number }>(through, 'accounts', { kind: 'card' });
  const { card_id } = await insert<{ card_id: number }>(through, 'cards', {
    account_id,
    card_number: `N${unique()}`,
    acquisition_date: '2026-01-01',
    updated_at: '2026-01-01T12:00:00Z',
  });
  return card_id;
}

const tripsOf = (manager: EntityManager): TripsRepository =>
  new TripsRepository(manager.getRepository(Trip), totalsRollup);

const financeOf = (manager: EntityManager): FinanceRepository =>
  new FinanceRepository(manager.getRepository(Posting), totalsRollup);

const byLocality = (): Promise<LocalityTotals[]> => tripsOf(dataSource.manager).totalsByLocality('none');

/** How many rows of all tables a read takes. */
async function rowsReadBy(read: (manager: EntityManager) => Promise<unknown>): Promise<number> {
  return dataSource.transaction(async (manager) => {
    const readSoFar = async (): Promise<number> => {
      const [{ rows }] = await manager.query<[{ rows: number }]>(
        `SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int AS rows
         FROM pg_stat_xact_user_tables`,
      );
      return rows;
    };
    const before = await readSoFar();
    await read(manager);
    return (await readSoFar()) - before;
  });
}

/** The totals as each query returns them; they must agree with each other. */
async function totals(): Promise<{ trips: number; open: number }> {
  const trips = tripsOf(dataSource.manager);
  const finance = financeOf(dataSource.manager);
  const total = await trips.totals();
  const localities = await trips.totalsByLocality('none');
  const { fare_revenue } = await finance.revenue();
  const revenues = await finance.revenueByLocality('none');
  const sum = (numbers: number[]): number => numbers.reduce((all, each) => all + each, 0);
  expect(total.completed_trips).toBe(total.total_trips - total.active_trips);
  expect(sum(localities.map(({ total_trips }) => total_trips))).toBe(total.total_trips);
  expect(sum(localities.map(({ active_trips }) => active_trips))).toBe(total.active_trips);
  expect(sum(localities.map(({ completed_trips }) => completed_trips))).toBe(total.completed_trips);
  expect(sum(revenues.map(({ total_revenue }) => total_revenue))).toBe(total.total_revenue);
  expect([total.total_revenue, fare_revenue]).toEqual([total.total_trips * FARE, total.total_trips * FARE]);
  return { trips: total.total_trips, open: total.active_trips };
}

async function watermarkOf(source: string): Promise<number> {
  const { rows } = await client.query<{ watermark: number }>(
    'SELECT watermark FROM totals_watermarks WHERE source = $1',
    [source],
  );
  return rows[0]?.watermark ?? -1;
}

/** Transactions of other tests on the same server hold the watermarks back too, until they end. */
async function rollUpAll(): Promise<void> {
  await until('everything is in the totals', async () => {
    await totalsRollup.rollUp();
    const { rows } = await client.query<{ left: boolean }>(`
      SELECT bool_or(watermark < newest) AS left FROM totals_watermarks JOIN (
        SELECT 'trips' AS source, last_value AS newest FROM trips_trip_id_seq WHERE is_called
        UNION ALL SELECT 'postings', last_value FROM postings_posting_id_seq WHERE is_called
        UNION ALL SELECT 'open_trip_changes', last_value FROM open_trip_changes_change_id_seq WHERE is_called) ids
      USING (source)`);
    return rows[0]?.left !== true;
  });
}

describe(TotalsRollup.name, () => {
  it('adds the rows up, and changes no total', async () => {
    expect(await totals()).toEqual({ trips: 0, open: 0 });
    for (let n = 0; n < 5; n += 1) await write(client, stations[n % 2 === 0 ? 0 : 1], n === 4);
    expect(await totals()).toEqual({ trips: 5, open: 1 });

    await rollUpAll();

    expect(await totals()).toEqual({ trips: 5, open: 1 });
    await write(client, stations[0], false);
    expect(await totals()).toEqual({ trips: 6, open: 1 });
    expect(await breaksOf(url)).toEqual({});
  });

  it('counts the open trips of each locality, before and after they are added', async () => {
    const cards = [
      await write(client, stations[0], true),
      await write(client, stations[0], true),
      await write(client, stations[1], true),
    ];
    expect(await totals()).toEqual({ trips: 3, open: 3 });
    await rollUpAll();
    expect((await client.query('SELECT FROM open_trip_changes')).rows).toEqual([]);
    expect(await totals()).toEqual({ trips: 3, open: 3 });

    for (const card of cards.slice(1)) await end(client, card);

    expect(await totals()).toEqual({ trips: 3, open: 1 });
    await rollUpAll();
    expect(await totals()).toEqual({ trips: 3, open: 1 });
    expect((await openTrips()).summed).toEqual({ [locality]: 1 });
    expect(await breaksOf(url)).toEqual({});
  });

  it('leaves what is not committed yet', async () => {
    const slow = await another();
    await slow.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await write(slow, stations[0], true);
    await write(client, stations[0], true);
    for (let n = 0; n < 3; n += 1) await totalsRollup.rollUp();
    expect(await totals()).toEqual({ trips: 1, open: 1 });

    await slow.query('COMMIT');

    expect(await totals()).toEqual({ trips: 2, open: 2 });
    await rollUpAll();
    expect(await totals()).toEqual({ trips: 2, open: 2 });
    expect(await breaksOf(url)).toEqual({});
  });

  it('counts the past of a station for the locality that it is in now', async () => {
    const moveTo = (locationId: number | null): Promise<unknown> =>
      client.query('UPDATE stations SET location_id = $1 WHERE station_id = $2', [
        locationId,
        stations[0].station_id,
      ]);
    const other = await aLocality(client, { name: 'Usme' });
    const cards = [await write(client, stations[0], true), await write(client, stations[0], true)];
    await write(client, stations[1], false);
    await rollUpAll();
    await write(client, stations[0], true);
    for (const card of cards.slice(1)) await end(client, card);

    await moveTo(other.location_id);

    const usme = {
      locality: 'Usme',
      total_trips: 3,
      completed_trips: 1,
      active_trips: 2,
      total_revenue: 3 * FARE,
    };
    const none = {
      locality: 'none',
      total_trips: 1,
      completed_trips: 1,
      active_trips: 0,
      total_revenue: FARE,
    };
    expect(await byLocality()).toEqual([usme, none]);
    expect(await totals()).toEqual({ trips: 4, open: 2 });
    await rollUpAll();
    expect(await byLocality()).toEqual([usme, none]);
    expect(await breaksOf(url)).toEqual({});
    await moveTo(null);
    expect(await byLocality()).toEqual([
      { locality: 'none', total_trips: 4, completed_trips: 2, active_trips: 2, total_revenue: 4 * FARE },
    ]);
    await client.query('UPDATE stations SET name = station_code');
    await client.query('DELETE FROM locations');
    expect(await breaksOf(url)).toEqual({});
  });

  it('reads as many rows for a thousand stations as for a few', async () => {
    const { trip_id } = (
      await client.query<{ trip_id: number }>(
        `WITH city AS (
         INSERT INTO stations (name, station_code, station_type, location_id)
         SELECT n, n, 'ESTACION', $1 FROM generate_series(1, 1000) n RETURNING station_id),
       card AS (
         INSERT INTO accounts (kind) VALUES ('card') RETURNING account_id),
       boarded AS (
         INSERT INTO trips (card_id, route_id, boarding_station_id, boarding_time, status, fare_amount, fare_product)
         SELECT $2, $3, station_id, $4, 'closed_without_exit', $5, 'trunk' FROM city RETURNING trip_id)
       SELECT max(trip_id) AS trip_id FROM boarded`,
        [locality, await aCard(client), route, BOARDED, FARE],
      )
    ).rows[0] ?? { trip_id: 0 };
    await client.query('ANALYZE');
    await rollUpAll();
    for (let n = 0; n < 5; n += 1) await write(client, stations[n % 2 === 0 ? 0 : 1], n < 2);
    expect(trip_id).toBe(1000);

    for (const read of [
      (manager: EntityManager) => tripsOf(manager).totals(),
      (manager: EntityManager) => tripsOf(manager).totalsByLocality('none'),
      (manager: EntityManager) => financeOf(manager).revenue(),
      (manager: EntityManager) => financeOf(manager).revenueByLocality('none'),
    ])
      expect(await rowsReadBy(read)).toBeLessThan(60);
    expect((await byLocality()).map(({ total_trips }) => total_trips)).toEqual([1003, 2]);
  });

  it('waits for a row whose id was drawn before those that are committed', async () => {
    const slow = await another();
    await slow.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await write(slow, stations[0], false);
    await write(client, stations[1], false);
    for (let n = 0; n < 3; n += 1) await totalsRollup.rollUp();

    expect(await watermarkOf('trips')).toBe(0);
    expect(await totals()).toEqual({ trips: 1, open: 0 });

    await slow.query('COMMIT');
    expect(await totals()).toEqual({ trips: 2, open: 0 });
    await rollUpAll();
    expect(await totals()).toEqual({ trips: 2, open: 0 });
    expect(await breaksOf(url)).toEqual({});
  });

  it('does not wait for one that began after the ids were drawn', async () => {
    await write(client, stations[0], false);
    const slow = await another();
    await slow.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await slow.query('SELECT pg_current_xact_id()');
    await totalsRollup.rollUp();
    expect(await watermarkOf('trips')).toBe(0);
    const slower = await another();
    await slower.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await slower.query('SELECT pg_current_xact_id()');
    await slow.query('COMMIT');

    await rollUpAll();

    expect(await totals()).toEqual({ trips: 1, open: 0 });
  });

  it('begins again in a cluster whose transactions are counted from the start, as after a restore', async () => {
    await write(client, stations[0], false);
    await client.query(`UPDATE totals_watermarks SET next_watermark = 1, announced_by = '900000000000'`);

    await rollUpAll();

    expect(await totals()).toEqual({ trips: 1, open: 0 });
  });

  it('begins anew for a program that fills an empty database with ids of its own', async () => {
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await write(client, stations[0], false);
    await client.query('ROLLBACK');
    await rollUpAll();
    expect(await totals()).toEqual({ trips: 0, open: 0 });

    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await client.query(
      `SELECT setval('trips_trip_id_seq', 1, false), setval('postings_posting_id_seq', 1, false)`,
    );
    await write(client, stations[0], false);
    await resetTotals(client);
    await client.query('COMMIT');

    expect(await totals()).toEqual({ trips: 1, open: 0 });
    await rollUpAll();
    expect(await totals()).toEqual({ trips: 1, open: 0 });
    expect(await breaksOf(url)).toEqual({});
  });

  it('reads right where another process has moved the watermark meanwhile', async () => {
    const other = aTotalsRollup(dataSource);
    await totals();
    await write(client, stations[0], false);
    await other.rollUp();

    expect(await totals()).toEqual({ trips: 1, open: 0 });
  });

  it(`is right at any moment, while many write, roll back and move stations, and several roll the totals up (seed ${SEED})`, async () => {
    let acknowledged = 0;
    let open = 0;
    const run = { isOver: false };
    const writers = Array.from({ length: 4 }, async (_, nth) => {
      const dice = new Dice(SEED, `writer ${nth}`);
      const connection = await another();
      for (let n = 0; n < 40; n += 1) {
        await connection.query('BEGIN ISOLATION LEVEL READ COMMITTED');
        const opens = dice.chance(0.7);
        const card = await write(connection, dice.pick(stations), opens);
        await connection.query('SELECT pg_sleep($1)', [dice.share() / 100]);
        const commits = dice.chance(0.8);
        await connection.query(commits ? 'COMMIT' : 'ROLLBACK');
        acknowledged += commits ? 1 : 0;
        if (!commits || !opens) continue;
        if (dice.chance(0.5)) await end(connection, card);
        else open += 1;
      }
    });
    const rollups = [totalsRollup, aTotalsRollup(dataSource)].map(async (rollup) => {
      while (!run.isOver) await rollup.rollUp();
    });
    const mover = (async () => {
      const dice = new Dice(SEED, 'mover');
      const connection = await another();
      while (!run.isOver) {
        await connection.query('UPDATE stations SET location_id = $1 WHERE station_id = $2', [
          dice.pick([locality, null]),
          dice.pick(stations).station_id,
        ]);
        await connection.query('SELECT pg_sleep($1)', [dice.share() / 50]);
      }
    })();
    const reader = (async () => {
      while (!run.isOver) {
        const known = acknowledged;
        expect(await totalTrips()).toBeGreaterThanOrEqual(known);
        const { summed, counted } = await openTrips();
        expect(summed).toEqual(counted);
      }
    })();
    await Promise.all(writers);
    run.isOver = true;
    await Promise.all([...rollups, mover, reader]);

    expect(await totals()).toEqual({ trips: acknowledged, open });
    await until('some are in the totals', async () => {
      await totalsRollup.rollUp();
      return (await watermarkOf('trips')) > 0;
    });
    expect(await totals()).toEqual({ trips: acknowledged, open });
    expect(await breaksOf(url)).toEqual({});
  });

  const totalTrips = async (): Promise<number> => (await tripsOf(dataSource.manager).totals()).total_trips;
});
