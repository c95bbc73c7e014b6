import { MalformedHeaderError } from './problem/request-errors';

const HEADER = 'Idempotency-Key';
const ALLOWED = '1 to 255 visible characters, quoted (RFC 8941) or bare';
/** Between its quotes a text has quotes and backslashes only behind a backslash. */
const QUOTED = /^"((?:[^"\\]|\\["\\])*)"$/;

/**
 * The key that a header names: a text in quotes, as the standard writes it, or the bare text, which begins with anything
 * but a quote.
 *
 * @throws MalformedHeaderError
 */
export function parseIdempotencyKey(header: string): string {
  const key = header.startsWith('"') ? QUOTED.exec(header)?.[1]?.replace(/\\(.)/g, '$1') : header;
  if (key === undefined || !/^[\x21-\x7e]{1,255}$/.test(key)) throw new MalformedHeaderError(HEADER, ALLOWED);
  return key;
}
