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
import { ClosedTotals } from './closed-totals';
import { reopenTotals } from './reopen-totals';
import { valueParsers } from '../../platform/postgres/value-parsers';

const SEED = 20_261_124;
const FARE = 100;

let url: string;
let client: Client;
let dataSource: DataSource;
let closedTotals: ClosedTotals;
let stations: readonly [StationRow, StationRow];
/** A trip of a new card, and its fare; answers the card. */
let write: (through: Client, station: number, isOpen: boolean) => Promise<number>;

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
  closedTotals = new ClosedTotals(dataSource);
  const { location_id } = await aLocality(client, { name: 'Suba' });
  stations = [await aStation(client, { location_id }), await aStation(client)];
  const { route_id } = await aRoute(client, stations);
  const { rows: accounts } = await client.query<{ account_id: number }>(
    `SELECT account_id FROM accounts WHERE kind IN ('opening', 'fare_revenue') ORDER BY kind DESC`,
  );
  write = async (through, station, isOpen) => {
    // As every write of the service does: the transaction has its number before it draws an id.
    await through.query('SELECT pg_current_xact_id()');
    const card = await aCard(through);
    const { trip_id } = await insert<{ trip_id: number }>(through, 'trips', {
      card_id: card,
      route_id,
      boarding_station_id: stations[station]?.station_id,
      boarding_time: '2026-11-01T12:00:00Z',
      status: isOpen ? 'in_progress' : 'closed_without_exit',
      fare_amount: FARE,
      fare_product: 'trunk',
    });
    if (isOpen) {
      const boarding_station_id = stations[station]?.station_id;
      const boarding_time = '2026-11-01T12:00:00Z';
      await insert(through, 'open_trips', { card_id: card, trip_id, boarding_time, boarding_station_id });
      await insert(through, 'open_trip_changes', { boarding_station_id, change: 1 });
    }
    await insert(through, 'postings', {
      kind: 'fare',
      debit_account_id: accounts[0]?.account_id,
      credit_account_id: accounts[1]?.account_id,
      amount: FARE,
      trip_id,
      posted_at: '2026-11-01T12:00:00Z',
    });
    return card;
  };
});

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

/** What every total says; they must agree with each other. */
async function totals(): Promise<{ trips: number; open: number }> {
  const trips = new TripsRepository(dataSource.getRepository(Trip), closedTotals);
  const finance = new FinanceRepository(dataSource.getRepository(Posting), closedTotals);
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

async function closedThrough(source: string): Promise<number> {
  const { rows } = await client.query<{ through_id: number }>(
    'SELECT through_id FROM closed_totals WHERE source = $1',
    [source],
  );
  return rows[0]?.through_id ?? -1;
}

/** Transactions of other tests in the same server keep rows open too: they end by and by. */
async function closeThrough(trips: number): Promise<void> {
  await until(`trip ${trips} is in the sums`, async () => {
    await closedTotals.close();
    return (await closedThrough('trips')) === trips && (await closedThrough('postings')) === trips;
  });
}

describe(ClosedTotals.name, () => {
  it('sums up what is over, and changes no total', async () => {
    expect(await totals()).toEqual({ trips: 0, open: 0 });
    for (let n = 0; n < 5; n += 1) await write(client, n % 2, n === 4);
    expect(await totals()).toEqual({ trips: 5, open: 1 });

    await closeThrough(5);

    expect(await totals()).toEqual({ trips: 5, open: 1 });
    await write(client, 0, false);
    expect(await totals()).toEqual({ trips: 6, open: 1 });
    expect(await breaksOf(url)).toEqual({});
  });

  it('counts the open trips of each station, whatever is summed up when', async () => {
    const cards = [await write(client, 0, true), await write(client, 0, true), await write(client, 1, true)];
    expect(await totals()).toEqual({ trips: 3, open: 3 });
    expect(await journalLength()).toBe(3);
    await closedTotals.close();
    expect(await journalLength()).toBe(0);
    expect(await totals()).toEqual({ trips: 3, open: 3 });

    for (const card of cards.slice(1)) await end(client, card);

    expect(await totals()).toEqual({ trips: 3, open: 1 });
    await closedTotals.close();
    expect(await totals()).toEqual({ trips: 3, open: 1 });
    expect((await openTrips()).noted).toEqual({ [stations[0].station_id]: 1 });
    expect(await breaksOf(url)).toEqual({});
  });

  it('leaves in the journal what is not committed yet', async () => {
    const slow = await another();
    await slow.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await write(slow, 0, true);
    await write(client, 0, true);
    await closedTotals.close();
    expect(await totals()).toEqual({ trips: 1, open: 1 });

    await slow.query('COMMIT');

    expect(await totals()).toEqual({ trips: 2, open: 2 });
    await closedTotals.close();
    expect([await totals(), await journalLength()]).toEqual([{ trips: 2, open: 2 }, 0]);
  });

  it('waits for a row whose id was drawn before those that are committed', async () => {
    const slow = await another();
    await slow.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await write(slow, 0, false);
    await write(client, 1, false);
    for (let n = 0; n < 3; n += 1) await closedTotals.close();

    expect(await closedThrough('trips')).toBe(0);
    expect(await totals()).toEqual({ trips: 1, open: 0 });

    await slow.query('COMMIT');
    expect(await totals()).toEqual({ trips: 2, open: 0 });
    await closeThrough(2);
    expect(await totals()).toEqual({ trips: 2, open: 0 });
    expect(await breaksOf(url)).toEqual({});
  });

  it('does not wait for one that began after the ids were drawn', async () => {
    await write(client, 0, false);
    const slow = await another();
    await slow.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await slow.query('SELECT pg_current_xact_id()');
    await closedTotals.close();
    expect(await closedThrough('trips')).toBe(0);
    const slower = await another();
    await slower.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await slower.query('SELECT pg_current_xact_id()');
    await slow.query('COMMIT');

    await closeThrough(1);

    expect(await totals()).toEqual({ trips: 1, open: 0 });
  });

  it('begins again in a cluster whose transactions are counted from the start, as after a restore', async () => {
    await write(client, 0, false);
    await client.query(`UPDATE closed_totals SET next_id = 1, announced_by = '900000000000'`);

    await closeThrough(1);

    expect(await totals()).toEqual({ trips: 1, open: 0 });
  });

  it('begins anew for a program that fills an empty database with ids of its own', async () => {
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await write(client, 0, false);
    await client.query('ROLLBACK');
    await closeThrough(1);
    expect(await totals()).toEqual({ trips: 0, open: 0 });

    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await client.query(
      `SELECT setval('trips_trip_id_seq', 1, false), setval('postings_posting_id_seq', 1, false)`,
    );
    await write(client, 0, false);
    await reopenTotals(client);
    await client.query('COMMIT');

    expect(await totals()).toEqual({ trips: 1, open: 0 });
    await closeThrough(1);
    expect(await totals()).toEqual({ trips: 1, open: 0 });
    expect(await breaksOf(url)).toEqual({});
  });

  it('reads right where another process has closed more meanwhile', async () => {
    const other = new ClosedTotals(dataSource);
    await totals();
    await write(client, 0, false);
    await other.close();

    expect(await totals()).toEqual({ trips: 1, open: 0 });
  });

  it(`is right at any moment, while many write, roll back, and several close (seed ${SEED})`, async () => {
    let acknowledged = 0;
    let open = 0;
    const run = { isOver: false };
    const writers = Array.from({ length: 4 }, async (_, nth) => {
      const dice = new Dice(SEED, `writer ${nth}`);
      const connection = await another();
      for (let n = 0; n < 40; n += 1) {
        await connection.query('BEGIN ISOLATION LEVEL READ COMMITTED');
        const opens = dice.chance(0.7);
        const card = await write(connection, dice.below(2), opens);
        await connection.query('SELECT pg_sleep($1)', [dice.share() / 100]);
        const commits = dice.chance(0.8);
        await connection.query(commits ? 'COMMIT' : 'ROLLBACK');
        acknowledged += commits ? 1 : 0;
        if (!commits || !opens) continue;
        if (dice.chance(0.5)) await end(connection, card);
        else open += 1;
      }
    });
    const closers = [closedTotals, new ClosedTotals(dataSource)].map(async (closer) => {
      while (!run.isOver) await closer.close();
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
    await Promise.all([...closers, reader]);

    expect(await totals()).toEqual({ trips: acknowledged, open });
    await until('some are in the sums', async () => {
      await closedTotals.close();
      return (await closedThrough('trips')) > 0;
    });
    expect(await totals()).toEqual({ trips: acknowledged, open });
    expect(await breaksOf(url)).toEqual({});
  });

  const totalTrips = async (): Promise<number> =>
    (await new TripsRepository(dataSource.getRepository(Trip), closedTotals).totals()).total_trips;
});
