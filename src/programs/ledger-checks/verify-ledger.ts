import type { ClientBase } from 'pg';
import { Connection } from '../../platform/postgres/connection';
import { BEGIN_SNAPSHOT } from '../../platform/postgres/snapshot';
import { valueParsers } from '../../platform/postgres/value-parsers';
import { ledgerChecks } from './ledger-checks';
import { STORED_RESPONSES_CHECK, verifyStoredResponses } from './stored-responses';

/** The most breaks of one check that are shown; the rest is only counted. */
const MOST_SHOWN = 20;

/** The names of all checks, in the order in which they run. */
export const CHECK_NAMES: readonly string[] = [
  ...ledgerChecks.map(({ name }) => name),
  STORED_RESPONSES_CHECK,
];

/** What one check found: the first rows that break it, and how many do. */
export interface Finding {
  readonly name: string;
  readonly breaks: readonly Readonly<Record<string, unknown>>[];
  readonly count: number;
}

/** Runs all checks over the whole database, in one snapshot, while the service runs; yields one finding for each check. */
export async function* verifyLedger(url: string, signal?: AbortSignal): AsyncGenerator<Finding> {
  const client = await connectToVerify(url, signal);
  try {
    await client.query(BEGIN_SNAPSHOT);
    yield* verifyLedgerIn(client);
  } finally {
    await client.end();
  }
}

/** @param signal ends the connection. */
export async function connectToVerify(url: string, signal?: AbortSignal): Promise<Connection> {
  const client = new Connection({
    connectionString: url,
    types: valueParsers,
    signal,
    application_name: 'ledger:verify',
  });
  await client.connect();
  return client;
}

/** @param client is in a transaction that reads one snapshot. */
export async function* verifyLedgerIn(client: ClientBase): AsyncGenerator<Finding> {
  // Most of these checks compare whole tables and expect to find nothing, so PostgreSQL plans what follows for one row. Where there are
  // many, a nested loop reads a table again for each of them.
  await client.query('SET LOCAL enable_nestloop = off');
  for (const { name, breaks } of ledgerChecks) yield findBreaks(client, name, breaks);
  await client.query('SET LOCAL enable_nestloop TO DEFAULT');
  const breaks: Finding['breaks'][number][] = [];
  let count = 0;
  for await (const found of verifyStoredResponses(client)) {
    count += 1;
    if (breaks.length < MOST_SHOWN) breaks.push(found);
  }
  yield { name: STORED_RESPONSES_CHECK, breaks, count };
}

/** What stands before a check's own query: tables of its own, and the values of their parameters. */
interface Before {
  readonly before: readonly string[];
  readonly values: readonly unknown[];
}

/** Runs one check, and returns what it found. */
export async function findBreaks(
  client: ClientBase,
  name: string,
  breaks: string,
  { before, values }: Before = { before: [], values: [] },
): Promise<Finding> {
  // MATERIALIZED plans the check for all rows. Planned for the first few rows only, a check that finds nothing reads
  // every posting again for each card.
  const tables = [...before, `breaks AS MATERIALIZED (${breaks})`].join(', ');
  const { rows } = await client.query<Record<string, unknown> & { break_count: number }>(
    `WITH ${tables} SELECT *, count(*) OVER () AS break_count FROM breaks LIMIT ${MOST_SHOWN}`,
    [...values],
  );
  return {
    name,
    breaks: rows.map(({ break_count: _, ...found }) => found),
    count: rows[0]?.break_count ?? 0,
  };
}
