import type { ClientBase } from 'pg';
import { Connection } from '../../../platform/postgres/connection';
import { BEGIN_SNAPSHOT } from '../../../platform/postgres/snapshot';
import { valueParsers } from '../../../platform/postgres/value-parsers';
import { ledgerChecks } from './checks';
import { ANSWERS_CHECK, verifyAnswers } from './verify-answers';

/** Breaks of one promise that are shown; more are only counted. */
const SHOWN = 20;

/** The names of all promises, in the order in which they are looked at. */
export const PROMISES: readonly string[] = [...ledgerChecks.map(({ name }) => name), ANSWERS_CHECK];

/** What a check found: nothing, or the rows where the books break their promise. */
export interface Finding {
  readonly name: string;
  readonly breaks: readonly Readonly<Record<string, unknown>>[];
  readonly count: number;
}

/** Proves the books over the whole database, in one snapshot, while the service runs; one finding for each promise. */
export async function* verifyLedger(url: string, signal?: AbortSignal): AsyncGenerator<Finding> {
  const client = new Connection({
    connectionString: url,
    types: valueParsers,
    signal,
    application_name: 'ledger:verify',
  });
  await client.connect();
  try {
    await client.query(BEGIN_SNAPSHOT);
    yield* verifyLedgerIn(client);
  } finally {
    await client.end();
  }
}

/** @param client in a transaction that reads one snapshot. */
export async function* verifyLedgerIn(client: ClientBase): AsyncGenerator<Finding> {
  for (const { name, breaks } of ledgerChecks) yield findBreaks(client, name, breaks);
  const breaks: Finding['breaks'][number][] = [];
  let count = 0;
  for await (const found of verifyAnswers(client)) {
    count += 1;
    if (breaks.length < SHOWN) breaks.push(found);
  }
  yield { name: ANSWERS_CHECK, breaks, count };
}

/** What stands before a check's own query: tables of its own, and the values of their parameters. */
interface Before {
  readonly before: readonly string[];
  readonly values: readonly unknown[];
}

/** What a check finds. */
export async function findBreaks(
  client: ClientBase,
  name: string,
  breaks: string,
  { before, values }: Before = { before: [], values: [] },
): Promise<Finding> {
  // Planned for all rows: planned for the first few, a check that finds none read every posting anew for each card.
  const tables = [...before, `breaks AS MATERIALIZED (${breaks})`].join(', ');
  const { rows } = await client.query<Record<string, unknown> & { break_count: number }>(
    `WITH ${tables} SELECT *, count(*) OVER () AS break_count FROM breaks LIMIT ${SHOWN}`,
    [...values],
  );
  return {
    name,
    breaks: rows.map(({ break_count: _, ...found }) => found),
    count: rows[0]?.break_count ?? 0,
  };
}
