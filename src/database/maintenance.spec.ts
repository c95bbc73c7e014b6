import { DataSource } from 'typeorm';
import { createDatabase, type TestDatabase } from '../../test/setup/database';
import { Clock } from '../common/clock';
import { AppConfig } from '../config/app-config';
import { Environment } from '../config/environment';
import { ClosedTotals } from './closed-totals';
import { IdempotencyKeys } from './idempotency-keys';
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
    dataSource = await new DataSource({ type: 'postgres', url: database.url }).initialize();
    const retention = new Retention(dataSource, new Clock(), config);
    maintenance = new Maintenance(dataSource, keys, new ClosedTotals(dataSource), retention);
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

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
});
