import { Client } from 'pg';
import { ImportedTable, LARGEST_ID, LARGEST_PARTITIONED_ID, primaryKeyOf } from './imported-table';
import type { TableCounts } from '../bulk-load/outcome';

/** One more partition than the rows need, so that the service has time to create the next. */
const ROWS_AHEAD = 10_000_000;

/** Writes the accepted rows of a staged table to where they belong, every one of them. */
export async function write(target: Client, table: ImportedTable): Promise<TableCounts> {
  const { rows } = await target.query<{ staged: number; accepted: number; last_id: number | null }>(
    `SELECT count(*) AS staged, count(*) FILTER (WHERE reasons = '{}') AS accepted,
       max(${primaryKeyOf(table)}) FILTER (WHERE reasons = '{}') AS last_id
     FROM source_${table.name}`,
  );
  const { staged = 0, accepted = 0, last_id: lastId = null } = rows[0] ?? {};
  const { prepare, insert, complete, partitioned } = table.target;
  if (partitioned && lastId !== null) await createPartitions(target, table.target.table, lastId);
  if (prepare) await target.query(prepare);
  const { rowCount } = await target.query(insert);
  if (rowCount !== accepted) {
    throw new Error(`${table.name}: ${accepted} rows were accepted and ${rowCount ?? 0} written`);
  }
  if (complete) await target.query(complete);
  return { table: table.name, accepted, refused: staged - accepted };
}

/** Partitions of a table through `lastId` and ahead of it. */
export async function createPartitions(target: Client, table: string, lastId: number): Promise<void> {
  await target.query('SELECT create_partitions_through($1, $2)', [table, lastId + ROWS_AHEAD]);
}

/**
 * Lets ids go on after the old ones, those of refused rows included: somebody may know them. Not undone by a rollback,
 * so it comes last.
 */
export async function advanceSequences(target: Client, tables: readonly ImportedTable[]): Promise<void> {
  for (const table of tables) {
    const { table: name, identity, partitioned } = table.target;
    if (identity === null) continue;
    await target.query(
      `SELECT setval(pg_get_serial_sequence($1, $2), max(id)) FROM (
         SELECT max(${identity}) AS id FROM ${name}
         UNION ALL
         SELECT max(${primaryKeyOf(table)}) FROM source_${table.name} WHERE ${primaryKeyOf(table)} BETWEEN 1 AND $3
       ) ids HAVING max(id) IS NOT NULL`,
      [name, identity, partitioned ? LARGEST_PARTITIONED_ID : LARGEST_ID],
    );
  }
}
