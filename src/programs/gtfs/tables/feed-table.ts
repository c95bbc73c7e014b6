import type { FoundRows, RowCheck } from '../../bulk-load/row-checks';

/**
 * A file of a feed as far as it is read: its columns, all text, null where empty, and which of its rows can be used.
 * SQL in here sees a row's columns by their names; `accepted_<name>` are the rows of a file that passed.
 */
export interface FeedTable {
  /** The name of the file without `.txt`. */
  readonly name: string;
  /** The first one names a row in the report. */
  readonly columns: readonly string[];
  readonly required: readonly string[];
  /** Of each of these groups of columns, the header and a row have one at least. */
  readonly anyOf?: readonly (readonly string[])[];
  readonly oneOf?: Readonly<Record<string, readonly string[]>>;
  readonly refused?: readonly RowCheck[];
  /** Columns, and the column of a file that they refer to; checked where that file could be read. */
  readonly references?: Readonly<Record<string, readonly [table: string, column: string]>>;
  /** What no two rows share: its name in the report, and the columns that make it up. */
  readonly unique?: Readonly<Record<string, readonly string[]>>;
  /** What else refuses rows, for what became of others. */
  readonly refusedRows?: readonly FoundRows[];
  /** Said about rows that are used; after all that refuses rows. */
  readonly noted?: readonly RowCheck[];
  readonly notedRows?: readonly FoundRows[];
  /** A feed may as well be without it, so nothing is wrong with an empty one. */
  readonly isOptional?: boolean;
}

export function fileOf({ name }: Pick<FeedTable, 'name'>): string {
  return `${name}.txt`;
}

export function idColumnOf({ name, columns }: FeedTable): string {
  const [id] = columns;
  if (id === undefined) throw new Error(`${name} has no columns`);
  return id;
}
