import type { FastifyRequest } from 'fastify';

/**
 * The cookie in which a browser keeps the key of who signed in at the console. Its prefix makes browsers take it only from this
 * host, over TLS or on this machine, for all paths (RFC 6265bis, 4.1.3.2).
 */
const NAME = '__Host-travel-recharge';
/** For how many seconds somebody stays signed in at most. */
export const SESSION_SECONDS = 12 * 3_600;
/** Browsers keep no longer cookies; access tokens may be longer. */
export const LONGEST_VALUE = 3_800;
const VALUE = /^[\w.~+/=-]+$/;
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Strict';

/** Returns the header Set-Cookie that keeps a key or an access token, or null if no cookie can. */
export function keepInCookie(key: string): string | null {
  if (key.length > LONGEST_VALUE || !VALUE.test(key)) return null;
  return `${NAME}=${key}; Max-Age=${SESSION_SECONDS}; ${ATTRIBUTES}`;
}

/** The header Set-Cookie that makes a browser forget it. */
export const FORGOTTEN = `${NAME}=; Max-Age=0; ${ATTRIBUTES}`;

/** Returns what the cookie of a session keeps, only for a request of a page of this very origin. */
export function keyInCookie(request: FastifyRequest): string | undefined {
  return isOfOwnPage(request) ? cookieIn(request, NAME) : undefined;
}

/**
 * Whether a page of this very origin sent a request. `SameSite` alone would let a page of another port or another name of the
 * same site send cookies along. Browsers say whose page it is, and no page can change that.
 */
export function isOfOwnPage({ headers }: FastifyRequest): boolean {
  return headers['sec-fetch-site'] === 'same-origin';
}

/** Returns the value of a cookie, whoever sent it. */
export function cookieIn({ headers: { cookie } }: FastifyRequest, name: string): string | undefined {
  for (const pair of cookie?.split(';') ?? []) {
    const [given, ...value] = pair.trim().split('=');
    if (given === name) return value.join('=') || undefined;
  }
  return undefined;
}
