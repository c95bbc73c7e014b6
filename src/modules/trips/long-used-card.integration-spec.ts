import type { Client } from 'pg';
import { DataSource, type DataSourceOptions, type EntityManager } from 'typeorm';
import { connect } from '../../../test/builders/connect';
import { aRoute, aStation } from '../../../test/builders/network';
import { afterFile, afterTest } from '../../../test/setup/after-test';
import { createDatabase } from '../../../test/setup/database';
import { aTotalsRollup } from '../../../test/setup/totals-rollup';
import { PreparingClient } from '../../platform/postgres/preparing-client';
import { valueParsers } from '../../platform/postgres/value-parsers';
import { JourneysRepository } from './journeys.repository';
import { Trip } from './trip.entity';
import { TripsRepository } from './trips.repository';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-20T12:00:00Z');
const [LONG_USED, CARDS] = [1, 4_000];
const TRIPS = 600;
const PLANS = ['force_generic_plan', 'force_custom_plan'];

const ago = (hours: number): Date => new Date(NOW - hours * HOUR);
/**
 * The day has lasted for half an hour, and the month for eight and a half. The longest window of the migrated rules, 125
 * minutes, is added: twice for the day, to a little more than four hours, and once for the month.
 */
const COUNTS_FROM = { standard: ago(0.5), concession: ago(8.5) };

let client: Client;
let dataSource: DataSource;

beforeAll(async () => {
  const database = await createDatabase();
  afterFile(() => database.drop());
  client = await connect(database.url);
  afterFile(() => client.end());
  dataSource = await new DataSource({
    type: 'postgres',
    url: database.url,
    entities: [Trip],
    extra: { types: valueParsers },
  }).initialize();
  afterFile(() => dataSource.destroy());
  const stations = [await aStation(client), await aStation(client)] as const;
  const { route_id } = await aRoute(client, stations);
  await client.query(
    `WITH card_accounts AS (INSERT INTO accounts (kind) SELECT 'card' FROM generate_series(1, ${CARDS}) RETURNING account_id)
     INSERT INTO cards (card_id, account_id, card_number, acquisition_date, updated_at)
     SELECT row_number() OVER (), account_id, account_id::text, '2020-01-01', now() FROM card_accounts`,
  );
  // Every hour one of the card in use for long, and three of each other card, the last of them an hour ago as well.
  await client.query(
    `INSERT INTO trips (card_id, route_id, boarding_station_id, boarding_time, status, fare_amount, fare_product)
     SELECT card_id, $1, $2, $3::timestamptz - hours_ago * interval '1 hour', 'closed_without_exit', 3000, 'trunk'
     FROM cards, generate_series(CASE card_id WHEN ${LONG_USED} THEN ${TRIPS} ELSE 3 END, 1, -1) AS hours_ago
     ORDER BY hours_ago DESC`,
    [route_id, stations[0].station_id, new Date(NOW)],
  );
  await client.query('ANALYZE');
});

/** What a statement brings, and how many rows of the tables PostgreSQL read for it. */
async function counting<Result>(
  plans: string,
  read: (manager: EntityManager) => Promise<Result>,
  { tables, connections }: { tables: string; connections: DataSource } = {
    tables: 'trips\\_p%',
    connections: dataSource,
  },
): Promise<[Result, number]> {
  return connections.transaction(async (manager) => {
    await manager.query(`SELECT set_config('plan_cache_mode', $1, true)`, [plans]);
    const readSoFar = async (): Promise<number> => {
      const [{ rows }] = await manager.query<[{ rows: number }]>(
        `SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int AS rows
         FROM pg_stat_xact_user_tables WHERE relname LIKE $1`,
        [tables],
      );
      return rows;
    };
    const before = await readSoFar();
    const result = await read(manager);
    return [result, (await readSoFar()) - before];
  });
}

const hoursAgo = (trips: readonly { boarding_time: Date }[]): number[] =>
  trips.map(({ boarding_time }) => (NOW - boarding_time.getTime()) / HOUR);

/** What is recalled of a card, and how many trips were read. */
async function recall(
  card: number,
  { plans = 'auto', until = null }: { plans?: string; until?: Date | null } = {},
): Promise<{ hours: number[]; read: number }> {
  const [{ boardings }, read] = await counting(plans, (manager) =>
    new JourneysRepository().recall(manager, card, new Date(NOW), COUNTS_FROM, until),
  );
  return { hours: hoursAgo(boardings), read };
}

async function giveTo(category: string): Promise<void> {
  await client.query(
    `WITH rider AS (
       INSERT INTO users (first_name, last_name, rider_category, registration_date)
       VALUES ('Sintética', 'Persona', $1, '2020-01-01') RETURNING user_id)
     UPDATE cards SET user_id = rider.user_id FROM rider WHERE card_id = ${LONG_USED}`,
    [category],
  );
}

describe('what a card is asked for when it boards', () => {
  it.each(PLANS)(
    'is read back to the horizon and no further, however long the card has been in use: %s',
    async (plans) => {
      expect(await recall(LONG_USED, { plans })).toEqual({ hours: [4, 3, 2, 1], read: 4 });
      expect(await recall(CARDS, { plans })).toEqual({ hours: [3, 2, 1], read: 3 });
    },
  );

  it('goes back further for a rider whose month counts', async () => {
    await giveTo('senior');
    expect((await recall(LONG_USED)).hours).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    await giveTo('standard');
    expect((await recall(LONG_USED)).hours).toEqual([4, 3, 2, 1]);
  });

  it('goes back further where a rule has a longer window', async () => {
    const rule = 'WHERE window_seconds = (SELECT max(window_seconds) FROM transfer_rules)';
    await client.query(`UPDATE transfer_rules SET window_seconds = window_seconds + 3600 ${rule}`);
    expect((await recall(LONG_USED)).hours).toEqual([6, 5, 4, 3, 2, 1]);
    await client.query(`UPDATE transfer_rules SET window_seconds = window_seconds - 3600 ${rule}`);
    expect((await recall(LONG_USED)).hours).toEqual([4, 3, 2, 1]);
  });

  it('leaves out what was boarded later', async () => {
    expect((await recall(LONG_USED, { until: ago(2) })).hours).toEqual([4, 3, 2]);
  });

  it('is nothing for a card that never boarded', async () => {
    await client.query('DELETE FROM trips WHERE card_id = 2');
    expect(await recall(2)).toEqual({ hours: [], read: 0 });
  });
});

describe('the latest trips of a card', () => {
  const latest = (card: number, plans: string): Promise<[{ boarding_time: Date }[], number]> =>
    counting(plans, (manager) =>
      new TripsRepository(manager.getRepository(Trip), aTotalsRollup(dataSource)).findLatestOfCard(card, 5),
    );

  it.each(PLANS)('are read alone, newest first: %s', async (plans) => {
    const [trips, read] = await latest(LONG_USED, plans);
    expect([hoursAgo(trips), read]).toEqual([[1, 2, 3, 4, 5], 5]);
  });

  it('are in the order of their times where an import brought them in another', async () => {
    await client.query(
      `UPDATE trips SET boarding_time = boarding_time + interval '90 minutes'
       WHERE trip_id = (SELECT min(trip_id) FROM trips WHERE card_id = ${CARDS})`,
    );
    const [trips] = await latest(CARDS, 'auto');
    expect(hoursAgo(trips)).toEqual([1, 1.5, 2]);
  });
});

describe('the open trip of a card', () => {
  it('is found and ended without reading others, over a connection that planned that while there were none', async () => {
    const connections = await new DataSource({
      ...dataSource.options,
      poolSize: 1,
      extra: { types: valueParsers, Client: PreparingClient },
    } as DataSourceOptions).initialize();
    afterTest(() => connections.destroy());
    const trips = new TripsRepository(connections.getRepository(Trip), aTotalsRollup(connections));
    const openTrips = { tables: 'open_trips', connections };
    const find = () => counting('auto', (manager) => trips.findOpen(manager, CARDS), openTrips);
    const end = (trip_id: number) => {
      const forgotten = {
        status: 'closed_without_exit',
        disembarking_station_id: null,
        disembarking_time: null,
      } as const;
      const { text, values } = trips.ending({ trip_id, card_id: CARDS }, forgotten);
      return counting('auto', (manager) => manager.query<unknown>(text, [...values]), openTrips);
    };
    await client.query('VACUUM (ANALYZE) open_trips');
    // The plans of the sixth call are kept.
    for (let call = 1; call <= 6; call += 1) {
      expect(await find()).toEqual([null, 0]);
      await expect(end(0)).rejects.toThrow('division by zero');
    }

    await client.query(
      `INSERT INTO open_trips (card_id, trip_id, boarding_time, boarding_station_id)
       SELECT DISTINCT ON (card_id) card_id, trip_id, boarding_time, boarding_station_id FROM trips
       WHERE card_id > ${CARDS - 500} ORDER BY card_id, trip_id DESC`,
    );
    const [open, read] = await find();

    expect([open?.card_id, read]).toEqual([CARDS, 1]);
    expect((await end(open?.trip_id ?? 0))[1]).toBe(1);
    expect(await find()).toEqual([null, 0]);
  });
});
