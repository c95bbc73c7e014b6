/** The scheme and authority of an absolute-form target (RFC 9112, 3.2.2), which clients send to proxies. */
const AUTHORITY = /^https?:\/\/[^/?#]*/i;
/** Characters that mean the same with and without percent-encoding (RFC 3986, 2.3). */
const UNRESERVED_ENCODED = /%(2[DdEe]|3\d|4[1-9A-Fa-f]|5[\dAaFf]|6[1-9A-Fa-f]|7[\dAaEe])/g;
const PREFIX = '/api/v1';
const API_PREFIX = /^\/api\/v1(?=[/?#]|$)/;

/** A request target without the authority that an absolute-form one begins with: `/path?query`. */
export function withoutAuthority(target: string): string {
  if (target.startsWith('/')) return target;
  const rest = target.replace(AUTHORITY, '');
  return rest === target ? target : startWithSlash(rest);
}

/** The path of a request target, without its query. */
export function pathOf(target: string): string {
  const rest = withoutAuthority(target);
  const end = rest.search(/[?#]/);
  return end === -1 ? rest : rest.slice(0, end);
}

/**
 * Returns the path that is routed, without `/api/v1`, and the query as it was sent. In the path, characters that need no
 * percent-encoding are decoded, so that every spelling of a path is the same operation.
 */
export function routed(target: string): string {
  // Most targets need nothing of this, which is cheaper to see than to do.
  if (target.startsWith('/') && !target.startsWith(PREFIX) && !target.includes('%')) return target;
  const [path = '', ...query] = withoutAuthority(target).split(/(?=[?#])/);
  const plain = path.includes('%') ? path.replace(UNRESERVED_ENCODED, decodeURIComponent) : path;
  return startWithSlash(plain.replace(API_PREFIX, '') + query.join(''));
}

/** Without this, the router would take `*users` for `/users`. No route matches `/*users`. */
function startWithSlash(target: string): string {
  return target.startsWith('/') ? target : `/${target}`;
}
