import { pipeline } from 'node:stream/promises';
import { type Client, DatabaseError, escapeIdentifier } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { isDatabaseAway } from '../common/problem/database-errors';
import { StartupError } from '../common/startup-error';
import { reasonOf } from '../database/server';
import type { Feed } from './feed/feed';
import { readRows, type Row } from './feed/rows';
import { recordFinding } from './findings';
import { fileOf, idOf, type FeedTable } from './tables/feed-table';

/** Rows go to the server in pieces of about so many characters. */
const PIECE = 65_536;

/**
 * Streams a file of a feed into `source_<name>`, a table of this session whose `source_row` is the line; a file that is
 * not there, or has not the columns that it must have, leaves it empty. `accepted_<name>` shows the rows that nothing is
 * said against.
 *
 * @returns whether it could be read.
 */
export async function stage(target: Client, feed: Feed, table: FeedTable): Promise<boolean> {
  const { name, columns } = table;
  await target.query(
    `CREATE TEMP TABLE source_${name} (
       source_row bigint NOT NULL,
       ${columns.map((column) => `${escapeIdentifier(column)} text`).join(', ')},
       reasons text[] NOT NULL,
       notes text[] NOT NULL DEFAULT '{}'
     );
     CREATE TEMP VIEW accepted_${name} AS SELECT * FROM source_${name} WHERE reasons = '{}'`,
  );
  const isRead = feed.files.includes(fileOf(table)) && (await fill(target, feed, table));
  await target.query(
    `CREATE INDEX ON source_${name} (${escapeIdentifier(idOf(table))}); ANALYZE source_${name}`,
  );
  return isRead;
}

async function fill(target: Client, feed: Feed, table: FeedTable): Promise<boolean> {
  const rows = readRows(await feed.open(fileOf(table)));
  try {
    const header = await rows.next();
    const names = header.done ? [] : header.value.values;
    await recordColumns(target, table, names);
    if (missingColumns(table, names).length > 0) return false;
    const columns = ['source_row', ...table.columns, 'reasons'].map(escapeIdentifier).join(', ');
    await pipeline(
      linesOf(
        rows,
        table.columns.map((column) => names.indexOf(column)),
      ),
      target.query(copyFrom(`COPY source_${table.name} (${columns}) FROM STDIN`)),
    );
    return true;
  } catch (error) {
    if (error instanceof DatabaseError || isDatabaseAway(error)) throw error;
    throw new StartupError(`cannot read ${fileOf(table)}: ${reasonOf(error)}`);
  } finally {
    await rows.return(undefined);
  }
}

function missingColumns({ required }: FeedTable, names: readonly string[]): string[] {
  return required.filter((column) => !names.includes(column));
}

async function recordColumns(target: Client, table: FeedTable, names: readonly string[]): Promise<void> {
  const missing = missingColumns(table, names);
  if (missing.length > 0) {
    const reason = `it has no column ${missing.join(', ')}: none of its rows is taken`;
    await recordFinding(target, { file: fileOf(table), outcome: 'refused', reason });
  }
  const unread = names.filter((name) => !table.columns.includes(name));
  if (unread.length === 0) return;
  await recordFinding(target, {
    file: fileOf(table),
    outcome: 'note',
    reason: `columns that are not used: ${unread.join(', ')}`,
  });
}

/** As COPY reads them, in pieces. */
async function* linesOf(rows: AsyncIterable<Row>, positions: readonly number[]): AsyncGenerator<Buffer> {
  let piece = '';
  for await (const row of rows) {
    piece += `${lineOf(row, positions)}\n`;
    if (piece.length < PIECE) continue;
    yield Buffer.from(piece);
    piece = '';
  }
  yield Buffer.from(piece);
}

function lineOf({ line, values, fault }: Row, positions: readonly number[]): string {
  const chosen = positions.map((position) => values[position] ?? '');
  const reason = fault ?? unreadable(chosen);
  const kept = reason === undefined ? chosen : chosen.map(() => '');
  return [line, ...kept.map(encode), reason === undefined ? '{}' : `{"${reason}"}`].join('\t');
}

/** PostgreSQL has no text with NUL; bytes that are not UTF-8 came in as the replacement character. */
function unreadable(values: readonly string[]): string | undefined {
  return values.some((value) => /[\0\ufffd]/.test(value)) ? 'it is not text in UTF-8' : undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function encode(value: string): string {
  if (value === '') return '\\N';
  return /[\\\t\n\r]/.test(value)
    ? value.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character)
    : value;
}
