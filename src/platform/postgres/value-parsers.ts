import { types } from 'pg';
import { parseExactInteger } from '../../common/exact-integer';

type Parser = (text: string) => unknown;

const { BOOL, BYTEA, DATE, INT8, NUMERIC, TIMESTAMP, TIMESTAMPTZ } = types.builtins;

const DAY = /^\d{4}-\d\d-\d\d$/;
/** A date and time with seconds and an offset from UTC. */
const INSTANT = /^(\d{4,6}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,6})?)([+-]\d\d(?::\d\d(?::\d\d)?)?)$/;

/** A value does not have the format of our sessions. Its meaning is not guessed. */
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

/** A local time is refused, because its meaning depends on the time zone of the reader. */
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
 * Parses values of PostgreSQL, for the connections that use it. bigint and whole numerics (sums) are exact. Dates are texts
 * YYYY-MM-DD, so no time zone can shift them. Times are instants.
 */
export const valueParsers: typeof types = {
  ...types,
  getTypeParser: ((oid: Parameters<typeof types.getTypeParser>[0], format?: 'text' | 'binary'): unknown =>
    PARSERS.get(oid) ?? types.getTypeParser(oid, format)) as typeof types.getTypeParser,
};
