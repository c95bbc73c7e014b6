import { Connection } from '../../database/connection';
import { valueParsers } from '../../database/value-parsers';
import { ledgerChecks } from './checks';

/** Breaks of one promise that are shown; more are only counted. */
const SHOWN = 20;

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
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    for (const { name, breaks } of ledgerChecks) {
      const { rows } = await client.query<Record<string, unknown> & { break_count: number }>(
        `SELECT *, count(*) OVER () AS break_count FROM (${breaks}) breaks LIMIT ${SHOWN}`,
      );
      yield {
        name,
        breaks: rows.map(({ break_count: _, ...found }) => found),
        count: rows[0]?.break_count ?? 0,
      };
    }
  } finally {
    await client.end();
  }
}
