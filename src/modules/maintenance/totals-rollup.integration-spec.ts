import type { Client } from 'pg';
import { DataSource } from 'typeorm';
import { connect } from '../../../test/builders/connect';
import { insert, unique } from '../../../test/builders/insert';
import { aLocality, aRoute, aStation, type StationRow } from '../../../test/builders/network';
import { afterTest } from '../../../test/setup/after-test';
import { createDatabase } from '../../../test/setup/database';
import { breaksOf } from '../../../test/setup/ledger';
import { until } from '../../../test/setup/until';
import { FinanceRepository } from '../finance/finance.repository';
import { Posting } from '../ledger/posting.entity';
import { Dice } from '../../common/dice';
import { Trip } from '../trips/trip.entity';
import { TripsRepository } from '../trips/trips.repository';
import { TotalsRollup } from './totals-rollup';
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
  totalsRollup = new TotalsRollup(dataSource);
  const { location_id } = await aLocality(client, { name: 'Suba' });
  stations = [await aStation(client, { location_id }), await aStation(client)];
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

/** How many trips are open at each station, as noted and as they are, in one snapshot. */
async function openTrips(): Promise<{ noted: object; counted: object }> {
  const { rows } = await client.query<{ noted: object; counted: object }>(`
    SELECT
      (SELECT coalesce(jsonb_object_agg(station, trips), '{}') FROM (
         SELECT boarding_station_id AS station, sum(trips) AS trips FROM (
           SELECT boarding_station_id, trips FROM open_trip_counts
           UNION ALL SELECT boarding_station_id, change FROM open_trip_changes) notes
         GROUP BY 1 HAVING sum(trips) <> 0) sums) AS noted,
      (SELECT coalesce(jsonb_object_agg(station, trips), '{}') FROM (
         SELECT boarding_station_id AS station, count(*) AS trips FROM open_trips GROUP BY 1) counts) AS counted`);
  if (!rows[0]) throw new Error('no row');
  return rows[0];
}

async function journalLength(): Promise<number> {
  const { rows } = await client.query<{ notes: number }>(
    'SELECT count(*)::int AS notes FROM open_trip_changes',
  );
  return rows[0]?.notes ?? -1;
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

/** The totals as each query returns them; they must agree with each other. */
async function totals(): Promise<{ trips: number; open: number }> {
  const trips = new TripsRepository(dataSource.getRepository(Trip), totalsRollup);
  const finance = new FinanceRepository(dataSource.getRepository(Posting), totalsRollup);
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

/** Transactions of other tests on the same server hold the watermark back too, until they end. */
async function rollUpTo(trips: number): Promise<void> {
  await until(`trip ${trips} is in the totals`, async () => {
    await totalsRollup.rollUp();
    return (await watermarkOf('trips')) === trips && (await watermarkOf('postings')) === trips;
  });
}

describe(TotalsRollup.name, () => {
  it('adds the rows up, and changes no total', async () => {
    expect(await totals()).toEqual({ trips: 0, open: 0 });
    for (let n = 0; n < 5; n += 1) await write(client, stations[n % 2 === 0 ? 0 : 1], n === 4);
    expect(await totals()).toEqual({ trips: 5, open: 1 });

    await rollUpTo(5);

    expect(await totals()).toEqual({ trips: 5, open: 1 });
    await write(client, stations[0], false);
    expect(await totals()).toEqual({ trips: 6, open: 1 });
    expect(await breaksOf(url)).toEqual({});
  });

  it('counts the open trips of each station, whenever the journal is emptied', async () => {
    const cards = [
      await write(client, stations[0], true),
      await write(client, stations[0], true),
      await write(client, stations[1], true),
    ];
    expect(await totals()).toEqual({ trips: 3, open: 3 });
    expect(await journalLength()).toBe(3);
    await totalsRollup.rollUp();
    expect(await journalLength()).toBe(0);
    expect(await totals()).toEqual({ trips: 3, open: 3 });

    for (const card of cards.slice(1)) await end(client, card);

    expect(await totals()).toEqual({ trips: 3, open: 1 });
    await totalsRollup.rollUp();
    expect(await totals()).toEqual({ trips: 3, open: 1 });
    expect((await openTrips()).noted).toEqual({ [stations[0].station_id]: 1 });
    expect(await breaksOf(url)).toEqual({});
  });

  it('leaves in the journal what is not committed yet', async () => {
    const slow = await another();
    await slow.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await write(slow, stations[0], true);
    await write(client, stations[0], true);
    await totalsRollup.rollUp();
    expect(await totals()).toEqual({ trips: 1, open: 1 });

    await slow.query('COMMIT');

    expect(await totals()).toEqual({ trips: 2, open: 2 });
    await totalsRollup.rollUp();
    expect([await totals(), await journalLength()]).toEqual([{ trips: 2, open: 2 }, 0]);
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
    await rollUpTo(2);
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

    await rollUpTo(1);

    expect(await totals()).toEqual({ trips: 1, open: 0 });
  });

  it('begins again in a cluster whose transactions are counted from the start, as after a restore', async () => {
    await write(client, stations[0], false);
    await client.query(`UPDATE totals_watermarks SET next_watermark = 1, announced_by = '900000000000'`);

    await rollUpTo(1);

    expect(await totals()).toEqual({ trips: 1, open: 0 });
  });

  it('begins anew for a program that fills an empty database with ids of its own', async () => {
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await write(client, stations[0], false);
    await client.query('ROLLBACK');
    await rollUpTo(1);
    expect(await totals()).toEqual({ trips: 0, open: 0 });

    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await client.query(
      `SELECT setval('trips_trip_id_seq', 1, false), setval('postings_posting_id_seq', 1, false)`,
    );
    await write(client, stations[0], false);
    await resetTotals(client);
    await client.query('COMMIT');

    expect(await totals()).toEqual({ trips: 1, open: 0 });
    await rollUpTo(1);
    expect(await totals()).toEqual({ trips: 1, open: 0 });
    expect(await breaksOf(url)).toEqual({});
  });

  it('reads right where another process has moved the watermark meanwhile', async () => {
    const other = new TotalsRollup(dataSource);
    await totals();
    await write(client, stations[0], false);
    await other.rollUp();

    expect(await totals()).toEqual({ trips: 1, open: 0 });
  });

  it(`is right at any moment, while many write and roll back, and several roll the totals up (seed ${SEED})`, async () => {
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
    const rollups = [totalsRollup, new TotalsRollup(dataSource)].map(async (rollup) => {
      while (!run.isOver) await rollup.rollUp();
    });
    const reader = (async () => {
      while (!run.isOver) {
        const known = acknowledged;
        expect(await totalTrips()).toBeGreaterThanOrEqual(known);
        const { noted, counted } = await openTrips();
        expect(noted).toEqual(counted);
      }
    })();
    await Promise.all(writers);
    run.isOver = true;
    await Promise.all([...rollups, reader]);

    expect(await totals()).toEqual({ trips: acknowledged, open });
    await until('some are in the totals', async () => {
      await totalsRollup.rollUp();
      return (await watermarkOf('trips')) > 0;
    });
    expect(await totals()).toEqual({ trips: acknowledged, open });
    expect(await breaksOf(url)).toEqual({});
  });

  const totalTrips = async (): Promise<number> =>
    (await new TripsRepository(dataSource.getRepository(Trip), totalsRollup).totals()).total_trips;
});
