import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Client, DatabaseError, escapeIdentifier } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { isDatabaseAway } from '../../common/http/problem/database-errors';
import { StartupError } from '../../common/program/startup-error';
import { faultIn } from '../../common/text/fault';
import { LONGEST } from '../../common/text/lengths';
import { tidy } from '../../common/text/tidy';
import { reasonOf } from '../../platform/postgres/server';
import type { Feed } from './feed/feed';
import { readRows, type Row } from './feed/rows';
import { recordFinding } from './findings';
import type { RowLimit } from './row-limit';
import { fileOf, idColumnOf, type FeedTable } from './tables/feed-table';

/** Rows go to the server in pieces of about so many characters. */
const CHUNK_CHARACTERS = 65_536;

/** Most values match this, so their characters need no further check. */
const PLAIN = /^[!-~]{1,100}$/;

/** How many columns that are not used are named in the report. */
const NAMED_COLUMNS = 50;

/**
 * Streams a file of a feed into `source_<name>`, a table of this session whose `source_row` is the line; a file that is
 * not there, or has not the columns that it must have, leaves it empty. `accepted_<name>` shows the rows that nothing is
 * said against.
 *
 * @returns whether it could be read.
 */
export async function stage(
  target: Client,
  feed: Feed,
  table: FeedTable,
  rowLimit: RowLimit,
): Promise<boolean> {
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
  const isRead = feed.files.includes(fileOf(table)) && (await fill(target, feed, table, rowLimit));
  await target.query(
    `CREATE INDEX ON source_${name} (${escapeIdentifier(idColumnOf(table))}); ANALYZE source_${name}`,
  );
  return isRead;
}

async function fill(target: Client, feed: Feed, table: FeedTable, rowLimit: RowLimit): Promise<boolean> {
  try {
    const file = await feed.open(fileOf(table));
    try {
      return await fillFrom(file, target, table, rowLimit);
    } finally {
      file.destroy();
    }
  } catch (error) {
    if (error instanceof DatabaseError || error instanceof StartupError || isDatabaseAway(error)) throw error;
    throw new StartupError(`cannot read ${fileOf(table)}: ${reasonOf(error)}`);
  }
}

async function fillFrom(
  file: Readable,
  target: Client,
  table: FeedTable,
  rowLimit: RowLimit,
): Promise<boolean> {
  const rows = readRows(file);
  const header = await rows.next();
  const names = header.done ? [] : header.value.values.map(nameOfColumn);
  const refused = header.done ? emptyFile(table) : refusalOf(table, names, header.value.fault);
  if (refused) {
    await recordFinding(target, { file: fileOf(table), ...refused });
    return false;
  }
  await noteUnread(target, table, names);
  const columns = ['source_row', ...table.columns, 'reasons'].map(escapeIdentifier).join(', ');
  const copy = target.query(copyFrom(`COPY source_${table.name} (${columns}) FROM STDIN`));
  // A file without a single row in it would else be read to its end.
  copy.once('error', () => file.destroy());
  await pipeline(linesOf(rows, table, names, rowLimit), copy);
  return true;
}

/** As the reference writes it: many feeds have other letters, or quotes after a space. */
function nameOfColumn(text: string): string {
  return tidy(text.replaceAll('"', '')).toLowerCase();
}

function emptyFile({ isOptional }: FeedTable): { outcome: 'refused' | 'note'; reason: string } {
  return { outcome: isOptional ? 'note' : 'refused', reason: 'the file is empty' };
}

function refusalOf(
  { required, anyOf = [] }: FeedTable,
  names: readonly string[],
  fault: string | undefined,
): { outcome: 'refused'; reason: string } | null {
  const missing = [
    ...required.filter((column) => !names.includes(column)),
    ...anyOf
      .filter((columns) => !columns.some((column) => names.includes(column)))
      .map((columns) => columns.join(' or ')),
  ];
  const twice = repeatedIn(names.filter((name) => name !== ''));
  const reason =
    fault ??
    (missing.length > 0 ? `it has no column ${missing.join(', ')}` : undefined) ??
    (twice === undefined ? undefined : `it has the column ${shortened(twice)} twice`);
  return reason === undefined
    ? null
    : { outcome: 'refused', reason: `${reason}: none of its rows is imported` };
}

function repeatedIn(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return names.find((name) => seen.size === seen.add(name).size);
}

async function noteUnread(target: Client, table: FeedTable, names: readonly string[]): Promise<void> {
  const unread = names.filter((name) => name !== '' && !table.columns.includes(name));
  if (unread.length === 0) return;
  const named = unread.slice(0, NAMED_COLUMNS).map(shortened).join(', ');
  const more = unread.length > NAMED_COLUMNS ? ` and ${unread.length - NAMED_COLUMNS} more` : '';
  const reason = `columns that are not used: ${named}${more}`;
  await recordFinding(target, { file: fileOf(table), outcome: 'note', reason });
}

function shortened(name: string): string {
  return name.length > 40 ? `${name.slice(0, 40)}…` : name;
}

/** As COPY reads them, in pieces. */
async function* linesOf(
  rows: AsyncIterable<Row>,
  { columns }: FeedTable,
  names: readonly string[],
  rowLimit: RowLimit,
): AsyncGenerator<Buffer> {
  const read = columns.map((column) => ({ column, position: names.indexOf(column) }));
  let piece = '';
  for await (const row of rows) {
    rowLimit.count();
    piece += `${lineOf(row, read)}\n`;
    if (piece.length < CHUNK_CHARACTERS) continue;
    yield Buffer.from(piece);
    piece = '';
  }
  yield Buffer.from(piece);
}

function lineOf(
  { line, values, fault }: Row,
  read: readonly { readonly column: string; readonly position: number }[],
): string {
  const reasons = fault === undefined ? [] : [fault];
  const kept = read.map(({ column, position }) => {
    const value = values[position] ?? '';
    if (value === '' || PLAIN.test(value)) return value;
    const text = tidy(value);
    const wrong = text === '' ? null : faultIn(text, LONGEST.name);
    if (wrong === null) return text;
    if (fault === undefined) reasons.push(`${column} ${wrong}`);
    return '';
  });
  return [line, ...kept.map(encode), `{${reasons.map((reason) => `"${reason}"`).join(',')}}`].join('\t');
}

/** What is left has no control characters. */
function encode(value: string): string {
  return value === '' ? '\\N' : value.replaceAll('\\', '\\\\');
}
