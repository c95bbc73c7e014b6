import type { ClientBase } from 'pg';

/** The function of a trigger does nothing but refuse. */
const ONLY_REFUSES = `prosrc ~ '^\\s*BEGIN\\s+RAISE EXCEPTION [^;]+;\\s*END\\s*;?\\s*$'`;

/** Triggers of these names were made by our migrations, and change no row of these tables. */
const OURS = ['cards_refuse_erased_rider'];

/** Finds what can change or suppress a row on its way into a table, or hide it: triggers, rules and policies. */
const FIND_FOREIGN = `
  WITH looked_at AS (
    SELECT oid AS relation FROM pg_class WHERE oid = ANY ($1::regclass[])
    UNION SELECT inhrelid FROM pg_inherits WHERE inhparent = ANY ($1::regclass[]))
  SELECT relation::regclass::text AS "table", 'trigger ' || tgname AS what
  FROM looked_at JOIN pg_trigger ON tgrelid = relation JOIN pg_proc ON pg_proc.oid = tgfoid
  WHERE NOT tgisinternal AND NOT ${ONLY_REFUSES} AND tgname <> ALL ($2)
  UNION ALL
  SELECT relation::regclass::text, 'rule ' || rulename FROM looked_at JOIN pg_rewrite ON ev_class = relation
  UNION ALL
  SELECT relation::regclass::text, 'row security' FROM looked_at JOIN pg_class ON pg_class.oid = relation
  WHERE relrowsecurity OR relforcerowsecurity
  ORDER BY 1, 2`;

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
      AND ${ONLY_REFUSES})
  ORDER BY 1, 2`;

/**
 * Finds sequences that do not give the next number to whoever asks. One with CACHE gives each session some numbers in advance, so
 * a session may add a row with a lower id after the rows behind it were sealed and added to the totals.
 */
const FIND_UNORDERED = `
  SELECT seqrelid::regclass::text AS sequence,
         concat_ws(', ', CASE WHEN seqcache <> 1 THEN 'CACHE ' || seqcache END,
                   CASE WHEN seqincrement <> 1 THEN 'INCREMENT ' || seqincrement END, CASE WHEN seqcycle THEN 'CYCLE' END) AS what
  FROM pg_sequence JOIN pg_class ON pg_class.oid = seqrelid
  WHERE relnamespace = 'public'::regnamespace AND (seqcache <> 1 OR seqincrement <> 1 OR seqcycle)
  ORDER BY 1`;

/** Returns the tables and partitions of which the database does not refuse a change, although it should. */
export async function findMissingGuards(
  client: ClientBase,
  tables: readonly string[],
): Promise<{ readonly table: string; readonly change: string }[]> {
  const { rows } = await client.query<{ table: string; change: string }>(FIND_MISSING_GUARDS, [tables]);
  return rows;
}

/** Returns what somebody else has put on these tables and their partitions, such as a rule that suppresses rows. */
export async function findForeign(
  client: ClientBase,
  tables: readonly string[],
): Promise<{ readonly table: string; readonly what: string }[]> {
  const { rows } = await client.query<{ table: string; what: string }>(FIND_FOREIGN, [tables, OURS]);
  return rows;
}

/** Returns the sequences of this service whose numbers need not come in their order, and why. */
export async function findUnorderedSequences(
  client: ClientBase,
): Promise<{ readonly sequence: string; readonly what: string }[]> {
  const { rows } = await client.query<{ sequence: string; what: string }>(FIND_UNORDERED);
  return rows;
}
