import type { FastifyInstance } from 'fastify';
import findMyWay from 'find-my-way';
import { MethodNotAllowedError, NoSuchPathError } from './problem/request-errors';
import { sendProblem } from './problem/problem.filter';
import { withoutAuthority } from './request-target';

/** The methods that a path is served with. */
type Methods = Set<string>;

/**
 * Refuses what is not served, before its body is read: an unknown path with 404, a known one with another method with 405
 * and `Allow` (RFC 9110, 15.5.6), whatever the method is. Fastify answers both with 404, and would take
 * `GET /trips/start` for the trip with the id `start`.
 */
export function refuseUnknown(server: FastifyInstance, longestParameter: number): void {
  // Routes of all methods as those of one: this router only says which pattern a path belongs to.
  const paths = findMyWay({ ignoreTrailingSlash: true, maxParamLength: longestParameter });
  const known = new Map<string, Methods>();
  server.addHook('onRoute', ({ url, method }) => {
    const path = url.length > 1 ? url.replace(/\/$/, '') : url;
    const methods: Methods = known.get(path) ?? new Set();
    [method].flat().forEach((name) => methods.add(name));
    if (known.has(path)) return;
    known.set(path, methods);
    paths.on('GET', path, () => undefined, methods);
  });
  server.addHook('onRequest', (request, reply, done) => {
    const methods = paths.find('GET', request.raw.url ?? '/')?.store as Methods | undefined;
    if (methods?.has(request.method)) return done();
    if (!methods) return sendProblem(new NoSuchPathError(pathOf(request.originalUrl)), request, reply);
    const allow = [...methods].sort().join(', ');
    void reply.header('allow', allow);
    sendProblem(new MethodNotAllowedError(request.method, allow), request, reply);
  });
}

function pathOf(target: string): string {
  return withoutAuthority(target).split('?')[0] ?? target;
}
