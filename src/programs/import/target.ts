import type { Client } from 'pg';
import { StartupError } from '../../common/program/startup-error';
import { withLockTimeout } from '../bulk-load/locks';
import { importedTables } from './tables/imported-tables';

/** Whatever an import writes, and what only a running service writes. */
const WRITTEN_TABLES = [
  ...importedTables.map(({ target }) => target.table),
  ...['open_trips', 'postings', 'recharge_transactions', 'recharge_reversals', 'idempotency_keys'],
];

/** Keeps writers out until the transaction ends; readers go on until the large tables are written. */
export async function lockTables(target: Client): Promise<void> {
  await withLockTimeout(target, async () => {
    await target.query(`LOCK TABLE accounts, ${WRITTEN_TABLES.join(', ')} IN SHARE ROW EXCLUSIVE MODE`);
  });
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

/** The query planner has no statistics about tables that were just filled. */
export async function analyze(target: Client): Promise<void> {
  await target.query(`ANALYZE accounts, ${WRITTEN_TABLES.join(', ')}`);
}
