import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import findMyWay from 'find-my-way';
import { MethodNotAllowedError, NoSuchPathError } from './problem/request-errors';
import { sendProblem } from './problem/problem.filter';
import { pathOf } from './request-target';

/** A path of the service, and its methods. */
interface KnownPath {
  readonly path: string;
  readonly methods: Set<string>;
}

/** Calls `done` if the caller may know whether the path exists; null is an unknown one. Otherwise it sends the response. */
type BeforeNaming = (
  path: string | null,
  request: FastifyRequest,
  reply: FastifyReply,
  done: () => void,
) => void;

/**
 * Refuses unknown paths with 404, and a known path with an unknown method with 405
 * and `Allow` (RFC 9110, 15.5.6), before the body is read. Fastify alone would send 404 for both, and would take
 * `GET /trips/start` for the trip with the id `start`.
 */
export function refuseUnknown(
  server: FastifyInstance,
  longestParameter: number,
  beforeNaming: BeforeNaming,
): void {
  // All routes are added with one method, because this router is only asked which pattern a path matches.
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
  let unmistakable: ReadonlySet<string> | null = null;
  server.addHook('onRequest', (request, reply, done) => {
    // The server is listening, so all routes are known.
    unmistakable ??= new Set(unmistakableOf([...known.keys()]));
    if (unmistakable.has(request.routeOptions.url ?? '')) return done();
    const served = paths.find('GET', request.raw.url ?? '/')?.store as KnownPath | undefined;
    if (served?.methods.has(request.method)) return done();
    beforeNaming(served?.path ?? null, request, reply, () => {
      if (!served) return sendProblem(new NoSuchPathError(pathOf(request.originalUrl)), request, reply);
      const allow = [...served.methods].sort().join(', ');
      void reply.header('allow', allow);
      sendProblem(new MethodNotAllowedError(request.method, allow), request, reply);
    });
  });
}

/**
 * The paths that no other takes a target from. A request that was routed to one of them is for no other path, which is cheaper
 * than to look for it again.
 */
export function unmistakableOf(paths: readonly string[]): string[] {
  const split = paths.map((path) => path.split('/'));
  return paths.filter((_, index) => {
    const parts = split[index] ?? [];
    return !parts.some(isOpen) || split.every((other) => other === parts || !mayMeet(parts, other));
  });
}

/** Whether a target may match both. */
function mayMeet(one: readonly string[], other: readonly string[]): boolean {
  for (let index = 0; index < Math.max(one.length, other.length); index += 1) {
    const [part, otherPart] = [one[index], other[index]];
    if (part === undefined || otherPart === undefined) return false;
    // What a wildcard takes has any length.
    if (part.includes('*') || otherPart.includes('*')) return true;
    if (part !== otherPart && !isOpen(part) && !isOpen(otherPart)) return false;
  }
  return true;
}

/** Whether a part of a path takes more than one text: of two paths, the router prefers the one that does not. */
function isOpen(part: string): boolean {
  return /[:*]/.test(part);
}
