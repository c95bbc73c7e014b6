import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from '@redis/client';
import { findFreePort } from '../../src/platform/postgres/embedded/free-port';
import { aCard, aRecharge } from '../builders/rides';
import { afterTest } from '../setup/after-test';
import { ask } from '../setup/api';
import { askCached, sourceOf } from '../setup/ask-cached';
import { createDatabase } from '../setup/database';
import { type RedisServer, startRedis } from '../setup/redis-server';
import { type Service, startService } from '../setup/service';
import { createTempFolder, removeFolder } from '../setup/temp-folder';
import { until } from '../setup/until';
import { untilTrusted } from '../setup/until-trusted';

/** The commands of the service, and those of its scripts: DEPLOYMENT.md gives its user these and no others. */
const COMMANDS = [
  ...[
    'get',
    'mget',
    'set',
    'del',
    'exists',
    'scan',
    'type',
    'ttl',
    'strlen',
    'info',
    'ping',
    'eval',
    'evalsha',
  ],
  ...['time', 'hget', 'hgetall', 'hset', 'hdel', 'pexpire'],
];
const RULES = [
  'on',
  '>a secret',
  '~{travel-recharge:*',
  'resetchannels',
  '-@all',
  ...COMMANDS.map((name) => `+${name}`),
];

let redis: RedisServer;
let admin: ReturnType<typeof createClient>;

beforeEach(async () => {
  redis = await startRedis();
  afterTest(() => redis.stop());
  admin = createClient({ url: redis.url });
  await admin.connect();
  afterTest(() => admin.disconnect());
});

async function aService(redisUrl: string, env: Readonly<Record<string, string>> = {}): Promise<Service> {
  const database = await createDatabase();
  afterTest(() => database.drop());
  const service = await startService({
    databaseUrl: database.url,
    redisUrl,
    env: { WRITES_PER_MINUTE: '100000', LOOKUPS_PER_MINUTE: '100000', ...env },
  });
  afterTest(() => service.stop());
  return service;
}

/** What the limits have counted belongs to no epoch. */
const isCount = (name: string): boolean => name.startsWith('{travel-recharge:limits}');

/** Everything that a service does with its Redis. */
async function useCache(service: Service): Promise<void> {
  await untilTrusted(service);
  const card = await aCard(service, 20_000);
  const path = `/cards/${card}/balance`;
  const source = async (): Promise<string | null> => sourceOf(await askCached(service, path));
  expect([await source(), await source()]).toEqual(['MISS', 'HIT']);
  await aRecharge(service, card, 1_000);
  expect([await source(), await source()]).toEqual(['MISS', 'HIT']);
  for (const operation of ['/cache/keys', '/cache/stats', '/cache/performance-test'])
    expect((await ask(service, operation)).status).toBe(200);
  expect((await ask(service, '/cache/health')).body).toMatchObject({ cache_health: { status: 'healthy' } });
  expect((await ask(service, `/cache/key/card:${card}:balance`, { method: 'DELETE' })).status).toBe(200);
  expect(await source()).toBe('MISS');
  expect((await ask(service, '/cache/clear', { method: 'POST' })).body).toMatchObject({ keys_cleared: 1 });
  await until('reads of one turn are one command', async () => {
    await Promise.all([path, '/users/count', '/trips/total'].map((one) => ask(service, one)));
    return (await admin.info('commandstats')).includes('cmdstat_mget:');
  });
  const names = (await admin.keys('*')).filter((name) => !isCount(name));
  // Ends the epoch, so that the service opens another, and sweeps the old one.
  await admin.del(names.filter((name) => name.endsWith('}alive')));
  await until('answers are kept again', async () => sourceOf(await ask(service, path)) === 'HIT');
  await until('the old epoch is swept', async () => (await admin.exists(names)) === 0);
  expect((await admin.keys('*')).filter(isCount)).toHaveLength(2);
}

describe('a user with no more rights than DEPLOYMENT.md gives', () => {
  const urlOf = (user: string): string =>
    redis.url.replace('//', `//${user}:${encodeURIComponent('a secret')}@`);

  it('is all that the service needs, and it needs all of it', async () => {
    await admin.aclSetUser('travel', RULES);
    await useCache(await aService(urlOf('travel')));

    // The client offers its own name, which it can do without.
    const refused = (await admin.aclLog()).filter(({ object }) => !object.startsWith('client|setinfo'));
    expect(refused).toEqual([]);
    const used = await admin.info('commandstats');
    expect(COMMANDS.filter((name) => !used.includes(`cmdstat_${name}:`))).toEqual([]);
  });
});

describe('over TLS', () => {
  it('the service uses a Redis whose certificate it was told to trust, and no other', async () => {
    const folder = await createTempFolder();
    afterTest(() => removeFolder(folder));
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
    await promisify(execFile)('openssl', [
      ...'req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost'.split(' '),
      ...['-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', certificate],
    ]);
    const port = String(await findFreePort());
    for (const [name, value] of [
      ['tls-cert-file', certificate],
      ['tls-key-file', key],
      ['tls-ca-cert-file', certificate],
      ['tls-auth-clients', 'no'],
      ['tls-port', port],
    ] as const)
      await redis.command('CONFIG', 'SET', name, value);

    await useCache(await aService(`rediss://localhost:${port}`, { NODE_EXTRA_CA_CERTS: certificate }));
    const distrustful = await aService(`rediss://localhost:${port}`);
    for (let time = 0; time < 2; time += 1)
      expect((await ask(distrustful, '/routes/codes')).headers.get('x-cache')).toBe('BYPASS');
  });
});
