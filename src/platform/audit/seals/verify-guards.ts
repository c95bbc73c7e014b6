import type { ClientBase } from 'pg';
import { FIND_FOREIGN_NAMES } from './foreign-names';
import { treeOf } from './table-tree';

/** The function of a trigger does nothing but refuse. */
const ONLY_REFUSES = `prosrc ~ '^\\s*BEGIN\\s+RAISE EXCEPTION [^;]+;\\s*END\\s*;?\\s*$'`;

/** The other triggers that our migrations have made, which change no row of a table that is looked at: what their functions do. */
const REFUSE_ERASED_RIDER = `DECLARE erased timestamptz; BEGIN
  SELECT erased_at INTO erased FROM users WHERE user_id = NEW.user_id FOR KEY SHARE;
  IF erased IS NOT NULL THEN RAISE EXCEPTION 'rider % was erased', NEW.user_id
    USING ERRCODE = 'restrict_violation', CONSTRAINT = 'users_erased'; END IF;
  RETURN NEW; END`.replace(/\s+/g, ' ');
const NOTE_FOR_HOTLIST = `BEGIN INSERT INTO device_list_changes (list, subject_id) VALUES ('hotlist', NEW.card_id); RETURN NULL; END`;
const OUR_FUNCTIONS = JSON.stringify({
  cards_refuse_erased_rider: REFUSE_ERASED_RIDER,
  cards_note_for_hotlist: NOTE_FOR_HOTLIST,
  cards_note_new_for_hotlist: NOTE_FOR_HOTLIST,
});
/** Where they are, and under which settings. */
const IS_OURS = `tgrelid = 'public.cards'::regclass AND proconfig = ARRAY['search_path=public, pg_temp']
  AND btrim(regexp_replace(prosrc, '\\s+', ' ', 'g')) = ($2::jsonb ->> tgname::text)`;

const LOOKED_AT = treeOf('SELECT oid FROM pg_class WHERE oid = ANY ($1::regclass[])');

/**
 * Finds what can change or suppress a row on its way into a table, or hide it: triggers, rules and policies; and columns of types
 * that somebody else made, since those decide how their values are written as text.
 */
const FIND_FOREIGN = `
  WITH RECURSIVE ${LOOKED_AT},
  looked_at AS (SELECT DISTINCT relation FROM tree)
  SELECT relation::regclass::text AS "table", 'trigger ' || tgname AS what
  FROM looked_at JOIN pg_trigger ON tgrelid = relation JOIN pg_proc ON pg_proc.oid = tgfoid
  WHERE NOT tgisinternal AND NOT ${ONLY_REFUSES} AND (${IS_OURS}) IS NOT TRUE
  UNION ALL
  SELECT relation::regclass::text, 'rule ' || rulename FROM looked_at JOIN pg_rewrite ON ev_class = relation
  UNION ALL
  SELECT relation::regclass::text, 'row security' FROM looked_at JOIN pg_class ON pg_class.oid = relation
  WHERE relrowsecurity OR relforcerowsecurity
  UNION ALL
  SELECT relation::regclass::text, attname || ' of the type ' || format_type(atttypid, NULL)
  FROM looked_at JOIN pg_attribute ON attrelid = relation JOIN pg_type given ON given.oid = atttypid
    JOIN pg_type base ON base.oid = coalesce(nullif(given.typbasetype, 0), given.oid)
  WHERE attnum > 0 AND base.typnamespace <> 'pg_catalog'::regnamespace
  ORDER BY 1, 2`;

/** Finds missing triggers, which should refuse each kind of change, by their names and events. */
const FIND_MISSING_GUARDS = `
  WITH RECURSIVE ${LOOKED_AT},
  guarded AS (SELECT DISTINCT relation FROM tree),
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

/**
 * Returns what somebody else has put on these tables and their partitions, such as a rule that suppresses rows, and what stands
 * before the operators and functions by which all of this is looked for.
 */
export async function findForeign(
  client: ClientBase,
  tables: readonly string[],
): Promise<{ readonly table: string; readonly what: string }[]> {
  const { rows: named } = await client.query<{ table: string; what: string }>(FIND_FOREIGN_NAMES);
  const { rows } = await client.query<{ table: string; what: string }>(FIND_FOREIGN, [tables, OUR_FUNCTIONS]);
  return [...named, ...rows];
}

/** Returns the sequences of this service whose numbers need not come in their order, and why. */
export async function findUnorderedSequences(
  client: ClientBase,
): Promise<{ readonly sequence: string; readonly what: string }[]> {
  const { rows } = await client.query<{ sequence: string; what: string }>(FIND_UNORDERED);
  return rows;
}
