import fastify, { type FastifyInstance } from 'fastify';
import { leadPeople } from './lead-people';
import { varyBy } from './vary';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

let server: FastifyInstance;

beforeEach(() => {
  server = fastify();
  server.addHook('onRequest', (_request, reply, done) => {
    varyBy(reply, 'Origin');
    done();
  });
  leadPeople(server);
  for (const path of ['/', '/routes', '/routes/codes'])
    server.get(path, (_request, reply) => reply.send({ program: path }));
});

afterEach(() => server.close());

const ask = (url: string, accept?: string) => server.inject({ url, headers: accept ? { accept } : {} });

describe(leadPeople.name, () => {
  it.each([
    ['/', '/console/'],
    ['/?utm_source=x', '/console/'],
    ['/dashboard', '/console/'],
    ['/dashboard/', '/console/'],
    ['/routes', '/console/'],
    ['/cache?tab=keys', '/console/cache'],
  ])('leads a browser from %s to %s', async (url, screen) => {
    const { statusCode, headers } = await ask(url, BROWSER);
    expect([statusCode, headers.location, headers.vary]).toEqual([302, screen, 'Origin, Accept']);
  });

  it.each([undefined, '*/*', 'application/json', 'application/json, text/html;q=0.9', 'text/html;q=0'])(
    'answers a program that accepts %j, and says that it depends',
    async (accept) => {
      const { statusCode, headers, json } = await ask('/routes', accept);
      expect([statusCode, headers.vary, json()]).toEqual([200, 'Origin, Accept', { program: '/routes' }]);
      expect((await ask('/dashboard', accept)).statusCode).toBe(404);
    },
  );

  it('leads nobody from other paths, or by other methods', async () => {
    expect((await ask('/routes/codes', BROWSER)).statusCode).toBe(200);
    expect((await ask('/console/', BROWSER)).statusCode).toBe(404);
    const posted = await server.inject({ method: 'POST', url: '/routes', headers: { accept: BROWSER } });
    expect(posted.statusCode).toBe(404);
    expect((await ask('/constructor', BROWSER)).statusCode).toBe(404);
  });
});
