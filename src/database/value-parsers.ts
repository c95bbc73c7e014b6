import { types } from 'pg';
import { parseExactInteger } from '../common/exact-integer';

type Parser = (text: string) => unknown;

const keepText = (text: string): string => text;

const PARSERS: ReadonlyMap<number, Parser> = new Map<number, Parser>([
  [types.builtins.INT8, parseExactInteger],
  [types.builtins.NUMERIC, parseExactInteger],
  [types.builtins.DATE, keepText],
]);

/**
 * How values of PostgreSQL become values here, for the connections that ask for it: bigint and whole numerics (sums)
 * exactly, dates as YYYY-MM-DD without a time zone to shift them.
 */
export const valueParsers: typeof types = {
  ...types,
  getTypeParser: ((oid: Parameters<typeof types.getTypeParser>[0], format?: 'text' | 'binary'): unknown =>
    PARSERS.get(oid) ?? types.getTypeParser(oid, format)) as typeof types.getTypeParser,
};
