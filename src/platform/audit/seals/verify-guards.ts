import type { ClientBase } from 'pg';

/** Finds missing triggers, which should refuse each kind of change, by their names and events. */
const FIND_MISSING_GUARDS = `
  WITH guarded AS (
    SELECT oid AS relation FROM pg_class WHERE oid = ANY ($1::regclass[])
    UNION SELECT inhrelid FROM pg_inherits WHERE inhparent = ANY ($1::regclass[])),
  -- pg_trigger.tgtype: 1 each row, 2 before, 8 delete, 16 update, 32 truncate.
  wanted (change, type, mask) AS (VALUES ('UPDATE', 19, 19), ('DELETE', 11, 11), ('TRUNCATE', 34, 35))
  SELECT relation::regclass::text AS "table", change FROM guarded CROSS JOIN wanted
  WHERE NOT EXISTS (
    SELECT FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE tgrelid = relation AND tgtype & mask = type AND tgenabled IN ('O', 'A') AND tgqual IS NULL
      -- UPDATE OF some columns leaves the others open.
      AND tgattr = ''
      -- The function does nothing but refuse.
      AND prosrc ~ '^\\s*BEGIN\\s+RAISE EXCEPTION [^;]+;\\s*END\\s*;?\\s*$')
  ORDER BY 1, 2`;

/** Returns the tables and partitions of which the database does not refuse a change, although it should. */
export async function findMissingGuards(
  client: ClientBase,
  tables: readonly string[],
): Promise<{ readonly table: string; readonly change: string }[]> {
  const { rows } = await client.query<{ table: string; change: string }>(FIND_MISSING_GUARDS, [tables]);
  return rows;
}
