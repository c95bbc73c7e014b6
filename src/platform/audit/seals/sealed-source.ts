import { hash } from 'node:crypto';

export type SealSource = 'audit_entries' | 'postings';

/** A table whose rows are sealed. Its ids only grow, and its rows are never changed. */
export interface SealedSource {
  /** The table, and the name of its chain. */
  readonly name: SealSource;
  readonly id: string;
  readonly sequence: string;
  /** The column with the time at which a row was added, if nothing brings rows of the past. */
  readonly time?: string;
  /** Further tables on whose way nothing foreign may stand. */
  readonly beside: readonly string[];
  /** All columns in their canonical order, the id first. Each has an SQL expression that returns text. */
  readonly columns: readonly (readonly [name: string, text: string])[];
}

/** How many ids a partition has. No seal covers rows of two partitions, so that an old partition can be dropped as a whole. */
export const ROWS_PER_PARTITION = 10_000_000;

/**
 * Returns SQL for an instant as canonical text, with microseconds in UTC: `2026-01-14T12:00:00.000000Z`.
 *
 * @param column the name of the column.
 */
export function instantText(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

/** Returns SQL for a column as PostgreSQL writes it: whole numbers in decimal, text unchanged, jsonb in its normal form. */
export function plainText(column: string): string {
  return `${column}::text`;
}

export const auditEntries: SealedSource = {
  name: 'audit_entries',
  id: 'entry_id',
  sequence: 'audit_entries_entry_id_seq',
  time: 'occurred_at',
  beside: [],
  columns: [
    ['entry_id', plainText('entry_id')],
    ['occurred_at', instantText('occurred_at')],
    ['client', plainText('client')],
    ['key_id', plainText('key_id')],
    ['role', plainText('role')],
    ['request_id', plainText('request_id')],
    ['operation', plainText('operation')],
    ['object_kind', plainText('object_kind')],
    ['object_id', plainText('object_id')],
    ['outcome', plainText('outcome')],
    ['changes', plainText('changes')],
    ['reason', plainText('reason')],
    ['address', plainText('address')],
  ],
};

/** A row as it is sealed: its columns in the order of the source. They may be null. */
export type CanonicalRow = readonly (string | null)[];

/**
 * The digest of a row: SHA-256 over its canonical bytes.
 *
 * The canonical bytes are the UTF-8 of a JSON array without blanks, as `JSON.stringify` writes it (ECMA-262): the columns in
 * the order of `SealedSource.columns`, each the text that its expression makes of it as a JSON string, or `null`. Two rows
 * that differ have different bytes, and anybody can make them without this program.
 */
export function digestOfRow(row: CanonicalRow): Buffer {
  return hash('sha256', JSON.stringify(row), 'buffer');
}

/** Selects the canonical rows of a span of ids ($1, $2], in the order of ids, at most $3. */
export function selectCanonical({ name, id, columns }: SealedSource): string {
  return `SELECT ${columns.map(([column, text]) => `${text} AS ${column}`).join(', ')}
          FROM ${name} WHERE ${name}.${id} > $1 AND ${name}.${id} <= $2 ORDER BY ${name}.${id} LIMIT $3`;
}
