import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { from } from 'pg-copy-streams';

export type Value = string | number | boolean | null;

/** About how many characters of rows are sent to the server in one chunk. */
const CHUNK_CHARACTERS = 65_536;

/** Streams rows into a table. Only one chunk of them is in memory. */
export async function copyRows(
  client: Client,
  table: string,
  columns: readonly string[],
  rows: Iterable<readonly Value[]>,
): Promise<void> {
  await copyBuffers(client, table, columns, buffersOf(rows));
}

/** The same for text that already has the format of COPY. */
export async function copyBuffers(
  client: Client,
  table: string,
  columns: readonly string[],
  buffers: Iterable<Buffer>,
): Promise<void> {
  const stream = client.query(from(`COPY ${table} (${columns.join(', ')}) FROM STDIN`));
  await pipeline(Readable.from(buffers), stream);
}

function* buffersOf(rows: Iterable<readonly Value[]>): Generator<Buffer> {
  let piece = '';
  for (const row of rows) {
    piece += `${row.map(encode).join('\t')}\n`;
    if (piece.length < CHUNK_CHARACTERS) continue;
    yield Buffer.from(piece);
    piece = '';
  }
  if (piece !== '') yield Buffer.from(piece);
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function encode(value: Value): string {
  if (value === null) return '\\N';
  if (typeof value !== 'string') return String(value);
  return value.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character);
}
