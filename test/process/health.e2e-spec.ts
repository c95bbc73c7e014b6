import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as connectTo } from 'node:net';
import { resolve } from 'node:path';
import { connect } from '../builders/connect';
import { aCard } from '../builders/rides';
import { afterFile, afterTest } from '../setup/after-test';
import { ask, post, type Answer } from '../setup/api';
import { createDatabase, type TestDatabase } from '../setup/database';
import { startClusterNode, startRedis, type RedisServer } from '../setup/redis-server';
import { type Service, startService } from '../setup/service';
import { startProxy, type TcpProxy } from '../setup/tcp-proxy';
import { until } from '../setup/until';
import { untilWaiting } from '../setup/until-waiting';

const packageFile = readFileSync(resolve(__dirname, '../../package.json'), 'utf8');
const { version } = JSON.parse(packageFile) as { version: string };

/** What each path answers while everything works. */
const CHECKS = ['/health', '/health/db', '/health/cache', '/health/live', '/health/ready'];

/** Who is silent is not waited for. */
const IMPATIENT = { DATABASE_SILENCE_MS: '1500', REDIS_TIMEOUT_MS: '1000' };

const aText = expect.any(String) as unknown;

let database: TestDatabase;
let proxy: TcpProxy;
let redis: RedisServer;
/** Between Redis and the service. */
let wayToRedis: TcpProxy;
let service: Service;

type Act = () => Promise<void> | void;

const get = (path: string): Promise<Answer> => ask(service, path);

beforeAll(async () => {
  database = await createDatabase();
  afterFile(() => database.drop());
  proxy = await startProxy(database.url);
  afterFile(() => proxy.stop());
  redis = await startRedis();
  afterFile(() => redis.stop());
  wayToRedis = await startProxy(redis.url);
  afterFile(() => wayToRedis.stop());
  // This process passes on what Redis says, and is busy with other things.
  const env = { ...IMPATIENT, REDIS_TIMEOUT_MS: '1500' };
  service = await startService({ databaseUrl: proxy.url, redisUrl: wayToRedis.url, env });
  afterFile(() => service.stop());
});

it('is healthy while everything works', async () => {
  for (const path of CHECKS) {
    expect(await get(path)).toMatchObject({
      status: 200,
      body: { status: 'healthy', message: aText, version },
    });
  }
  expect(await get('/ping-db')).toMatchObject({ status: 200, body: { status: 'ok' } });
  expect(await get('/api/v1/health/')).toMatchObject({ status: 200, body: { status: 'healthy' } });
});

it.each<[string, Act, Act]>([
  ['is cut off', (): Promise<void> => proxy.cut(), (): Promise<void> => proxy.open()],
  ['is silent', (): void => proxy.silence(), (): void => proxy.resume()],
])('says so while the database %s, and recovers', async (_, takeAway, bringBack) => {
  const unhealthy = { status: 503, body: { status: 'unhealthy', message: aText, version } };
  await takeAway();

  const [all, db, ready, cache, live, ping] = await Promise.all(
    ['/health', '/health/db', '/health/ready', '/health/cache', '/health/live', '/ping-db'].map(get),
  ).finally(bringBack);

  expect(all).toMatchObject(unhealthy);
  expect(all?.headers.get('retry-after')).toBe('2');
  expect(db).toMatchObject(unhealthy);
  expect(ready).toMatchObject(unhealthy);
  expect(cache).toMatchObject({ status: 200, body: { status: 'healthy' } });
  expect(live).toMatchObject({ status: 200, body: { status: 'healthy' } });
  expect(ping).toMatchObject({ status: 503, body: { status: 503, code: 'database_away' } });
  expect(ping?.headers.get('content-type')).toMatch(/^application\/problem\+json/);

  await isHealthy();
});

async function isHealthy(): Promise<void> {
  await until('all is well', async () => {
    const { status, body } = await ask<{ status: string }>(service, '/health');
    return status === 200 && body.status === 'healthy';
  });
}

it('refuses reads and writes while the database is silent, rather than keep them waiting', async () => {
  const between = await startProxy(database.url);
  afterTest(() => between.stop());
  const bounded = await startService({
    databaseUrl: between.url,
    env: { ...IMPATIENT, DATABASE_STATEMENT_TIMEOUT_MS: '500', DATABASE_TRANSACTION_TIMEOUT_MS: '500' },
  });
  afterTest(() => bounded.stop());
  between.silence();
  afterTest(() => Promise.resolve(between.resume()));

  const answers = await Promise.all([
    ask(bounded, '/users/1'),
    post(bounded, '/recharges', { card_id: 1, amount: 1_000 }),
  ]);

  for (const { status, headers, body } of answers) {
    expect([status, body]).toEqual([503, expect.objectContaining({ status: 503 })]);
    expect(headers.get('retry-after')).toMatch(/^[12]$/);
  }
});

it.each<[string, Act, Act]>([
  ['hangs', (): Promise<void> => redis.signal('SIGSTOP'), (): Promise<void> => redis.signal('SIGCONT')],
  ['is killed', (): Promise<void> => redis.kill(), (): Promise<void> => redis.start()],
])('is degraded while only the cache %s, and recovers', async (_, takeAway, bringBack) => {
  await takeAway();
  try {
    expect(await get('/health')).toMatchObject({ status: 200, body: { status: 'degraded', version } });
    expect(await get('/health/cache')).toMatchObject({ status: 503, body: { status: 'unhealthy', version } });
    expect(await get('/health/db')).toMatchObject({ status: 200, body: { status: 'healthy' } });
    expect(await get('/health/ready')).toMatchObject({ status: 200, body: { status: 'healthy' } });
  } finally {
    await bringBack();
  }
  await isHealthy();
});

it('does not use a node of a Redis Cluster, says so, and uses the server that comes after it', async () => {
  const node = await startClusterNode();
  afterTest(() => node.stop());
  wayToRedis.leadTo(node.url);
  const goBack = (): Promise<void> => Promise.resolve(wayToRedis.leadTo(redis.url));
  afterTest(goBack);

  await until('it says so', async () => (await get('/health/cache')).text.includes('node of a cluster'));
  expect(await get('/health/cache')).toMatchObject({ status: 503, body: { status: 'unhealthy' } });
  const all = await get('/health');
  expect(all).toMatchObject({ status: 200, body: { status: 'degraded' } });
  expect(all.text).toContain('node of a cluster');
  expect(await get('/health/ready')).toMatchObject({ status: 200, body: { status: 'healthy' } });
  for (let time = 0; time < 2; time += 1)
    expect((await get('/users/count')).headers.get('x-cache')).toBe('BYPASS');
  expect(await node.command('DBSIZE')).toBe(0);
  expect(service.output.match(/node of a cluster/g)).toHaveLength(1);

  await goBack();
  await until('the cache answers', async () => (await get('/health/cache')).status === 200);
});

it('finishes what is in flight while it stops, and refuses what still comes in', async () => {
  const stopping = await startService({ databaseUrl: database.url, redisUrl: redis.url });
  afterTest(() => stopping.stop());
  const card_id = await aCard(stopping, 0);
  const holder = await connect(database.url);
  afterTest(() => holder.end());
  await holder.query('BEGIN ISOLATION LEVEL READ COMMITTED');
  await holder.query('SELECT FROM cards WHERE card_id = $1 FOR NO KEY UPDATE', [card_id]);
  const inFlight = post(stopping, '/recharges', { card_id, amount: 1_000 });
  await untilWaiting(holder, 1);
  const { hostname, port } = new URL(stopping.url);
  const socket = connectTo(Number(port), hostname);
  let answer = '';
  socket.on('data', (chunk) => (answer += chunk.toString()));
  socket.write(`GET /users/count HTTP/1.1\r\nHost: ${hostname}\r\n`);
  // Half a request has come in: the connection is not idle.
  await ask(stopping, '/health/live');

  await stopping.kill('SIGTERM');
  await until('no new connection is taken', () =>
    fetch(stopping.url).then(
      () => false,
      () => true,
    ),
  );
  socket.write('\r\n');
  await once(socket, 'close');
  await holder.query('ROLLBACK');

  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head).toMatch(/^HTTP\/1.1 503 /);
  expect(head).toMatch(/^content-type: application\/problem\+json/im);
  expect(head).toMatch(/^retry-after: 2$/im);
  expect(head).toMatch(/^connection: close$/im);
  expect(JSON.parse(body)).toMatchObject({ status: 503, code: 'service_stopping', instance: '/users/count' });
  const { status, headers } = await inFlight;
  expect([status, headers.get('connection')]).toEqual([201, 'close']);
  expect(await stopping.stop()).toEqual({ code: 0, signal: null });
});
