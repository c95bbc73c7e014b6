import type { Client } from 'pg';
import { databaseOf } from '../../platform/access/program-database';
import { recordProgram } from '../../platform/audit/record-program';

/** What an import writes. */
export const IMPORTED_TABLES = [
  'feeds',
  'concessionaires',
  'stations',
  'routes',
  'route_stops',
  'tariffs',
  'transfer_rules',
  'transfer_prices',
] as const;

/** Rows that the present transaction has written: PostgreSQL notes in each row which transaction that was. */
const COUNT_WRITTEN = IMPORTED_TABLES.map(
  (table, place) =>
    `SELECT ${place} AS place, '${table}' AS "table", count(*) AS rows FROM ${table}
     WHERE xmin = pg_current_xact_id_if_assigned()::xid HAVING count(*) > 0`,
).join(' UNION ALL ');

/**
 * Notes in the audit trail how many rows of which tables the present transaction has written. A feed that is here already
 * changes nothing, and leaves no entry.
 *
 * @param feedId null if no feed of that name is here, because only fares were taken.
 */
export async function recordImport(target: Client, feedId: number | null): Promise<void> {
  const { rows } = await target.query<{ table: string; rows: number }>(`${COUNT_WRITTEN} ORDER BY place`);
  if (rows.length === 0) return;
  await recordProgram(databaseOf(target), {
    program: 'import:gtfs',
    operation: 'npm run import:gtfs',
    object: { kind: 'feed', id: feedId },
    counts: rows.map(({ table, rows: count }) => `${table}: ${count}`).join(', '),
  });
}
