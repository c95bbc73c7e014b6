import { type Client, escapeIdentifier, escapeLiteral } from 'pg';
import { StartupError } from '../../common/program/startup-error';
import { reasonOf } from '../../platform/postgres/server';
import { writeReport } from '../bulk-load/write-report';
import type { TableCounts } from '../bulk-load/outcome';
import { fileOf, idColumnOf, type FeedTable } from './tables/feed-table';

/** In characters. */
const LONGEST_REASON = 1_000;

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

/** Records many at once. */
export async function recordFindings(target: Client, findings: readonly Finding[]): Promise<void> {
  await target.query(
    `INSERT INTO gtfs_findings (file, line, id, outcome, reason)
     SELECT file, line, id, outcome, reason
     FROM jsonb_to_recordset($1) AS found (file text, line bigint, id text, outcome text, reason text)`,
    [JSON.stringify(findings)],
  );
}

interface ReportRow {
  readonly file: string;
  readonly line: number | null;
  readonly id: string | null;
  readonly outcome: string;
  readonly reason: string;
}

/**
 * Writes the findings as CSV: file, line, id, outcome and reason. Of each file and outcome the first `most` are listed,
 * and the others counted.
 *
 * @throws StartupError when the file can't be written.
 */
export async function writeFindings(
  target: Client,
  tables: readonly FeedTable[],
  path: string,
  most: number,
): Promise<void> {
  const said = [
    `SELECT file, line, id, outcome, left(reason, ${LONGEST_REASON}), finding_id FROM gtfs_findings`,
    ...tables.map(
      (table) => `SELECT ${escapeLiteral(fileOf(table))}, source_row, ${escapeIdentifier(idColumnOf(table))},
        CASE WHEN reasons = '{}' THEN 'note' ELSE 'refused' END,
        left(array_to_string(CASE WHEN reasons = '{}' THEN notes ELSE reasons END, '; '), ${LONGEST_REASON}), 0
      FROM source_${table.name} WHERE reasons <> '{}' OR notes <> '{}'`,
    ),
  ].join(' UNION ALL ');
  await target.query(
    `CREATE TEMP TABLE gtfs_report ON COMMIT DROP AS
     SELECT file, line, id, outcome, reason, finding_id,
       row_number() OVER (PARTITION BY file, outcome ORDER BY line NULLS FIRST, finding_id) AS place
     FROM (${said}) AS said (file, line, id, outcome, reason, finding_id)`,
  );
  const { rows: listed } = await target.query<ReportRow>(
    `SELECT file, line, id, outcome, reason FROM gtfs_report WHERE place <= $1
     ORDER BY file, line NULLS FIRST, finding_id`,
    [most],
  );
  const { rows: counted } = await target.query<ReportRow>(
    `SELECT file, NULL AS line, NULL AS id, outcome,
       format('%s more like these are not listed: a larger --max-findings lists them', count(*)) AS reason
     FROM gtfs_report WHERE place > $1 GROUP BY file, outcome ORDER BY file, outcome DESC`,
    [most],
  );
  try {
    await writeReport(path, ['file', 'line', 'id', 'outcome', 'reason'], [...listed, ...counted]);
  } catch (error) {
    throw new StartupError(`nothing is imported, because the report cannot be written: ${reasonOf(error)}`);
  }
}

/** How many rows of each file are taken and refused; something against a whole file counts as a row of it. */
export async function countRows(target: Client, tables: readonly FeedTable[]): Promise<TableCounts[]> {
  const staged = tables.map(
    (
      table,
    ) => `SELECT ${escapeLiteral(fileOf(table))} AS file, count(*) FILTER (WHERE reasons = '{}') AS accepted,
      count(*) FILTER (WHERE reasons <> '{}') AS refused FROM source_${table.name}`,
  );
  const { rows } = await target.query<TableCounts>(
    `SELECT file AS "table", sum(accepted) AS accepted, sum(refused) AS refused
     FROM (
       SELECT file, 0 AS accepted, count(*) AS refused FROM gtfs_findings WHERE outcome = 'refused' GROUP BY file
       UNION ALL ${staged.join(' UNION ALL ')}
     ) counted GROUP BY file HAVING sum(accepted) + sum(refused) > 0 ORDER BY file`,
  );
  return rows;
}
