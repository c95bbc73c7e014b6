import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import findMyWay from 'find-my-way';
import { MethodNotAllowedError, NoSuchPathError } from './problem/request-errors';
import { sendProblem } from './problem/problem.filter';
import { withoutAuthority } from './request-target';

/** What a path is served with. */
interface KnownPath {
  readonly path: string;
  readonly methods: Set<string>;
}

/** Goes on when who asks may know that there is such a path, and answers the request otherwise. */
type BeforeNaming = (path: string, request: FastifyRequest, reply: FastifyReply, done: () => void) => void;

/**
 * Refuses what is not served, before its body is read: an unknown path with 404, a known one with another method with 405
 * and `Allow` (RFC 9110, 15.5.6), whatever the method is. Fastify answers both with 404, and would take
 * `GET /trips/start` for the trip with the id `start`.
 */
export function refuseUnknown(
  server: FastifyInstance,
  longestParameter: number,
  beforeNaming: BeforeNaming,
): void {
  // Routes of all methods as those of one: this router only says which pattern a path belongs to.
  const paths = findMyWay({ ignoreTrailingSlash: true, maxParamLength: longestParameter });
  const known = new Map<string, KnownPath>();
  server.addHook('onRoute', ({ url, method }) => {
    const path = url.length > 1 ? url.replace(/\/$/, '') : url;
    const served = known.get(path) ?? { path, methods: new Set() };
    [method].flat().forEach((name) => served.methods.add(name));
    if (known.has(path)) return;
    known.set(path, served);
    paths.on('GET', path, () => undefined, served);
  });
  server.addHook('onRequest', (request, reply, done) => {
    const served = paths.find('GET', request.raw.url ?? '/')?.store as KnownPath | undefined;
    if (served?.methods.has(request.method)) return done();
    if (!served) return sendProblem(new NoSuchPathError(pathOf(request.originalUrl)), request, reply);
    beforeNaming(served.path, request, reply, () => {
      const allow = [...served.methods].sort().join(', ');
      void reply.header('allow', allow);
      sendProblem(new MethodNotAllowedError(request.method, allow), request, reply);
    });
  });
}

function pathOf(target: string): string {
  return withoutAuthority(target).split('?')[0] ?? target;
}
