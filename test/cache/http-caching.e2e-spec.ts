import type { Client } from 'pg';
import type { Problem } from '../../src/common/http/problem/problem.dto';
import type { CacheStats, CachedKeys } from '../../src/platform/cache/operations/dto/cache-responses.dto';
import { connect } from '../builders/connect';
import { aRoute } from '../builders/network';
import { aCard, aRecharge } from '../builders/rides';
import { afterTest } from '../setup/after-test';
import { ask, type Answer } from '../setup/api';
import { askCached, sourceOf as cacheOf } from '../setup/ask-cached';
import { createDatabase } from '../setup/database';
import { startRedis } from '../setup/redis-server';
import { type Service, startService } from '../setup/service';
import { startOverDatabase } from '../setup/service-over-database';
import { startProxy, type TcpProxy } from '../setup/tcp-proxy';
import { until } from '../setup/until';
import { untilTrusted } from '../setup/until-trusted';

const NOBODY = '/cards/999999/balance';

let service: Service;
let client: Client;
let balance: string;
let card_id: number;

const get = <Body = unknown>(
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer<Body>> => askCached(service, path, { headers });
const etagOf = ({ headers }: Answer): string => headers.get('etag') ?? 'none';

/** What every answer of a cached operation says to caches on the way, and of itself. */
const CACHING = ['x-cache', 'cache-control', 'etag', 'content-type', 'content-length'];
const cachingOf = ({ headers }: Answer): unknown[] => CACHING.map((name) => headers.get(name));

async function statsOf(of: Service): Promise<CacheStats['cache_stats']> {
  const { body } = await ask<CacheStats>(of, '/cache/stats');
  return body.cache_stats;
}

beforeAll(async () => {
  ({ service, client } = await startOverDatabase({
    TTL_NOT_FOUND: '2',
    CACHE_SAMPLE_ONE_IN: '0',
    MAX_CARD_BALANCE: '100000000',
  }));
});

beforeEach(async () => {
  card_id = await aCard(service, 20_000);
  balance = `/cards/${card_id}/balance`;
});

describe('an answer of a cached operation', () => {
  it('says where it came from, and that each caller has to ask again', async () => {
    const [miss, hit] = [await get(balance), await get(balance)];

    expect([miss.status, cacheOf(miss)]).toEqual([200, 'MISS']);
    expect([hit.status, cacheOf(hit)]).toEqual([200, 'HIT']);
    for (const { headers } of [miss, hit]) expect(headers.get('cache-control')).toBe('private, no-cache');
    expect(hit.text).toBe(miss.text);
  });

  it('that was not cached says no more than it did', async () => {
    const { headers } = await get(`/cards/${card_id}/history?limit=1`);

    for (const name of ['x-cache', 'age', 'etag']) expect(headers.get(name)).toBeNull();
  });

  it('has an age, which grows', async () => {
    expect((await get(balance)).headers.get('age')).toBe('0');
    await until(
      'the answer is a second old',
      async () => Number((await get(balance)).headers.get('age')) >= 1,
    );

    expect(cacheOf(await get(balance))).toBe('HIT');
  });

  it('has a strong ETag, the same from the database and the cache, and another after a write', async () => {
    const [miss, hit] = [await get(balance), await get(balance)];
    await aRecharge(service, card_id, 5_000);
    const after = await get(balance);

    expect(etagOf(miss)).toMatch(/^"[\w-]+"$/);
    expect(etagOf(hit)).toBe(etagOf(miss));
    expect(cacheOf(after)).toBe('MISS');
    expect(etagOf(after)).not.toBe(etagOf(miss));
    expect((await get(balance, { 'if-none-match': etagOf(miss) })).status).toBe(200);
  });

  it('is as long in bytes as it says', async () => {
    await aRoute(client, [], { route_code: 'Ñ1', route_name: 'Ruta 🚌' });
    const answers = [await get('/routes/codes'), await get('/routes/codes')];

    expect(answers.map(cacheOf)).toEqual(['MISS', 'HIT']);
    for (const { headers, text } of answers)
      expect(Number(headers.get('content-length'))).toBe(Buffer.byteLength(text));
  });
});

describe('a caller who has an answer already', () => {
  it.each<[string, (etag: string) => string]>([
    ['its ETag', (etag) => etag],
    ['a list with it', (etag) => `"another", ${etag}`],
    ['its weak form', (etag) => `W/${etag}`],
    ['any', () => '*'],
  ])('and names %s gets 304 and no body, on a miss and on a hit', async (_, naming) => {
    const etag = etagOf(await get(balance));
    // ApiEvicts the answer, and does not change it.
    await ask(service, '/cache/clear', { method: 'POST' });

    for (const source of ['MISS', 'HIT']) {
      const { status, headers, text } = await get(balance, { 'if-none-match': naming(etag) });
      expect([status, text, headers.get('x-cache')]).toEqual([304, '', source]);
      expect(headers.get('etag')).toBe(etag);
      expect(headers.get('cache-control')).toBe('private, no-cache');
      expect(headers.get('content-type')).toBeNull();
    }
  });

  it.each(['"another"', 'W/"another", "third"', '', 'another'])('that is not %j gets it', async (tag) => {
    const { text } = await get(balance);
    const { status, text: again } = await get(balance, { 'if-none-match': tag });

    expect([status, again]).toEqual([200, text]);
  });

  it('gets 404 all the same where there is nothing any more', async () => {
    expect((await get(NOBODY, { 'if-none-match': '*' })).status).toBe(404);
  });
});

describe('HEAD', () => {
  const head = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
    askCached(service, path, { method: 'HEAD', headers });

  it('has the headers of GET, on a miss and on a hit, and no body', async () => {
    const miss = await head(balance);
    const [hit, got] = [await head(balance), await get(balance)];

    expect([miss.status, miss.text, cacheOf(miss)]).toEqual([200, '', 'MISS']);
    expect([hit.status, hit.text]).toEqual([200, '']);
    expect(cachingOf(hit)).toEqual(cachingOf(got));
    expect(cachingOf(miss).slice(1)).toEqual(cachingOf(got).slice(1));
    expect(Number(hit.headers.get('content-length'))).toBe(Buffer.byteLength(got.text));
  });

  it('is 304 and 404 where GET is', async () => {
    expect((await head(balance, { 'if-none-match': '*' })).status).toBe(304);
    expect((await head(NOBODY)).status).toBe(404);
  });
});

describe('that there is nothing', () => {
  /** It is not remembered for long: a slow machine has to ask once more. */
  async function hitOf(path: string): Promise<Answer> {
    let answer = await get(path);
    await until(`${path} is a hit`, async () => {
      answer = await get(path);
      return cacheOf(answer) === 'HIT';
    });
    return answer;
  }

  it('is remembered, and told to each caller in a document of his own', async () => {
    const path = '/cards/888888/balance';
    const miss = await get(path);
    const hit = await hitOf(`/api/v1${path}`);

    expect([miss.status, cacheOf(miss), hit.status]).toEqual([404, 'MISS', 404]);
    for (const { headers } of [miss, hit]) {
      expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('etag')).toBeNull();
    }
    expect(miss.body).toMatchObject({ instance: path, code: 'card_not_found' });
    expect(hit.body).toMatchObject({ instance: `/api/v1${path}`, code: 'card_not_found' });
    for (const { headers, body } of [miss, hit])
      expect((body as Problem).request_id).toBe(headers.get('x-request-id'));
    expect(hit.headers.get('x-request-id')).not.toBe(miss.headers.get('x-request-id'));
  });

  it('is not remembered for longer than TTL_NOT_FOUND', async () => {
    const path = '/trips/999999';
    let ttl: number | undefined;
    await until('it is remembered', async () => {
      await get(path);
      const { keys } = (await get<CachedKeys>('/cache/keys')).body;
      ttl = keys.find(({ key }) => key === 'trip:999999')?.ttl;
      return ttl !== undefined;
    });
    expect(ttl).toBeLessThanOrEqual(2);

    await until('it is forgotten', async () => cacheOf(await get(path)) === 'MISS');
  });

  it('is over as soon as there is something', async () => {
    const next = `/cards/${card_id + 1}/balance`;
    expect((await hitOf(next)).status).toBe(404);
    expect(await aCard(service, 0)).toBe(card_id + 1);

    expect(await get(next)).toMatchObject({ status: 200, body: { balance: 0 } });
  });

  it.each(['abc', '0', '-1', '1.5', '007', '99999999999999999999', '%20', 'a%3Ab', '{x}', '*', '1%2F2'])(
    'under the id %s, which can be none, is 404 too',
    async (id) => {
      for (let time = 0; time < 2; time += 1) {
        expect(await get(`/cards/${id}/balance`)).toMatchObject({
          status: 404,
          body: {
            code: 'card_not_found',
            detail: `There is no card ${decodeURIComponent(id)}. Check the card_id.`,
          },
        });
      }
    },
  );

  it('is 204 where an answer may be empty', async () => {
    const { service: fresh } = await aService({});
    const answers = [await askCached(fresh, '/users/latest'), await askCached(fresh, '/users/latest')];

    expect(answers.map((answer) => [answer.status, answer.text, cacheOf(answer)])).toEqual([
      [204, '', 'MISS'],
      [204, '', 'HIT'],
    ]);
  });
});

describe('a refused request', () => {
  it('is not remembered, and holds nobody up', async () => {
    const path = `/stations?status=neither`;
    for (let time = 0; time < 2; time += 1) {
      const answer = await get(path);
      expect([answer.status, cacheOf(answer)]).toEqual([422, null]);
    }

    expect((await statsOf(service)).waits).toBe(0);
  });
});

describe('while the database is away', () => {
  interface Away {
    readonly service: Service;
    readonly proxy: TcpProxy;
    readonly card: number;
  }

  /** A service that has some answers in its cache and trusts them no more. */
  async function withoutDatabase(
    stale: 'on' | 'off',
    isAway: (service: Service) => Promise<boolean>,
  ): Promise<Away> {
    const { service: of, proxy } = await aService({ CACHE_STALE: stale });
    const card = await aCard(of, 20_000);
    for (const path of ['/routes/codes', `/cards/${card}/balance`]) {
      await askCached(of, path);
      expect(cacheOf(await askCached(of, path))).toBe('HIT');
    }
    await proxy.cut();
    await until('nobody trusts the cache', () => isAway(of));
    return { service: of, proxy, card };
  }

  const isUnavailable = { status: 503, body: { code: 'database_away' } };

  it('an old answer is served where the route allows it and CACHE_STALE is on, and never money', async () => {
    const {
      service: of,
      proxy,
      card,
    } = await withoutDatabase('on', async (asked) => cacheOf(await ask(asked, '/routes/codes')) === 'STALE');

    const stale = await ask(of, '/routes/codes');
    expect(stale).toMatchObject({ status: 200, body: { route_codes: [] } });
    expect(cacheOf(stale)).toBe('STALE');
    expect((await ask(of, '/routes/codes', { headers: { 'if-none-match': etagOf(stale) } })).status).toBe(
      304,
    );
    const money = await ask(of, `/cards/${card}/balance`);
    expect(money).toMatchObject(isUnavailable);
    expect(money.headers.get('retry-after')).toBe('2');
    // Nothing old is there to be served.
    expect(await ask(of, '/stations')).toMatchObject(isUnavailable);
    expect((await statsOf(of)).stale).toBeGreaterThanOrEqual(2);

    await proxy.open();
    await until('answers are kept again', async () => cacheOf(await ask(of, '/routes/codes')) === 'HIT');
    expect(await ask(of, `/cards/${card}/balance`)).toMatchObject({ status: 200, body: { balance: 20_000 } });
  });

  it('no old answer is served where CACHE_STALE is off', async () => {
    const { service: of, card } = await withoutDatabase(
      'off',
      async (asked) => (await ask(asked, '/routes/codes')).status === 503,
    );

    for (const path of ['/routes/codes', '/stations', `/cards/${card}/balance`]) {
      const answer = await ask(of, path);
      expect(answer).toMatchObject(isUnavailable);
      expect(answer.headers.get('retry-after')).toBe('2');
    }
  });
});

describe('the sampler', () => {
  it('finds no difference, until somebody changes the database behind the service', async () => {
    const { service: of, client: behind } = await aService({ CACHE_SAMPLE_ONE_IN: '1' });
    const askAndCount = async (what: 'samples' | 'differences'): Promise<number> => {
      await ask(of, '/routes/codes');
      return (await statsOf(of))[what] ?? 0;
    };
    await until('a hit was compared', async () => (await askAndCount('samples')) > 0);
    expect((await statsOf(of)).differences).toBe(0);

    await aRoute(behind);
    await until('the difference was seen', async () => (await askAndCount('differences')) > 0);
  });
});

interface OwnService {
  readonly service: Service;
  readonly proxy: TcpProxy;
  readonly client: Client;
}

/** A service over Redis and a database of its own, which a proxy can take away. */
async function aService(env: Readonly<Record<string, string>>): Promise<OwnService> {
  const database = await createDatabase();
  afterTest(() => database.drop());
  const proxy = await startProxy(database.url);
  afterTest(() => proxy.stop());
  const behind = await connect(database.url);
  afterTest(() => behind.end());
  const redis = await startRedis();
  afterTest(() => redis.stop());
  const own = await startService({
    databaseUrl: proxy.url,
    redisUrl: redis.url,
    env,
  });
  afterTest(() => own.stop());
  await untilTrusted(own);
  return { service: own, proxy, client: behind };
}
