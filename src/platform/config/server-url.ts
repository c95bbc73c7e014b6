import { isIP, isIPv6 } from 'node:net';
import { isLoopback } from './loopback';

/** What one may write for DATABASE_URL; libpq's options in the query are for the driver to judge. */
export function isDatabaseUrl(text: string): boolean {
  return /^postgres(ql)?:\/\//.test(text) && isReadable(text) && isPort(queryOf(text).get('port'));
}

/** libpq would try several hosts in turn, which the driver cannot do. A comma in a user or a password is not meant. */
export function hasOneHost(text: string): boolean {
  const [, hosts = ''] = /^postgres(?:ql)?:\/\/(?:[^/?#]*@)?([^/?#]*)/.exec(text) ?? [];
  const [, query = ''] = text.split('?');
  return !hosts.includes(',') && !new URLSearchParams(query).get('host')?.includes(',');
}

/** What one may write for REDIS_URL: a host, and no path but the number of a database. */
export function isRedisUrl(text: string): boolean {
  if (!/^rediss?:\/\//.test(text) || !isReadable(text)) return false;
  const { hostname, port, pathname } = new URL(text);
  return hostname !== '' && isPort(port || null) && /^\/?$|^\/\d{1,9}$/.test(pathname);
}

/** What one may write for OIDC_ISSUER: nobody between us and it may put keys of their own in. */
export function isHttpsOrLoopback(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  const isSafe = protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
  return isSafe && !/[?#@\s]/.test(text);
}

/** Where the identity provider leads people back to; the rest of the address is that of the console. */
export const SIGN_IN_CALLBACK = '/console/sign-in/callback';

/** What one may write for OIDC_REDIRECT_URI. */
export function isSignInCallback(text: string): boolean {
  return isHttpsOrLoopback(text) && new URL(text).pathname === SIGN_IN_CALLBACK;
}

/** Hosts with their ports, separated by commas. */
export function isListOfHosts(text: string): boolean {
  return text.split(',').every((entry) => {
    const [, port] = /^[\w.-]+:(\d+)$/.exec(entry) ?? [];
    return port !== undefined && isPort(port);
  });
}

/**
 * A password with a `/`, `?` or `#` of its own would end the host in its middle, and be named as a host and a database in
 * whatever is said about them: it has to be percent-encoded.
 */
function isReadable(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password, pathname, search, hash } = new URL(text);
  const rest = pathname + search + hash;
  return !rest.includes('@') && hash === '' && [username, password, rest].every(canDecode);
}

/** Addresses and networks, as 10.1.2.3 and 10.0.0.0/8; not all of them, since whoever asks would say where it is from. */
export function isListOfNetworks(text: string): boolean {
  return text.split(',').every((network) => {
    const [address = '', length, ...rest] = network.split('/');
    if (isIP(address) === 0 || address.includes('%') || rest.length > 0) return false;
    return (
      length === undefined ||
      (/^[1-9]\d{0,2}$/.test(length) && Number(length) <= (isIPv6(address) ? 128 : 32))
    );
  });
}

/** Origins as browsers send them (RFC 6454, 6.2). */
export function isListOfOrigins(text: string): boolean {
  return text
    .split(',')
    .every((origin) => /^https?:/.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin);
}

function canDecode(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function isPort(text: string | null): boolean {
  return text === null || (/^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535);
}

function queryOf(text: string): URLSearchParams {
  return new URL(text).searchParams;
}
