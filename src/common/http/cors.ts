import type { FastifyInstance } from 'fastify';

const METHODS = 'GET, HEAD, POST, PATCH, DELETE';
const REQUEST_HEADERS =
  'authorization, content-type, idempotency-key, if-none-match, last-event-id, traceparent, tracestate';
const RESPONSE_HEADERS =
  'etag, link, location, ratelimit, ratelimit-policy, retry-after, www-authenticate, x-cache, x-request-id';
/** Seconds that a browser may remember the answer to a preflight. */
const MAX_AGE = 600;

/**
 * Lets pages of these origins call the service (CORS, in the Fetch standard). A preflight has no key and needs none.
 *
 * `@fastify/cors` would add a route for OPTIONS of every path, so that one that is unknown, or asked for by no browser, would
 * no longer be 404 or 405; and its refusals are no problem documents.
 */
export function allowOrigins(server: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  const allowed = new Set(origins);
  server.addHook('onRequest', ({ method, headers }, reply, done) => {
    const { origin } = headers;
    // To others, too, the answer may be given again only if they come from the same place.
    void reply.header('vary', 'Origin');
    if (origin === undefined || !allowed.has(origin)) return done();
    void reply
      .header('access-control-allow-origin', origin)
      .header('access-control-expose-headers', RESPONSE_HEADERS)
      .header('cross-origin-resource-policy', 'cross-origin');
    if (method !== 'OPTIONS' || !headers['access-control-request-method']) return done();
    void reply
      .code(204)
      .header('access-control-allow-methods', METHODS)
      .header('access-control-allow-headers', REQUEST_HEADERS)
      .header('access-control-max-age', MAX_AGE)
      .send();
  });
}
