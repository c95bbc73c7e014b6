import type { Client } from 'pg';
import { PERIOD_TABLES } from '../../src/modules/maintenance/period-totals';

/** What the service adds up, seals and notes about itself at its own time, without changing what it says. */
const DERIVED = [
  'totals_watermarks',
  'trip_totals',
  'posting_totals',
  'open_trip_changes',
  'seals',
  'audit_writers',
  'instances',
  'totals_calendar',
  'refusal_minutes',
  'device_lists',
  'device_list_members',
  'device_list_changes',
  ...PERIOD_TABLES,
];

/** The audit trail notes refusals and reads too, which change nothing, and a little later what was done to the cache. */
const ROWS_OF: Readonly<Record<string, string>> = {
  // A program notes what it has proven, and a proof that was begun goes on by itself.
  proofs: `(SELECT proof_id, started_by, started_at FROM proofs WHERE source = 'service')`,
  audit_entries: `(SELECT * FROM audit_entries WHERE outcome = 'changed' AND operation NOT LIKE '% /cache/%')`,
};

/** Planned once for each connection, because planning takes longer than reading the few rows of most tests. */
const statements = new WeakMap<Client, Promise<string>>();

/** A digest of every row of every table of a database: it stays the same as long as nobody changes anything. */
export async function checksumOf(client: Client): Promise<Record<string, string>> {
  const statement = statements.get(client) ?? statementFor(client);
  statements.set(client, statement);
  const { rows } = await client.query<{ name: string; digest: string }>({
    name: 'checksum',
    text: await statement,
  });
  return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]));
}

async function statementFor(client: Client): Promise<string> {
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT oid::regclass::text AS name FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
       AND relname <> ALL ($1) ORDER BY 1`,
    [DERIVED],
  );
  const digests = tables.map(
    ({ name }) =>
      `SELECT '${name}' AS name, md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) AS digest FROM ${ROWS_OF[name] ?? name} t`,
  );
  return digests.join(' UNION ALL ');
}
