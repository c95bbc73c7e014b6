import type { Client } from 'pg';
import { DataSource } from 'typeorm';
import { connect } from '../../../test/builders/connect';
import { insert } from '../../../test/builders/insert';
import { aRoute, aStation, aVehicle } from '../../../test/builders/network';
import { createDatabase, type TestDatabase } from '../../../test/setup/database';
import { Clock } from '../../common/time/clock';
import { AppConfig } from '../../platform/config/app-config';
import { parseEnvironment } from '../../platform/config/environment';
import { Retention } from './retention';

const NOW = new Date('2026-01-14T12:00:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

class StoppedClock extends Clock {
  override now(): Date {
    return NOW;
  }
}

describe(Retention.name, () => {
  let database: TestDatabase;
  let client: Client;
  let dataSource: DataSource;

  beforeEach(async () => {
    database = await createDatabase();
    client = await connect(database.url);
    dataSource = await new DataSource({ type: 'postgres', url: database.url }).initialize();
    await aRoute(client, [await aStation(client)]);
    for (let n = 0; n < 2; n += 1) await aVehicle(client);
  });

  afterEach(async () => {
    await dataSource.destroy();
    await client.end();
    await database.drop();
  });

  async function run(
    environment: Readonly<Record<string, string>> = {},
    stopping = new AbortController().signal,
  ): Promise<void> {
    const config = new AppConfig(parseEnvironment(environment));
    await new Retention(dataSource, new StoppedClock(), config).run(stopping);
  }

  const ago = (milliseconds: number): Date => new Date(NOW.getTime() - milliseconds);
  const seen = (vehicle_id: number, before: number): Promise<unknown> =>
    insert(client, 'vehicle_positions', {
      vehicle_id,
      route_id: 1,
      latitude: 4.6,
      longitude: -74.1,
      observed_at: ago(before),
    });
  const expected = (before: number): Promise<unknown> =>
    insert(client, 'arrivals', {
      station_id: 1,
      route_id: 1,
      estimated_arrival: ago(before),
      created_at: ago(before),
    });

  /** How many hours ago. */
  async function kept(table: string, time: string): Promise<number[]> {
    const { rows } = await client.query<{ time: Date }>(
      `SELECT ${time} AS time FROM ${table} ORDER BY 1 DESC`,
    );
    return rows.map((row) => (NOW.getTime() - row.time.getTime()) / HOUR);
  }

  it('forgets positions after 7 days and arrivals after 30, and no sooner', async () => {
    for (const before of [0, 7 * DAY, 7 * DAY + HOUR]) await seen(1, before);
    for (const before of [-DAY, 30 * DAY, 30 * DAY + HOUR]) await expected(before);

    await run();

    expect(await kept('vehicle_positions', 'observed_at')).toEqual([0, 7 * 24]);
    expect(await kept('arrivals', 'estimated_arrival')).toEqual([-24, 30 * 24]);
  });

  it('forgets totals by minute after 8 days, and says first that it does not keep them', async () => {
    for (const before of [0, 8 * DAY, 8 * DAY + HOUR])
      await insert(client, 'refusal_minutes', {
        minute: ago(before),
        operation: 'POST /recharges',
        code: 'card_not_active',
        refusals: 1,
      });
    await client.query('UPDATE totals_calendar SET minutes_from = $1', [ago(9 * DAY)]);

    await run();

    expect(await kept('refusal_minutes', 'minute')).toEqual([0, 8 * 24]);
    expect(await kept('totals_calendar', 'minutes_from')).toEqual([8 * 24]);
  });

  it('keeps the last position of a vehicle, however old it is', async () => {
    for (const before of [100 * DAY, 101 * DAY]) await seen(1, before);
    await seen(2, 50 * DAY);

    await run();

    expect(await kept('vehicle_positions', 'observed_at')).toEqual([50 * 24, 100 * 24]);
  });

  it('keeps them as long as it is told to, or for ever', async () => {
    for (const before of [0, 2 * DAY]) await seen(1, before);
    await expected(400 * DAY);

    await run({ ARRIVAL_KEEP_DAYS: '0', POSITION_KEEP_DAYS: '3' });
    expect(await kept('vehicle_positions', 'observed_at')).toHaveLength(2);
    await run({ ARRIVAL_KEEP_DAYS: '0', POSITION_KEEP_DAYS: '1' });

    expect(await kept('vehicle_positions', 'observed_at')).toEqual([0]);
    expect(await kept('arrivals', 'estimated_arrival')).toEqual([400 * 24]);
  });

  it('goes on, piece by piece, until nothing is left', async () => {
    await client.query(
      `INSERT INTO vehicle_positions (vehicle_id, route_id, latitude, longitude, observed_at)
       SELECT 1, 1, 4.6, -74.1, $1::timestamptz - n * interval '1 s' FROM generate_series(1, 12001) n`,
      [ago(30 * DAY)],
    );

    await run();

    expect(await kept('vehicle_positions', 'observed_at')).toHaveLength(1);
  });

  it('forgets nothing more while the service stops', async () => {
    await expected(60 * DAY);

    await run({}, AbortSignal.abort());

    expect(await kept('arrivals', 'estimated_arrival')).toHaveLength(1);
  });

  it('shares the work of two processes', async () => {
    await client.query(
      `INSERT INTO arrivals (station_id, route_id, estimated_arrival, created_at)
       SELECT 1, 1, $1::timestamptz - n * interval '1 s', $1 FROM generate_series(1, 12000) n`,
      [ago(60 * DAY)],
    );

    await Promise.all([run(), run()]);

    expect(await kept('arrivals', 'estimated_arrival')).toEqual([]);
  });

  it('drops partitions of sealed audit entries from the beginning on, when the newest of them is old enough', async () => {
    const entries = async (from: number, before: number): Promise<void> => {
      await client.query(
        `INSERT INTO audit_entries (entry_id, occurred_at, client, operation, outcome) VALUES ($1, $2, '', 'a test', 'read')`,
        [from, ago(before)],
      );
    };
    const left = async (): Promise<number[]> =>
      (await client.query<{ id: number }>('SELECT entry_id AS id FROM audit_entries ORDER BY 1')).rows.map(
        ({ id }) => id,
      );
    await client.query(`SELECT create_partitions_through('audit_entries', 40000000),
                               setval('audit_entries_entry_id_seq', 30000001)`);
    await entries(5, 9 * DAY);
    await entries(10_000_005, 8 * DAY);
    await entries(20_000_005, 2 * DAY);
    await entries(30_000_001, 9 * DAY);
    await run({ AUDIT_KEEP_DAYS: '7' });
    expect(await left()).toEqual([5, 10_000_005, 20_000_005, 30_000_001]);

    await client.query(
      `INSERT INTO seals (source, seal_number, through_id, row_count, rows_digest, sealed_at, digest, row_marks)
       VALUES ('audit_entries', 1, 30000001, 4, sha256(''), now(), sha256(''), '')`,
    );
    await run();
    expect(await left()).toHaveLength(4);
    await run({ AUDIT_KEEP_DAYS: '7' });

    expect(await left()).toEqual([20_000_005, 30_000_001]);
  });
});
