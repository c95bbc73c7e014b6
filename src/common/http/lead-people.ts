import type { FastifyInstance, FastifyRequest } from 'fastify';
import { qualityOf } from './accept';
import { varyBy } from './vary';

/** The screen of the console that replaces each page which people knew. Programs are answered there as before. */
const SCREENS: ReadonlyMap<string, string> = new Map([
  ['/', '/console/'],
  ['/dashboard', '/console/'],
  ['/routes', '/console/'],
  ['/cache', '/console/cache'],
]);

/** Leads people, whose browsers want HTML rather than JSON, to the console. Must be called before what refuses unknown paths. */
export function leadPeople(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    const screen = screenOf(request);
    if (screen === undefined) return done();
    varyBy(reply, 'Accept');
    const { accept } = request.headers;
    if (qualityOf('text/html', accept) <= qualityOf('application/json', accept)) return done();
    void reply.redirect(screen, 302);
  });
}

function screenOf({ method, raw: { url = '' } }: FastifyRequest): string | undefined {
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  const end = url.indexOf('?');
  const path = end < 0 ? url : url.slice(0, end);
  return SCREENS.get(path) ?? (path.endsWith('/') ? SCREENS.get(path.slice(0, -1)) : undefined);
}
