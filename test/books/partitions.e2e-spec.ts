import type { Client } from 'pg';
import type { BoardingResponse } from '../../src/modules/trips/dto/trip-responses.dto';
import { aCard, aLine, aRecharge, FARE } from '../builders/rides';
import { ask, post } from '../setup/api';
import type { TestDatabase } from '../setup/database';
import { breaksOf } from '../setup/ledger';
import type { Service } from '../setup/service';
import { startOverDatabase } from '../setup/service-over-database';

let database: TestDatabase;
let client: Client;
let service: Service;

beforeAll(async () => {
  ({ database, client, service } = await startOverDatabase());
});

/** The ids of a table's rows, and the partition of each. */
async function placesOf(table: string, id: string): Promise<[number, string][]> {
  const { rows } = await client.query<{ id: number; place: string }>(
    `SELECT ${id} AS id, tableoid::regclass::text AS place FROM ${table} ORDER BY 1`,
  );
  return rows.map((row) => [row.id, row.place]);
}

describe('ids that pass the border of a partition', () => {
  it('are written and read on both sides of it', async () => {
    const { boarding, ride } = await aLine(client);
    const card = await aCard(service, 0);
    await client.query(
      `SELECT setval('recharges_recharge_id_seq', 9999998), setval('trips_trip_id_seq', 9999998),
              setval('postings_posting_id_seq', 9999997)`,
    );

    await aRecharge(service, card, 10_000);
    const last = await aRecharge(service, card, 20_000);
    await post(service, '/trips/complete', { card_id: card, ...ride });
    const trip = await post<BoardingResponse>(service, '/trips/start', { card_id: card, ...boarding });
    await post(service, '/trips/end', {
      trip_id: trip.body.trip_id,
      disembarking_station_id: ride.disembarking_station_id,
    });
    await post(service, `/recharges/${last}/reversal`, { reason: 'a test' });

    expect(await placesOf('recharges', 'recharge_id')).toEqual([
      [9_999_999, 'recharges_p0'],
      [10_000_000, 'recharges_p1'],
    ]);
    expect(await placesOf('trips', 'trip_id')).toEqual([
      [9_999_999, 'trips_p0'],
      [10_000_000, 'trips_p1'],
    ]);
    expect(await placesOf('postings', 'posting_id')).toEqual([
      [9_999_998, 'postings_p0'],
      [9_999_999, 'postings_p0'],
      [10_000_000, 'postings_p1'],
      [10_000_001, 'postings_p1'],
      [10_000_002, 'postings_p1'],
    ]);
    expect((await ask(service, `/cards/${card}/statement`)).body).toMatchObject({
      statement: [-20_000, -FARE, -FARE, 20_000, 10_000].map((amount) => ({ amount })),
    });
    expect((await ask(service, `/cards/${card}/history`)).body).toMatchObject({
      history: [{ recharge_id: 10_000_000 }, { recharge_id: 9_999_999 }],
    });
    expect((await ask(service, '/trips/10000000')).body).toMatchObject({ status: 'completed' });
    expect(await breaksOf(database.url)).toEqual({});
  });
});

describe('cards and trips that change', () => {
  const CARDS = 2_000;

  /** One row of each full page, with that page. */
  async function firstOfPages(table: string, id: string): Promise<[number, number][]> {
    const { rows } = await client.query<{ id: number; page: number }>(
      `SELECT DISTINCT ON (page) ${id} AS id, page FROM (
         SELECT ${id}, (ctid::text::point)[0]::int AS page, max(ctid) OVER () AS last FROM ${table}) placed
       WHERE page < (last::text::point)[0]::int ORDER BY page, id`,
    );
    return rows.map((row) => [row.id, row.page]);
  }

  async function pagesOf(table: string, id: string, ids: readonly number[]): Promise<[number, number][]> {
    const { rows } = await client.query<{ id: number; page: number }>(
      `SELECT ${id} AS id, (ctid::text::point)[0]::int AS page FROM ${table} WHERE ${id} = ANY ($1) ORDER BY 2`,
      [ids],
    );
    return rows.map((row) => [row.id, row.page]);
  }

  it('find room on their own page, so that no index has to point elsewhere', async () => {
    const { boarding, ride } = await aLine(client);
    // Into one partition, whatever was written before.
    await client.query(
      `SELECT setval('trips_trip_id_seq', greatest(last_value, 9999999)) FROM trips_trip_id_seq`,
    );
    await client.query(
      `WITH opened AS (INSERT INTO accounts (kind) SELECT 'card' FROM generate_series(1, ${CARDS}) RETURNING account_id),
            issued AS (
              INSERT INTO cards (account_id, card_number, acquisition_date, updated_at)
              SELECT account_id, 'N' || account_id, '2026-01-01', now() FROM opened RETURNING card_id),
            boarded AS (
              INSERT INTO trips (card_id, route_id, boarding_station_id, boarding_time, status, fare_amount, fare_product)
              SELECT card_id, $1, $2, now(), 'in_progress', ${FARE}, 'trunk' FROM issued
              RETURNING trip_id, card_id, boarding_time, boarding_station_id),
            listed AS (
              INSERT INTO open_trips (trip_id, card_id, boarding_time, boarding_station_id) SELECT * FROM boarded
              RETURNING boarding_station_id)
       INSERT INTO open_trip_changes (boarding_station_id, change) SELECT boarding_station_id, 1 FROM listed`,
      [boarding.route_id, boarding.boarding_station_id],
    );
    const cards = await firstOfPages('cards', 'card_id');
    const trips = await firstOfPages('trips_p1', 'trip_id');
    expect(Math.min(cards.length, trips.length)).toBeGreaterThan(10);

    for (const [card] of cards) await aRecharge(service, card, 10_000);
    for (const [trip_id] of trips) {
      const { disembarking_station_id } = ride;
      await post(service, '/trips/end', { trip_id, disembarking_station_id });
    }

    const ids = (places: readonly [number, number][]): number[] => places.map(([id]) => id);
    expect(await pagesOf('cards', 'card_id', ids(cards))).toEqual(cards);
    expect(await pagesOf('trips_p1', 'trip_id', ids(trips))).toEqual(trips);
  });

  it('find it in the partitions to come as well', async () => {
    await client.query(`SELECT create_partitions_through('trips', 30000000)`);
    const { rows } = await client.query<{ reloptions: string[] }>(
      `SELECT reloptions FROM pg_class WHERE relname LIKE 'trips\\_p_' ORDER BY relname`,
    );
    expect(rows).toEqual(Array(4).fill({ reloptions: ['fillfactor=90'] }));
  });
});

describe('the schema', () => {
  it('keeps money in whole numbers, and moments with their zone', async () => {
    const { rows } = await client.query<{ name: string }>(
      `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name NOT LIKE 'schema_migrations'
         AND data_type IN ('double precision', 'real', 'money', 'timestamp without time zone')
         AND column_name NOT IN ('latitude', 'longitude', 'speed')`,
    );

    expect(rows).toEqual([]);
  });

  it('has a closed set of values for each status', async () => {
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
  ])('refuses %s.%s = %j', async (table, column, value) => {
    const card_id = await aCard(service, 20_000);
    const { boarding } = await aLine(client);
    await post(service, '/trips/start', { card_id, ...boarding });

    await expect(
      client.query(`UPDATE ${table} SET ${column} = $1 WHERE card_id = $2`, [value, card_id]),
    ).rejects.toMatchObject({ code: '23514' });
  });

  it('has an index for each way in which rows are looked for', async () => {
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
