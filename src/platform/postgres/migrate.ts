import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { AbstractLogger, DataSource, QueryFailedError } from 'typeorm';
import { StartupError } from '../../common/program/startup-error';
import { complaintOf, sqlState } from '../../common/http/problem/database-errors';
import { Connection } from './connection';
import { migrations } from './data-source';
import { readSchema, refuseElsewhere, refuseNewer, unknownMigrations } from './schema';

/** Any constant: one process at a time migrates a database. */
const MIGRATION_LOCK = 7_316_001;

/**
 * How long a migration waits for those who use a table. Whoever comes after it waits behind it, so it makes way, and tries
 * again after a pause.
 */
const LOCK_TIMEOUT_MS = 2_000;
const PAUSE_MS = 1_000;
const LOCK_NOT_AVAILABLE = '55P03';

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
 * @param log is told when a migration has to wait, and when a newer release has changed the schema.
 * @param refuse throws if that makes it another one than this program may use.
 * @throws StartupError if the schema is refused, is not in the schema `public`, or belongs to another program.
 */
export async function migrate(
  url: string,
  signal?: AbortSignal,
  log: (line: string) => void = () => undefined,
  refuse = refuseNewer,
): Promise<void> {
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
    extra: { Client: Connection, signal, session: { lock_timeout: `${LOCK_TIMEOUT_MS}` } },
  });
  await dataSource.initialize();
  try {
    const lock = dataSource.createQueryRunner();
    try {
      // Another process may migrate for long, and nobody waits behind this lock but others who migrate.
      await lock.query('SET lock_timeout = 0');
      await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
      const schema = await readSchema(lock);
      refuseElsewhere(schema);
      refuse(schema);
      const newer = unknownMigrations(schema);
      if (newer.length > 0)
        log(`the schema has ${newer.join(', ')} of a newer release, beside which this one may run`);
      await runMigrations(dataSource, signal, log);
    } finally {
      await lock.release();
    }
  } finally {
    await dataSource.destroy();
  }
}

async function runMigrations(
  dataSource: DataSource,
  signal: AbortSignal | undefined,
  log: (line: string) => void,
): Promise<void> {
  for (;;) {
    try {
      await dataSource.runMigrations({ transaction: 'each' });
      return;
    } catch (error) {
      if (sqlState(error) !== LOCK_NOT_AVAILABLE) explainFailure(error);
      log('a table that has to be changed is in use: the migration makes way and tries again');
      await sleep(PAUSE_MS, null, { signal });
    }
  }
}

/** A migration fails because of another program's tables, or of rows that are not allowed any more. PostgreSQL names them. */
function explainFailure(error: unknown): never {
  if (!(error instanceof QueryFailedError) || complaintOf(error) !== null) throw error;
  throw new StartupError(
    `the schema of the database cannot be brought up to date: ${error.message.split('\n')[0]}; DATABASE_URL must be that of an empty database, or of one of this service`,
  );
}
