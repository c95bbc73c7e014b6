import { Client, DatabaseError } from 'pg';
import { StartupError } from '../../common/program/startup-error';
import { importedTables } from './tables/imported-tables';

/** Any constant: one import at a time into a database. */
const IMPORT_LOCK = 7_316_005;

const LOCK_TIMEOUT_MS = 10_000;
const LOCK_NOT_AVAILABLE = '55P03';

/** Whatever an import writes, and what only a running service writes. */
const WRITTEN_TABLES = [
  ...importedTables.map(({ target }) => target.table),
  ...['open_trips', 'postings', 'recharge_transactions', 'recharge_reversals', 'idempotency_keys'],
];

/** @throws StartupError while another import holds the database. */
export async function lockForImport(target: Client): Promise<void> {
  const { rows } = await target.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [
    IMPORT_LOCK,
  ]);
  if (!rows[0]?.locked) throw new StartupError('another import into this database is running');
}

/** Keeps writers out until the transaction ends; readers go on until the large tables are written. */
export async function lockTables(target: Client): Promise<void> {
  await withLockTimeout(target, async () => {
    await target.query(`LOCK TABLE accounts, ${WRITTEN_TABLES.join(', ')} IN SHARE ROW EXCLUSIVE MODE`);
  });
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
    throw new StartupError('the target is in use: a transaction holds one of its tables');
  }
}

/** @throws StartupError naming the tables that have rows. */
export async function checkEmpty(target: Client): Promise<void> {
  const { rows } = await target.query<{ table: string }>(
    WRITTEN_TABLES.map((table) => `SELECT '${table}' AS "table" WHERE EXISTS (SELECT FROM ${table})`).join(
      ' UNION ALL ',
    ),
  );
  if (rows.length === 0) return;
  const tables = rows.map(({ table }) => table).join(', ');
  throw new StartupError(
    `the target is not empty (it has ${tables}): import into a fresh database, or another DATA_DIR`,
  );
}

/** Planners know nothing about a table that was just filled. */
export async function analyze(target: Client): Promise<void> {
  await target.query(`ANALYZE accounts, ${WRITTEN_TABLES.join(', ')}`);
}
