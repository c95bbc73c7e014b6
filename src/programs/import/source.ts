import { createHash } from 'node:crypto';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Client, DatabaseError, escapeIdentifier } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { StartupError } from '../../common/program/startup-error';
import { ColumnType, ImportedTable, primaryKeyOf, sqlTypeOf } from './imported-table';
import { nameOf, openSession } from '../bulk-load/session';

/** The casts read columns of a similar type too; `timestamptz` puts local time into the session's zone. */
function cast(column: string, type: ColumnType): string {
  const value = `${column}::${sqlTypeOf(type)}`;
  const isEmptyAbsent = typeof type === 'object' && (type.kind === 'identifier' || type.kind === 'exact');
  return isEmptyAbsent ? `nullif(${value}, '')` : value;
}

/** A database of the replaced service, read in one snapshot and never written. */
export class Source {
  private readonly digest = createHash('sha256');

  private constructor(private readonly client: Client) {}

  /** @throws StartupError when it can't be had, or is no database of the replaced service. */
  static async open(
    url: string,
    timeZone: string,
    tables: readonly ImportedTable[],
    signal?: AbortSignal,
  ): Promise<Source> {
    // The tables of the replaced service are where its role found them.
    const client = await openSession(url, timeZone, { session: { search_path: null }, signal });
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const source = new Source(client);
      await source.checkColumns(tables);
      return source;
    } catch (error) {
      await client.end();
      throw error;
    }
  }

  get name(): string {
    return nameOf(this.client);
  }

  async countRows(tables: readonly ImportedTable[]): Promise<number> {
    const counts = tables.map(({ name }) => `(SELECT count(*) FROM ${name})`).join(' + ');
    const { rows } = await this.client.query<{ count: number }>(`SELECT ${counts} AS count`);
    return rows[0]?.count ?? 0;
  }

  /** The tables and columns that the replaced service did not have, and that nobody here reads. */
  async unread(tables: readonly ImportedTable[]): Promise<{ table: string; column: string | null }[]> {
    const { rows } = await this.client.query<{ table: string; column: string | null }>(
      `SELECT c.relname AS "table", CASE WHEN known.name IS NOT NULL THEN a.attname END AS "column"
       FROM pg_class c
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       LEFT JOIN jsonb_each($1) AS known(name, columns) ON known.name = c.relname
       WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
         AND NOT coalesce(known.columns ? a.attname::text, false)
       GROUP BY 1, 2 ORDER BY 1, 2`,
      [JSON.stringify(Object.fromEntries(tables.map(({ name, columns }) => [name, columns])))],
    );
    return rows;
  }

  /** The rows of a table as COPY writes them, in an order that depends on nothing but the rows. */
  async *rowsOf(table: ImportedTable, onRows: (count: number) => void): AsyncGenerator<Buffer> {
    const columns = Object.entries(table.columns).map(([name, type]) => cast(escapeIdentifier(name), type));
    const order = `${escapeIdentifier(primaryKeyOf(table))}, t::text COLLATE "C"`;
    this.digest.update(`${table.name}\n`);
    try {
      const copy = copyTo(
        `COPY (SELECT ${columns.join(', ')} FROM ${table.name} t ORDER BY ${order}) TO STDOUT`,
      );
      for await (const chunk of this.client.query(copy) as AsyncIterable<Buffer>) {
        this.digest.update(chunk);
        onRows(countLines(chunk));
        yield chunk;
      }
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      throw new StartupError(`cannot read the table ${table.name} of the source: ${error.message}`);
    }
  }

  /** Reads a table for the fingerprint alone. */
  async skip(table: ImportedTable, onRows: (count: number) => void): Promise<void> {
    await pipeline(this.rowsOf(table, onRows), new Writable({ write: (_chunk, _encoding, done) => done() }));
  }

  /** Of the rows that were read: the same for a copy of them on another server. */
  fingerprint(): Buffer {
    return this.digest.copy().digest();
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  private async checkColumns(tables: readonly ImportedTable[]): Promise<void> {
    const wanted = tables.flatMap(({ name, columns }) =>
      Object.keys(columns).map((column) => ({ name, column })),
    );
    const { rows } = await this.client.query<{ name: string; column: string; has_table: boolean }>(
      `SELECT wanted.name, wanted."column", to_regclass(wanted.name) IS NOT NULL AS has_table
       FROM jsonb_to_recordset($1) AS wanted(name text, "column" text)
       LEFT JOIN pg_attribute a
         ON a.attrelid = to_regclass(wanted.name) AND a.attname = wanted."column" AND NOT a.attisdropped
       WHERE a.attname IS NULL`,
      [JSON.stringify(wanted)],
    );
    const missing = new Set(
      rows.map((row) => (row.has_table ? `column ${row.name}.${row.column}` : `table ${row.name}`)),
    );
    if (missing.size === 0) return;
    throw new StartupError(
      `${this.name} is no database of the replaced service: it has no ${[...missing].join(', no ')}`,
    );
  }
}

/** Each row is a line: COPY writes the line breaks inside of values as \n. */
function countLines(chunk: Buffer): number {
  let lines = 0;
  for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines++;
  return lines;
}
