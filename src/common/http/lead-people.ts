import type { FastifyInstance, FastifyRequest } from 'fastify';
import { qualityOf } from './accept';
import { varyBy } from './vary';

/** The screen of the console that replaces each page which people knew. Programs are answered there as before. */
const SCREENS: Readonly<Record<string, string>> = {
  '/': '/console/',
  '/dashboard': '/console/',
  '/routes': '/console/',
  '/cache': '/console/cache',
};

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
  const [path = ''] = url.split('?');
  const plain = path.length > 1 ? path.replace(/\/$/, '') : path;
  return Object.hasOwn(SCREENS, plain) ? SCREENS[plain] : undefined;
}
