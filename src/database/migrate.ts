import { DataSource } from 'typeorm';
import { migrations } from './data-source';

/** Any constant: one process at a time migrates a database. */
const MIGRATION_LOCK = 7_316_001;

/** Brings the schema of a database up to date; several processes may try at once. */
export async function migrate(url: string): Promise<void> {
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    applicationName: 'travel-recharge migrate',
    migrations,
    migrationsTableName: 'schema_migrations',
    poolSize: 2,
  });
  await dataSource.initialize();
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await dataSource.runMigrations({ transaction: 'each' });
  } finally {
    await lock.release();
    await dataSource.destroy();
  }
}
