import type { Client } from 'pg';
import { createClient } from '@redis/client';
import { SECURITY_HEADERS } from '../../src/common/http/security-headers';
import { newAccessKey } from '../../src/platform/access/access-key';
import { connect } from '../builders/connect';
import { insert } from '../builders/insert';
import { aKey, bearer } from '../builders/keys';
import { aVehicle } from '../builders/network';
import { aCard, aUser } from '../builders/rides';
import { afterFile, afterTest } from '../setup/after-test';
import { type Answer, ask, documentOf, post } from '../setup/api';
import { createDatabase } from '../setup/database';
import { exchange, RawConnection } from '../setup/raw-connection';
import { type RedisServer, startRedis } from '../setup/redis-server';
import { type Service, startService } from '../setup/service';
import { until } from '../setup/until';

const WRITES = 5;
const LOOKUPS = 4;
const FAILURES = 6;
const REQUESTS = 40;
/** Together they come sooner than so many more are allowed: one in a second and a half. */
const MANY = REQUESTS + 30;
const CONSOLE = 'https://console.example.org';

let client: Client;
let redis: RedisServer;
/** Two processes behind a proxy on this machine, with one Redis. */
let service: Service;
let another: Service;
/** Behind no proxy, and for everybody. */
let direct: Service;
let cards: number[];
let recharge_point_id: number;
let user_id: number;

beforeAll(async () => {
  const database = await createDatabase();
  afterFile(() => database.drop());
  client = await connect(database.url);
  afterFile(() => client.end());
  redis = await startRedis();
  afterFile(() => redis.stop());
  const options = { databaseUrl: database.url, redisUrl: redis.url };
  const env = {
    AUTH: 'required',
    REQUESTS_PER_MINUTE: String(REQUESTS),
    WRITES_PER_MINUTE: String(WRITES),
    LOOKUPS_PER_MINUTE: String(LOOKUPS),
    FAILED_AUTHENTICATIONS_PER_MINUTE: String(FAILURES),
    TRUSTED_PROXIES: '127.0.0.1,10.0.0.0/8',
    HTTP_REQUEST_TIMEOUT_MS: '1500',
    HTTP_CHECK_INTERVAL_MS: '100',
    CORS_ORIGINS: `${CONSOLE},http://localhost:5173`,
  };
  [service, another, direct] = await Promise.all([
    startService({ ...options, env }),
    startService({ ...options, env }),
    startService({ databaseUrl: database.url, env: { REQUESTS_PER_MINUTE: String(REQUESTS) } }),
  ]);
  afterFile(() => Promise.all([service, another, direct].map((each) => each.stop())));
  cards = [];
  user_id = await aUser(direct);
  for (let index = 0; index <= LOOKUPS; index += 1) cards.push(await aCard(direct, 0));
  ({ recharge_point_id } = await insert<{ recharge_point_id: number }>(client, 'recharge_points', {
    name: 'Uno',
  }));
});

const from = (address: string): Record<string, string> => ({ 'x-forwarded-for': address });
const codeOf = ({ body }: Answer): string | undefined => (body as { code?: string } | null)?.code;

/** Asks so often, one after another, and in turn of several processes. */
async function statuses(times: number, request: (index: number) => Promise<Answer>): Promise<number[]> {
  const all: number[] = [];
  for (let index = 0; index < times; index += 1) all.push((await request(index)).status);
  return all;
}

/** Asks so often at once; how many were not refused, and what they were told. */
async function allowed(
  request: (index: number) => Promise<Answer>,
): Promise<{ count: number; told: number[] }> {
  const all = await Promise.all(Array.from({ length: MANY }, (_, index) => request(index)));
  const told = all.map(({ status }) => status).filter((status) => status !== 429);
  return { count: told.length, told: [...new Set(told)].sort() };
}

const repeated = (status: number, times: number): number[] => Array<number>(times).fill(status);

describe('requests', () => {
  it('of a key are limited by what the key says, and those of another are not', async () => {
    const key = await aKey(client, 'auditor', {}, { requests_per_minute: 3 });
    const other = await aKey(client, 'auditor');
    const read = (): Promise<Answer> => ask(service, '/users/count', { headers: key.headers });

    expect(await statuses(3, read)).toEqual([200, 200, 200]);
    const refused = await read();

    expect([refused.status, codeOf(refused)]).toEqual([429, 'too_many_requests']);
    expect(refused.headers.get('ratelimit-policy')).toBe('"requests";q=3;w=60');
    expect(refused.headers.get('ratelimit')).toMatch(/^"requests";r=0;t=(\d|1\d|20)$/);
    const [, seconds] = /t=(\d+)/.exec(refused.headers.get('ratelimit') ?? '') ?? [];
    expect(refused.headers.get('retry-after')).toBe(seconds);
    expect((await ask(service, '/users/count', { headers: other.headers })).status).toBe(200);
  });

  it('without a key are limited by the address that the trusted proxies name, but never those about health', async () => {
    const address = '203.0.113.1';
    const read = (index: number): Promise<Answer> =>
      ask(service, '/stations', { headers: from(`192.0.2.${index}, ${address}, 10.0.0.${index + 1}`) });

    const { count, told } = await allowed(read);
    expect(told).toEqual([200]);
    expect(count).toBeGreaterThanOrEqual(REQUESTS);
    expect(count).toBeLessThan(MANY);
    expect((await ask(service, '/stations', { headers: from('203.0.113.2') })).status).toBe(200);
    for (const path of ['/health', '/health/live', '/health/ready', '/health/db', '/health/cache'])
      expect((await ask(service, path, { headers: from(address) })).status).toBe(200);
  });

  it('say what is left of their limit when that is little, and nothing before', async () => {
    const [first, last] = await Promise.all(
      [100, 1].map(async (most) => {
        const key = await aKey(client, 'auditor', {}, { requests_per_minute: most });
        return ask(service, '/users/count', { headers: key.headers });
      }),
    );

    expect(first?.headers.get('ratelimit')).toBeNull();
    expect(last?.headers.get('ratelimit')).toMatch(/^"requests";r=0;t=\d+$/);
  });
});

describe('requests that come to nothing', () => {
  it('are counted: of a key what its role may not do, and of an address what there is not', async () => {
    const { headers } = await aKey(client, 'rider', { user_id }, { requests_per_minute: 5 });
    const forbidden = ['/users/count', `/cards/${cards[0]}`, '/keys', '/users/1000000', '/stations/x/y/z'];
    const refused = await statuses(forbidden.length, (index) =>
      ask(service, forbidden[index] ?? '', { headers }),
    );
    // The last one is an unknown path: who asks is not found out for it.
    expect(refused).toEqual([403, 404, 403, 404, 404]);
    expect((await ask(service, `/users/${user_id}`, { headers })).status).toBe(200);
    expect((await ask(service, '/keys', { headers })).status).toBe(429);

    const kinds = [
      ['GET', '/nope'],
      ['PUT', '/stations'],
      ['GET', '/stations?nope=1'],
    ] as const;
    const address = from('203.0.113.77');
    const { count, told } = await allowed((index) => {
      const [method, path] = kinds[index % 3] ?? kinds[0];
      return ask(service, path, { method, headers: address });
    });
    expect(told).toEqual([404, 405, 422]);
    expect(count).toBeGreaterThanOrEqual(REQUESTS);
    expect(count).toBeLessThan(MANY);
  });

  it('are counted as writes when their bodies are no JSON', async () => {
    const { headers } = await aKey(client, 'agent');
    const sent = { ...headers, 'content-type': 'application/json' };
    const { told, count } = await allowed((index) =>
      ask(index % 2 ? another : service, '/cards', { method: 'POST', body: '{', headers: sent }),
    );

    expect(told).toEqual([400]);
    expect(count).toBeGreaterThanOrEqual(WRITES);
    expect(count).toBeLessThan(2 * WRITES);
  });
});

describe('writes', () => {
  const create = (of: Service, headers: Readonly<Record<string, string>>): Promise<Answer> =>
    post(of, '/cards', {}, headers);
  const count = async (): Promise<number> => (await client.query('SELECT FROM cards')).rowCount ?? 0;

  it('are counted over all processes, and one beyond the limit changes nothing', async () => {
    const { headers } = await aKey(client, 'agent');
    const before = await count();

    const all = await statuses(WRITES + 2, (index) => create(index % 2 ? another : service, headers));

    expect(all).toEqual([...repeated(201, WRITES), 429, 429]);
    expect(await count()).toBe(before + WRITES);
    const refused = await create(another, headers);
    expect(refused.headers.get('ratelimit-policy')).toBe(`"writes";q=${WRITES};w=60`);
    expect((await ask(service, `/cards/${cards[0]}`, { headers })).status).toBe(200);
  });

  it('that come together are counted too, and say what is left', async () => {
    const { headers } = await aKey(client, 'agent');

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => create(index % 2 ? another : service, headers)),
    );

    const done = answers.filter(({ status }) => status === 201);
    expect(done).toHaveLength(WRITES);
    expect(done.map((answer) => /r=(\d+)/.exec(answer.headers.get('ratelimit') ?? '')?.[1]).sort()).toEqual(
      Array.from({ length: WRITES }, (_, left) => String(left)),
    );
  });

  it('are not counted for longer than a minute because the clock of Redis was set back', async () => {
    const { id, headers } = await aKey(client, 'agent');
    await statuses(WRITES, () => create(service, headers));
    expect((await create(service, headers)).status).toBe(429);

    const store = createClient({ url: redis.url });
    await store.connect();
    afterTest(() => store.disconnect());
    const name = `{travel-recharge:limits}:writes:${id}`;
    expect(await store.exists(name)).toBe(1);
    await store.hSet(name, 'ends', String(Date.now() + 3_600_000));

    expect((await create(another, headers)).status).toBe(201);
  });

  it('stay counted when the cache is cleared, which neither shows nor counts them', async () => {
    const { headers } = await aKey(client, 'agent');
    const administrator = await aKey(client, 'administrator');
    await statuses(WRITES, () => create(service, headers));

    const { text } = await ask(service, '/cache/keys', { headers: administrator.headers });
    await ask(service, '/cache/clear', { method: 'POST', headers: administrator.headers });

    expect(text).not.toContain(`writes:`);
    expect((await create(another, headers)).status).toBe(429);
  });
});

describe('look-ups', () => {
  it('of one card after another are stopped in all processes, and a card that was looked up stays readable', async () => {
    const { headers } = await aKey(client, 'recharge_point', { recharge_point_id });
    const read = (of: Service, card?: number): Promise<Answer> =>
      ask(of, `/cards/${card}/balance`, { headers });
    for (let time = 0; time < LOOKUPS; time += 1) expect((await read(service, cards[0])).status).toBe(200);
    const others = cards.slice(1, LOOKUPS);

    for (const card of others) expect((await read(service, card)).status).toBe(200);
    const refused = await Promise.all([read(service, cards[LOOKUPS]), read(another, cards[LOOKUPS])]);

    expect(refused.map(({ status }) => status)).toEqual([429, 429]);
    expect(refused[0]?.headers.get('ratelimit-policy')).toBe(`"lookups";q=${LOOKUPS};w=60`);
    expect((await read(service, 999_999)).status).toBe(429);
    expect((await read(service, cards[0])).status).toBe(200);
  });
});

describe('quotes', () => {
  it('of one card after another are look-ups, too', async () => {
    const { vehicle_id } = await aVehicle(client);
    const { headers } = await aKey(client, 'validator', { vehicle_id }, { requests_per_minute: 1_000 });
    const quote = (card_id: unknown): Promise<Answer> =>
      post(service, '/fares/quote', { card_id, route_id: 1, boarding_station_id: 1 }, headers);

    const all = await statuses(LOOKUPS, () => quote(cards[0]));
    // The card exists, the route does not.
    expect(all).toEqual(repeated(404, LOOKUPS));
    for (const card of cards.slice(1, LOOKUPS)) expect((await quote(card)).status).toBe(404);
    expect((await quote(cards[LOOKUPS])).status).toBe(429);
    expect((await quote('x'.repeat(5_000))).status).toBe(429);
    expect((await quote(cards[0])).status).toBe(404);
  });
});

describe('failed authentications', () => {
  it('are limited by address in all processes, and a good key from there is let in, also when it is new', async () => {
    const address = from('198.51.100.7');
    const good = await aKey(client, 'auditor');
    const kinds = [{}, bearer('nonsense'), bearer(newAccessKey().text)];
    const fail = (index: number): Promise<Answer> =>
      ask(index % 2 ? another : service, '/users/count', {
        headers: { ...address, ...kinds[index % kinds.length] },
      });

    const all = await statuses(FAILURES + 6, fail);

    expect(all).toEqual([...repeated(401, FAILURES), ...repeated(429, 6)]);
    for (const each of [service, another, service])
      expect((await ask(each, '/users/count', { headers: { ...address, ...good.headers } })).status).toBe(
        200,
      );
    expect((await ask(service, '/users/count', { headers: from('198.51.100.8') })).status).toBe(401);
  });

  it('are also the sign-ins at the console, before anybody else is asked', async () => {
    const seen: number[] = [];
    for (let index = 0; index < FAILURES + 2; index += 1) {
      const { url } = index % 2 ? another : service;
      const init = { redirect: 'manual', headers: from('198.51.100.9') } as const;
      seen.push((await fetch(`${url}/console/sign-in/callback?code=x`, init)).status);
    }
    expect(seen).toEqual([...repeated(303, FAILURES), ...repeated(429, 2)]);
  });

  it('of hundreds of unknown keys at once keep no good key waiting for connections of the database', async () => {
    const good = await aKey(client, 'auditor');
    const ask1 = (key: string): string =>
      `GET /users/count HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 198.51.100.9\r\nAuthorization: Bearer ${key}\r\n\r\n`;
    const connection = await RawConnection.open(service);
    connection.send(Array.from({ length: 300 }, () => ask1(newAccessKey().text)).join(''));

    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        ask(service, '/users/count', { headers: { ...from('198.51.100.9'), ...good.headers } }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(repeated(200, 5));
    await until('all are answered', () => connection.responses.length === 300);
    const others = connection.responses.filter(({ status }) => status !== 401 && status !== 429);
    expect(others).toEqual([]);
    connection.close();
  });
});

describe('a request without a key', () => {
  it('is refused before its body comes, and holds its connection no longer than others', async () => {
    const connection = await RawConnection.open(service);
    const head = [
      'POST /recharges HTTP/1.1',
      'Host: a',
      'Content-Type: application/json',
      'Content-Length: 1000',
    ];
    connection.send([...head, '', '{'].join('\r\n'));
    await until('it is refused', () => connection.responses.length === 1);
    const dripping = setInterval(() => connection.send('x'), 50);

    const answers = await connection.untilClosed();
    clearInterval(dripping);

    expect(answers.map(({ status }) => status)).toEqual([401]);
  });
});

describe('the address of a request', () => {
  it('is what a trusted proxy says, and what others say of it is not believed', async () => {
    const { headers } = await aKey(client, 'auditor', {}, { networks: ['203.0.113.0/24'] });
    const ofKey = async (address?: string): Promise<number> =>
      (await ask(service, '/users/count', { headers: { ...headers, ...(address && from(address)) } })).status;

    expect(await ofKey('203.0.113.9')).toBe(200);
    expect(await ofKey('10.9.9.9, 203.0.113.9, 10.1.2.3')).toBe(200);
    // The last one that is no proxy counts, whatever it says of others.
    expect(await ofKey('203.0.113.9, 192.0.2.1')).toBe(403);
    expect(await ofKey('203.0.113.9, nonsense')).toBe(403);
    expect(await ofKey()).toBe(403);
    // The same address, written as one of IPv6.
    for (const address of ['::ffff:203.0.113.9', '::FFFF:cb00:7109', '0:0:0:0:0:ffff:cb00:7109'])
      expect([address, await ofKey(address)]).toEqual([address, 200]);
    expect(await ofKey('::ffff:c000:201')).toBe(403);
  });

  it('is noted as an address, whatever a proxy says and however it is written', async () => {
    const { headers } = await aKey(client, 'scraper');
    for (const [said, noted] of [
      ['::ffff:cb00:7109', '203.0.113.9'],
      ['2001:db8::9', '2001:db8::9'],
      [`'; DROP TABLE users`, '127.0.0.1'],
    ] as const) {
      const answer = await ask(service, '/users/latest', { headers: { ...headers, ...from(said) } });
      const request = answer.headers.get('x-request-id');
      const read = () => client.query('SELECT address FROM audit_entries WHERE request_id = $1', [request]);
      await until('it is noted', async () => (await read()).rowCount === 1);
      expect((await read()).rows).toEqual([{ address: noted }]);
    }
  });

  it('and the id of a request are not what a caller says', async () => {
    const sent = { 'x-request-id': 'mine', 'request-id': 'mine' };
    const answer = await ask(service, '/users/count', { headers: { ...sent, ...from('198.51.100.50') } });

    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}-[0-9a-z]+$/);
    expect(answer.body).toMatchObject({ request_id: answer.headers.get('x-request-id') });
  });
});

describe('a page of another origin', () => {
  const preflight = (of: Service, origin: string, path = '/recharges'): Promise<Response> =>
    fetch(of.url + path, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', ...from('198.51.100.20') },
    });

  it('that is on the list may ask, without a key for the preflight', async () => {
    const { status, headers } = await preflight(service, CONSOLE);

    expect([status, headers.get('access-control-allow-origin'), headers.get('vary')]).toEqual([
      204,
      CONSOLE,
      'Origin',
    ]);
    expect(headers.get('access-control-allow-methods')).toContain('POST');
    expect(headers.get('access-control-allow-headers')).toContain('authorization');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    const answer = await ask(service, '/users/count', { headers: { origin: CONSOLE } });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([401, CONSOLE]);
    expect(answer.headers.get('access-control-expose-headers')).toContain('retry-after');
  });

  it.each([`${CONSOLE}.evil.org`, 'http://console.example.org', 'null', '*'])(
    'such as %s is told nothing',
    async (origin) => {
      const [asked, read] = await Promise.all([
        preflight(service, origin, '/stations'),
        fetch(`${service.url}/stations`, { headers: { origin } }),
      ]);

      expect([asked.status, read.status]).toEqual([405, 200]);
      for (const { headers } of [asked, read])
        expect([headers.get('access-control-allow-origin'), headers.get('vary')]).toEqual([null, 'Origin']);
    },
  );

  it('is told nothing where there is no list, and OPTIONS without a preflight stays what it is', async () => {
    const { status, headers } = await preflight(direct, CONSOLE);
    expect([status, headers.get('access-control-allow-origin'), headers.get('vary')]).toEqual([
      405,
      null,
      null,
    ]);

    const plain = await fetch(`${service.url}/stations`, { method: 'OPTIONS', headers: { origin: CONSOLE } });
    expect([plain.status, plain.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});

describe('every answer', () => {
  /** What a page and a cached answer say otherwise. */
  const OWN: readonly string[] = ['cache-control', 'content-security-policy'];

  it('of every operation says to browsers what they may do with it', async () => {
    const { openApi } = await documentOf(service);
    const operations = Object.entries(openApi.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => [method.toUpperCase(), path.replace(/\{\w+\}/g, '1')] as const),
    );
    const pages = [
      '/',
      '/docs',
      '/docs/errors',
      '/docs/start.js',
      '/docs/swagger-ui.css',
      '/redoc',
      '/openapi.json',
    ];
    const { headers } = await aKey(client, 'simulator');

    for (const [method, path] of [...operations, ...pages.map((page) => ['GET', page] as const)]) {
      const response = await fetch(service.url + path, {
        method,
        redirect: 'manual',
        headers: { ...headers, ...from('198.51.100.30') },
      });
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
        if (!OWN.includes(name))
          expect([method, path, response.headers.get(name)]).toEqual([method, path, value]);
        expect([method, path, response.headers.has(name)]).toEqual([method, path, true]);
      }
      const policy = response.headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(policy).not.toMatch(/script-src[^;]*'unsafe-/);
      const kept = response.headers.get('cache-control');
      if (kept === 'private, no-cache')
        expect([method, path, response.headers.has('etag')]).toEqual([method, path, true]);
      else expect(kept).toMatch(/^(no-store|public, max-age=86400)$/);
      await response.arrayBuffer();
    }
  });

  it.each([
    ['no HTTP', 'no HTTP\r\n\r\n', 400],
    ['headers that are too large', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['no host', 'GET /stations HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['a path that cannot be decoded', 'GET /users/%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 400],
    ['an unknown path', 'GET /nope HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 404],
    ['an unserved method', 'PUT /stations HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 405],
    ['no key', 'GET /users/count HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 401],
    ['HEAD', 'HEAD /stations HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 200],
  ])('to %s says so too', async (_, text, status) => {
    const [response] = await exchange(service, text);

    expect(response?.status).toBe(status);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
      if (status !== 200 || name !== 'cache-control')
        expect([name, response?.headers.get(name)]).toEqual([name, value]);
    }
  });
});

describe('while Redis is away', () => {
  it('nobody is refused for that, and each process counts alone', async () => {
    await redis.kill();
    const agent = await aKey(client, 'agent');
    const point = await aKey(client, 'recharge_point', { recharge_point_id });

    const all = await statuses(WRITES + 1, () => post(service, '/cards', {}, agent.headers));
    const lookup = await ask(service, `/cards/${cards[0]}/balance`, { headers: point.headers });
    const stranger = await ask(service, '/users/count', { headers: from('198.51.100.40') });
    const elsewhere = await post(another, '/cards', {}, agent.headers);

    expect(all).toEqual([...repeated(201, WRITES), 429]);
    expect([lookup.status, stranger.status, elsewhere.status]).toEqual([200, 401, 201]);
    await until('it is known to be away', () => service.output.includes('Redis is away'));
    expect(service.output + another.output).not.toMatch(/"level":(50|60)/);
  });
});

// The last one, since it uses up what an address may ask for.
describe('the address of a request without a proxy', () => {
  it('cannot be forged where no proxy is trusted', async () => {
    const { count } = await allowed((index) =>
      ask(direct, '/stations', { headers: from(`203.0.113.${index}`) }),
    );

    expect(count).toBeLessThan(MANY);
  });
});
