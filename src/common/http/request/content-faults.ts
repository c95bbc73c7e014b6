import type { IncomingHttpHeaders } from 'node:http';

const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]*)/gi;
const UTF_8 = /^utf-?8$/i;

/** Whether a request has a body or announces one. */
export function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Returns why a body is not JSON text according to its headers. It is null if the body may be JSON. */
export function contentFault(headers: IncomingHttpHeaders): string | null {
  const { 'content-type': type = '', 'content-encoding': coding = 'identity' } = headers;
  const { 'transfer-encoding': transfer = 'chunked' } = headers;
  if (coding.trim().toLowerCase() !== 'identity') return 'A body with a Content-Encoding is not taken.';
  if (transfer.trim().toLowerCase() !== 'chunked') return 'A body is taken in chunks, in no other coding.';
  const isUtf8 = [...type.matchAll(CHARSET)].every(([, charset = '']) => UTF_8.test(charset));
  return isUtf8 ? null : 'The charset of a body must be UTF-8.';
}
