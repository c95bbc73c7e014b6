import { types } from 'pg';
import { parseExactInteger } from '../../common/exact-integer';

type Parser = (text: string) => unknown;

const { BOOL, BYTEA, DATE, INT8, NUMERIC, TIMESTAMP, TIMESTAMPTZ } = types.builtins;

const DAY = /^\d{4}-\d\d-\d\d$/;
/** To the second and finer, with the zone: an instant. */
const INSTANT = /^(\d{4,6}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,6})?)([+-]\d\d(?::\d\d(?::\d\d)?)?)$/;

/** A value that is not written as our sessions write it: whatever it means, it is not guessed. */
class UnreadableValueError extends Error {
  constructor(type: string, text: string) {
    super(`the database returned a ${type} that is not valid: ${text.slice(0, 40)}`);
  }
}

function parseDay(text: string): string {
  if (!DAY.test(text)) throw new UnreadableValueError('date', text);
  return text;
}

function parseInstant(text: string): Date {
  const instant: unknown = INSTANT.test(text) ? (types.getTypeParser(TIMESTAMPTZ) as Parser)(text) : null;
  if (instant instanceof Date && !Number.isNaN(instant.getTime())) return instant;
  throw new UnreadableValueError('time', text);
}

/** Which instant it is depends on the zone of whoever reads it. */
function refuseLocalTime(text: string): never {
  throw new UnreadableValueError('time with a zone', text);
}

function parseBoolean(text: string): boolean {
  if (text !== 't' && text !== 'f') throw new UnreadableValueError('truth value', text);
  return text === 't';
}

function parseBytes(text: string): Buffer {
  if (!/^\\x(?:[0-9a-f]{2})*$/.test(text)) throw new UnreadableValueError('byte string', text);
  return Buffer.from(text.slice(2), 'hex');
}

const PARSERS: ReadonlyMap<number, Parser> = new Map<number, Parser>([
  [INT8, parseExactInteger],
  [NUMERIC, parseExactInteger],
  [DATE, parseDay],
  [TIMESTAMPTZ, parseInstant],
  [TIMESTAMP, refuseLocalTime],
  [BOOL, parseBoolean],
  [BYTEA, parseBytes],
]);

/**
 * How values of PostgreSQL become values here, for the connections that ask for it: bigint and whole numerics (sums)
 * exactly, dates as YYYY-MM-DD without a time zone to shift them, times as instants.
 */
export const valueParsers: typeof types = {
  ...types,
  getTypeParser: ((oid: Parameters<typeof types.getTypeParser>[0], format?: 'text' | 'binary'): unknown =>
    PARSERS.get(oid) ?? types.getTypeParser(oid, format)) as typeof types.getTypeParser,
};
