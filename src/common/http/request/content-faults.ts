import type { IncomingHttpHeaders } from 'node:http';

const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]*)/gi;
const UTF_8 = /^utf-?8$/i;

/** Whether a body comes with a request, or is announced. */
export function hasBody(headers: IncomingHttpHeaders): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Why the bytes of a body are no JSON text, by what its headers say of them; null when they may be. */
export function contentFault(headers: IncomingHttpHeaders): string | null {
  const { 'content-type': type = '', 'content-encoding': coding = 'identity' } = headers;
  const { 'transfer-encoding': transfer = 'chunked' } = headers;
  if (coding.trim().toLowerCase() !== 'identity') return 'A body with a Content-Encoding is not taken.';
  if (transfer.trim().toLowerCase() !== 'chunked') return 'A body is taken in chunks, in no other coding.';
  const isUtf8 = [...type.matchAll(CHARSET)].every(([, charset = '']) => UTF_8.test(charset));
  return isUtf8 ? null : 'The charset of a body must be UTF-8.';
}
