import { types } from 'pg';
import { parseExactInteger } from '../common/exact-integer';

const keepText = (text: string): string => text;

/**
 * How values of PostgreSQL become values here, for the connections that ask for it: bigint and whole numerics (sums)
 * exactly, dates as YYYY-MM-DD without a time zone to shift them.
 */
export const valueParsers: typeof types = {
  ...types,
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === types.builtins.INT8 || oid === types.builtins.NUMERIC) return parseExactInteger;
    if (oid === types.builtins.DATE) return keepText;
    return types.getTypeParser(oid, format);
  }) as typeof types.getTypeParser,
};
