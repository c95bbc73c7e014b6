import { Client, DatabaseError } from 'pg';
import { StartupError } from '../../common/program/startup-error';

/** Any constant: one import at a time into a database. */
const IMPORT_LOCK = 7_316_005;

const LOCK_TIMEOUT_MS = 10_000;
const LOCK_NOT_AVAILABLE = '55P03';

/** @throws StartupError while another import holds the database. */
export async function lockForImport(target: Client): Promise<void> {
  const { rows } = await target.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [
    IMPORT_LOCK,
  ]);
  if (!rows[0]?.locked) throw new StartupError('another import into this database is running');
}

/**
 * Runs statements of a transaction that lock tables.
 *
 * @throws StartupError when a lock can't be had in time.
 */
export async function withLockTimeout(target: Client, work: () => Promise<void>): Promise<void> {
  try {
    await target.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
    await work();
    await target.query('SET LOCAL lock_timeout = 0');
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== LOCK_NOT_AVAILABLE) throw error;
    throw new StartupError(
      'the target database is in use: a transaction of another program locks one of its tables',
    );
  }
}
