/** The scheme and authority of an absolute-form target (RFC 9112, 3.2.2), which clients send to proxies. */
const AUTHORITY = /^https?:\/\/[^/?#]*/i;
/** What a client may write as it is or percent-encoded, with the same meaning (RFC 3986, 2.3). */
const UNRESERVED_ENCODED = /%(2[DdEe]|3\d|4[1-9A-Fa-f]|5[\dAaFf]|6[1-9A-Fa-f]|7[\dAaEe])/g;
const API_PREFIX = /^\/api\/v1(?=[/?#]|$)/;

/** A request target without the authority that an absolute-form one begins with: `/path?query`. */
export function withoutAuthority(target: string): string {
  if (target.startsWith('/')) return target;
  const rest = target.replace(AUTHORITY, '');
  return rest === target ? target : startWithSlash(rest);
}

/**
 * What is routed: the path without `/api/v1`, with the query as it was sent. Letters, digits and marks of the path that
 * need no percent-encoding have none, so that every spelling of a path is the same operation.
 */
export function routed(target: string): string {
  const [path = '', ...query] = withoutAuthority(target).split(/(?=[?#])/);
  const plain = path.includes('%') ? path.replace(UNRESERVED_ENCODED, decodeURIComponent) : path;
  return startWithSlash(plain.replace(API_PREFIX, '') + query.join(''));
}

/** The router would take `*users` for `/users`; as `/*users` it is nothing that is served. */
function startWithSlash(target: string): string {
  return target.startsWith('/') ? target : `/${target}`;
}
