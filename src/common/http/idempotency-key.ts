import { MalformedHeaderError } from './problem/request-errors';

const HEADER = 'Idempotency-Key';
const ALLOWED = '1 to 255 visible characters, quoted (RFC 8941) or bare';
/** Inside the quotes, a quote or a backslash has a backslash before it. */
const QUOTED = /^"((?:[^"\\]|\\["\\])*)"$/;

/**
 * Returns the key in a header. The header has the key in quotes, as the standard requires, or without quotes. A key without
 * quotes cannot begin with a quote.
 *
 * @throws MalformedHeaderError
 */
export function parseIdempotencyKey(header: string): string {
  const key = header.startsWith('"') ? QUOTED.exec(header)?.[1]?.replace(/\\(.)/g, '$1') : header;
  if (key === undefined || !/^[\x21-\x7e]{1,255}$/.test(key)) throw new MalformedHeaderError(HEADER, ALLOWED);
  return key;
}
