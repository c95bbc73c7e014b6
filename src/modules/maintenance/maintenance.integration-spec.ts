import { DataSource } from 'typeorm';
import { aStation } from '../../../test/builders/network';
import { connect } from '../../../test/builders/connect';
import { createDatabase, type TestDatabase } from '../../../test/setup/database';
import { until } from '../../../test/setup/until';
import { Clock } from '../../common/time/clock';
import { dataSourceOptions } from '../../platform/postgres/data-source';
import { UnansweredCommits } from '../../platform/postgres/unanswered-commits';
import { AppConfig } from '../../platform/config/app-config';
import { Environment } from '../../platform/config/environment';
import { Sealer } from '../../platform/audit/seals/sealer';
import { aTotalsRollup } from '../../../test/setup/totals-rollup';
import { IdempotencyKeys } from '../../platform/writes/idempotency-keys';
import { Maintenance } from './maintenance';
import { Retention } from './retention';

describe(Maintenance.name, () => {
  const config = new AppConfig(new Environment());
  const keys = new IdempotencyKeys(new Clock(), config);
  let database: TestDatabase;
  let dataSource: DataSource;
  let maintenance: Maintenance;

  beforeAll(async () => {
    database = await createDatabase();
    dataSource = await new DataSource(dataSourceOptions(config, database.url)).initialize();
    maintenance = createMaintenance();
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  function createMaintenance(): Maintenance {
    const retention = new Retention(dataSource, new Clock(), config);
    const sealer = new Sealer(dataSource, new Clock(), config);
    return new Maintenance(
      dataSource,
      keys,
      aTotalsRollup(dataSource),
      retention,
      sealer,
      new UnansweredCommits(1),
    );
  }

  async function partitions(): Promise<string[]> {
    const rows = await dataSource.query<{ name: string }[]>(
      `SELECT inhrelid::regclass::text AS name FROM pg_inherits
       WHERE inhparent IN ('trips'::regclass, 'recharges'::regclass, 'postings'::regclass) ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  }

  it('makes each partition when the half of the one before it is used up', async () => {
    const both = ['postings_p0', 'postings_p1', 'recharges_p0', 'recharges_p1', 'trips_p0', 'trips_p1'];

    await dataSource.query(
      `SELECT setval('trips_trip_id_seq', 14999999), setval('postings_posting_id_seq', 14999999)`,
    );
    await maintenance.tidy();
    expect(await partitions()).toEqual(both);

    await dataSource.query(
      `SELECT setval('trips_trip_id_seq', 15000000), setval('postings_posting_id_seq', 15000000)`,
    );
    await maintenance.tidy();
    expect(await partitions()).toEqual([...both, 'postings_p2', 'trips_p2'].sort());
  });

  it('forgets stored answers after 30 days, and no sooner', async () => {
    await dataSource.query(
      `INSERT INTO idempotency_keys (idempotency_key, fingerprint, status, body, created_at)
       VALUES ('old', '', 201, '{}', now() - interval '30 days 1 min'), ('kept', '', 201, '{}', now() - interval '29 days 23 h')`,
    );

    await maintenance.tidy();

    expect(await dataSource.query('SELECT idempotency_key FROM idempotency_keys')).toEqual([
      { idempotency_key: 'kept' },
    ]);
  });

  it('begins at once, with the sums too, and ends with the service', async () => {
    const client = await connect(database.url);
    try {
      const { station_id } = await aStation(client);
      await client.query(
        'INSERT INTO open_trip_changes (boarding_station_id, change) SELECT $1, 1 FROM generate_series(1, 100)',
        [station_id],
      );
      const running = createMaintenance();
      await running.onApplicationBootstrap();
      const counted = async (): Promise<boolean> =>
        (await client.query('SELECT FROM trip_totals WHERE open_trips = 100')).rows.length === 1;

      await until('the changes are counted', counted);
      await running.onApplicationShutdown();

      expect((await client.query('SELECT FROM open_trip_changes')).rows).toEqual([]);
    } finally {
      await client.end();
    }
  });
});
