import type { Client } from 'pg';
import { connect } from './builders/connect';
import { aCard, aLine, aRecharge, FARE } from './builders/rides';
import { ask, post } from './setup/api';
import { createDatabase, type TestDatabase } from './setup/database';
import { breaksOf } from './setup/ledger';
import { type Service, startService } from './setup/service';

let database: TestDatabase;
let client: Client;
let service: Service;

beforeAll(async () => {
  database = await createDatabase();
  client = await connect(database.url);
  service = await startService({ databaseUrl: database.url });
});

afterAll(async () => {
  await service?.stop();
  await client?.end();
  await database?.drop();
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
    const trip = (await post(service, '/trips/start', { card_id: card, ...boarding })).body as {
      trip_id: number;
    };
    await post(service, '/trips/end', {
      trip_id: trip.trip_id,
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
