import { DataSource } from 'typeorm';
import { Connection } from './connection';
import { migrations } from './data-source';
import { readSchema, refuseElsewhere, refuseNewer } from './schema';

/** Any constant: one process at a time migrates a database. */
const MIGRATION_LOCK = 7_316_001;

/**
 * Brings the schema of a database up to date; several processes may try at once.
 *
 * @param signal undoes the migration under way; those before it stay.
 * @throws StartupError when the schema is newer than this program, or stands where the program does not look.
 */
export async function migrate(url: string, signal?: AbortSignal): Promise<void> {
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    applicationName: 'travel-recharge migrate',
    migrations,
    migrationsTableName: 'schema_migrations',
    isolationLevel: 'READ COMMITTED',
    poolSize: 2,
    poolErrorHandler: () => undefined,
    extra: { Client: Connection, signal },
  });
  await dataSource.initialize();
  try {
    const lock = dataSource.createQueryRunner();
    try {
      await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
      const schema = await readSchema(lock);
      refuseElsewhere(schema);
      refuseNewer(schema);
      await dataSource.runMigrations({ transaction: 'each' });
    } finally {
      await lock.release();
    }
  } finally {
    await dataSource.destroy();
  }
}
