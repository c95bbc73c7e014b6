import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { type Client, escapeIdentifier, escapeLiteral } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { StartupError } from '../common/startup-error';
import { reasonOf } from '../database/server';
import type { TableCounts } from '../import/write';
import { fileOf, idOf, type FeedTable } from './tables/feed-table';

/** What is to be said about a file, or a row of it: `refused` was not taken, a `note` tells what became of it. */
export interface Finding {
  readonly file: string;
  readonly line?: number;
  readonly id?: string;
  readonly outcome: 'refused' | 'note';
  readonly reason: string;
}

/** Findings that belong to no staged row, beside those in `source_<name>`; both end with the session. */
export async function createFindings(target: Client): Promise<void> {
  await target.query(
    `CREATE TEMP TABLE gtfs_findings (
       finding_id bigint GENERATED ALWAYS AS IDENTITY,
       file text NOT NULL, line bigint, id text, outcome text NOT NULL, reason text NOT NULL
     )`,
  );
}

export async function recordFinding(
  target: Client,
  { file, line, id, outcome, reason }: Finding,
): Promise<void> {
  await target.query(
    'INSERT INTO gtfs_findings (file, line, id, outcome, reason) VALUES ($1, $2, $3, $4, $5)',
    [file, line ?? null, id ?? null, outcome, reason],
  );
}

/**
 * Writes all findings as CSV: file, line, id, outcome and reason.
 *
 * @throws StartupError when the file can't be written.
 */
export async function writeFindings(
  target: Client,
  tables: readonly FeedTable[],
  path: string,
): Promise<void> {
  const staged = tables.map(
    (table) => `SELECT ${escapeLiteral(fileOf(table))}, source_row, ${escapeIdentifier(idOf(table))},
      CASE WHEN reasons = '{}' THEN 'note' ELSE 'refused' END,
      array_to_string(CASE WHEN reasons = '{}' THEN notes ELSE reasons END, '; '), 0
    FROM source_${table.name} WHERE reasons <> '{}' OR notes <> '{}'`,
  );
  const all = ['SELECT file, line, id, outcome, reason, finding_id FROM gtfs_findings', ...staged].join(
    ' UNION ALL ',
  );
  const copy = copyTo(
    `COPY (SELECT file, line, id, outcome, reason FROM (${all}) AS said (file, line, id, outcome, reason, finding_id)
       ORDER BY file, line NULLS FIRST, finding_id) TO STDOUT (FORMAT csv, HEADER)`,
  );
  try {
    await pipeline(target.query(copy), createWriteStream(path));
  } catch (error) {
    throw new StartupError(`nothing is imported, since the report can't be written: ${reasonOf(error)}`);
  }
}

/** How many rows of each file are taken and refused; something against a whole file counts as a row of it. */
export async function countRows(target: Client, tables: readonly FeedTable[]): Promise<TableCounts[]> {
  const staged = tables.map(
    (
      table,
    ) => `SELECT ${escapeLiteral(fileOf(table))} AS file, count(*) FILTER (WHERE reasons = '{}') AS taken,
      count(*) FILTER (WHERE reasons <> '{}') AS refused FROM source_${table.name}`,
  );
  const { rows } = await target.query<TableCounts>(
    `SELECT file AS "table", sum(taken) AS taken, sum(refused) AS refused
     FROM (
       SELECT file, 0 AS taken, count(*) AS refused FROM gtfs_findings WHERE outcome = 'refused' GROUP BY file
       UNION ALL ${staged.join(' UNION ALL ')}
     ) counted GROUP BY file HAVING sum(taken) + sum(refused) > 0 ORDER BY file`,
  );
  return rows;
}
