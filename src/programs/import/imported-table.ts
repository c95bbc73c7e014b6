import { RowCheck } from '../bulk-load/row-checks';

/**
 * How a column of the replaced service is read. `money` is a double that must be whole; `time` is local time without a
 * zone, read in the service's time zone.
 */
export type ColumnType = 'bigint' | 'integer' | 'boolean' | 'double' | 'date' | 'time' | 'money' | TextType;

/** Text by the rules of `common/text`; one that shows nothing is absent. */
export interface TextType {
  readonly kind: 'line' | 'lines' | 'identifier' | 'exact';
  /** The most characters. */
  readonly longest: number;
}

/** Text of one line. */
export const line = (longest: number): TextType => ({ kind: 'line', longest });

/** Text of several lines. */
export const lines = (longest: number): TextType => ({ kind: 'lines', longest });

/** What names one thing only; empty means absent in the source, too. */
export const identifier = (longest: number): TextType => ({ kind: 'identifier', longest });

/** The same, kept character by character. */
export const exact = (longest: number): TextType => ({ kind: 'exact', longest });

/** As PostgreSQL calls it. */
export function sqlTypeOf(type: ColumnType): string {
  if (typeof type === 'object') return 'text';
  return SQL_TYPES[type] ?? type;
}

const SQL_TYPES: Readonly<Partial<Record<ColumnType & string, string>>> = {
  double: 'double precision',
  money: 'double precision',
  time: 'timestamptz',
};

/** Ids are read as numbers, exactly. */
export const LARGEST_ID = Number.MAX_SAFE_INTEGER;

/** Tables in partitions end earlier: each ten million ids cost a partition, whether rows are in it or not. */
export const LARGEST_PARTITIONED_ID = 2_000_000_000;

/**
 * A table of the replaced service: what it holds, which of its rows are taken, and where they go. SQL in here sees the
 * row's columns by their old names; `accepted_<table>` are the rows of a table that passed.
 */
export interface ImportedTable {
  readonly name: string;
  /** The first one is the primary key. */
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly required?: readonly string[];
  /** What a missing value is taken for; each use of it is noted in the report. */
  readonly defaults?: Readonly<Record<string, string>>;
  readonly oneOf?: Readonly<Record<string, readonly string[]>>;
  /** Columns and the tables that they refer to, which come earlier in the list. */
  readonly references?: Readonly<Record<string, string>>;
  /** What no two rows share: its name in the report, and the SQL expressions that make it up. */
  readonly unique?: Readonly<Record<string, readonly string[]>>;
  /** The same for what rows should not share, and may: it is only noted. */
  readonly shouldBeUnique?: Readonly<Record<string, readonly string[]>>;
  readonly refused?: readonly RowCheck[];
  readonly noted?: readonly RowCheck[];
  readonly target: ImportTarget;
}

/** Where the accepted rows go. */
export interface ImportTarget {
  readonly table: string;
  /** The column whose sequence goes on after the old ids; null when ids are not given out there. */
  readonly identity: string | null;
  /** Whether rows live in partitions of ids, which have to exist first. */
  readonly partitioned?: boolean;
  /** SQL that comes before, for what the rows need. */
  readonly prepare?: string;
  /** SQL that writes exactly one row for each accepted one. */
  readonly insert: string;
  /** SQL that comes after, for what belongs to the rows. */
  readonly complete?: string;
}

/** The column of the primary key in the replaced service. */
export function primaryKeyOf({ name, columns }: Pick<ImportedTable, 'name' | 'columns'>): string {
  const [id] = Object.keys(columns);
  if (id === undefined) throw new Error(`${name} has no columns`);
  return id;
}
