import { Client, escapeIdentifier } from 'pg';
import { ImportedTable, primaryKeyOf } from './imported-table';
import type { TableCounts } from '../bulk-load/outcome';

const FINDINGS_AT_ONCE = 10_000;

/** An import that is in the database. */
export interface ImportRecord {
  readonly importId: number;
  readonly fingerprint: Buffer;
  readonly source: string;
  readonly importedAt: Date;
}

/** The import that filled this database; one at most, as it only fills an empty one. */
export async function findImport(target: Client): Promise<ImportRecord | null> {
  const { rows } = await target.query<ImportRecord>(
    `SELECT import_id AS "importId", fingerprint, source, imported_at AS "importedAt" FROM imports`,
  );
  return rows[0] ?? null;
}

/** Records what was imported, to find it again. */
export async function recordImport(
  target: Client,
  { fingerprint, source, importedAt }: Omit<ImportRecord, 'importId'>,
): Promise<ImportRecord> {
  const { rows } = await target.query<{ import_id: number }>(
    'INSERT INTO imports (fingerprint, source, imported_at) VALUES ($1, $2, $3) RETURNING import_id',
    [fingerprint, source, importedAt],
  );
  const importId = rows[0]?.import_id;
  if (importId === undefined) throw new Error('the import has no id');
  return { importId, fingerprint, source, importedAt };
}

/** Records how many rows of a table were taken, and what is to be said about its rows. */
export async function recordTable(
  target: Client,
  importId: number,
  table: ImportedTable,
  { accepted, refused }: TableCounts,
): Promise<void> {
  await target.query('INSERT INTO import_tables VALUES ($1, $2, $3, $4)', [
    importId,
    table.name,
    accepted,
    refused,
  ]);
  await target.query(
    `INSERT INTO import_findings (import_id, source_table, source_id, outcome, reason)
     SELECT $1, $2, ${escapeIdentifier(primaryKeyOf(table))}, said.outcome, array_to_string(said.words, '; ')
     FROM source_${table.name}, LATERAL (SELECT
       CASE WHEN reasons = '{}' THEN 'note' ELSE 'refused' END AS outcome,
       CASE WHEN reasons = '{}' THEN notes ELSE reasons END AS words) said
     WHERE said.words <> '{}' ORDER BY source_row`,
    [importId, table.name],
  );
}

/** Records that something of the source was not read at all. */
export async function recordUnread(
  target: Client,
  importId: number,
  unread: readonly { table: string; column: string | null }[],
): Promise<void> {
  for (const { table, column } of unread) {
    const reason =
      column === null
        ? 'this service does not have this table: it was not read'
        : `this service does not have the column ${column}: it was not read`;
    await target.query(
      `INSERT INTO import_findings (import_id, source_table, outcome, reason) VALUES ($1, $2, 'note', $3)`,
      [importId, table, reason],
    );
  }
}

/** How many rows of each table were taken. */
export async function findCounts(target: Client, importId: number): Promise<TableCounts[]> {
  const { rows } = await target.query<TableCounts>(
    `SELECT source_table AS "table", rows_taken AS accepted, rows_refused AS refused
     FROM import_tables WHERE import_id = $1 ORDER BY source_table`,
    [importId],
  );
  return rows;
}

/** What is to be said about a row of the source, or about a table of it. */
export interface ImportFinding {
  readonly table: string;
  /** The old id is any bigint, also of a row that was refused for it. */
  readonly id: bigint | null;
  readonly outcome: string;
  readonly reason: string;
}

/** All that was recorded, in the order of the tables and their rows, never much of it at once. */
export async function* readFindings(target: Client, importId: number): AsyncGenerator<ImportFinding> {
  let last = 0;
  for (;;) {
    const { rows } = await target.query<
      Omit<ImportFinding, 'id'> & { finding_id: number; source_id: string | null }
    >(
      `SELECT finding_id, source_table AS "table", source_id::text, outcome, reason FROM import_findings
       WHERE import_id = $1 AND finding_id > $2 ORDER BY finding_id LIMIT ${FINDINGS_AT_ONCE}`,
      [importId, last],
    );
    for (const { finding_id, source_id, table, outcome, reason } of rows) {
      last = finding_id;
      yield { table, id: source_id === null ? null : BigInt(source_id), outcome, reason };
    }
    if (rows.length < FINDINGS_AT_ONCE) return;
  }
}
