import pg from 'pg';
import { AbstractLogger, DataSource, QueryFailedError } from 'typeorm';
import { StartupError } from '../../common/program/startup-error';
import { complaintOf } from '../../common/http/problem/database-errors';
import { Connection } from './connection';
import { migrations } from './data-source';
import { readSchema, refuseElsewhere, refuseNewer } from './schema';

/** Any constant: one process at a time migrates a database. */
const MIGRATION_LOCK = 7_316_001;

/** Silences TypeORM, which always prints an error. The program prints it once, for the operator. */
class Silence extends AbstractLogger {
  protected writeLog(): void {
    // Nothing.
  }
}

/**
 * Brings the schema of a database up to date. Several processes may do it at the same time.
 *
 * @param signal cancels the current migration. Those before it are not undone.
 * @throws StartupError if the schema is newer than this program, is not in the schema `public`, or belongs to another
 *   program.
 */
export async function migrate(url: string, signal?: AbortSignal): Promise<void> {
  const dataSource = new DataSource({
    type: 'postgres',
    driver: pg,
    url,
    applicationName: 'travel-recharge migrate',
    migrations,
    migrationsTableName: 'schema_migrations',
    isolationLevel: 'READ COMMITTED',
    logger: new Silence(),
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
      await dataSource.runMigrations({ transaction: 'each' }).catch(explainFailure);
    } finally {
      await lock.release();
    }
  } finally {
    await dataSource.destroy();
  }
}

/** A migration fails because of another program's tables, or of rows that are not allowed any more. PostgreSQL names them. */
function explainFailure(error: unknown): never {
  if (!(error instanceof QueryFailedError) || complaintOf(error) !== null) throw error;
  throw new StartupError(
    `the schema of the database cannot be brought up to date: ${error.message.split('\n')[0]}; DATABASE_URL must be that of an empty database, or of one of this service`,
  );
}
