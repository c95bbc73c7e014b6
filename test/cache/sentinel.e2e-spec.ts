import { createClient } from '@redis/client';
import type { Client } from 'pg';
import { connect } from '../builders/connect';
import { aCard } from '../builders/rides';
import { afterTest } from '../setup/after-test';
import { ask, post } from '../setup/api';
import { createDatabase } from '../setup/database';
import { PRIMARY_NAME, type Sentinel, startSentinel } from '../setup/redis-sentinel';
import { type RedisServer, startRedis } from '../setup/redis-server';
import { type Service, startService } from '../setup/service';
import { startProxy, type TcpProxy } from '../setup/tcp-proxy';
import { until } from '../setup/until';

const AMOUNT = 1_000;

let client: Client;
let primary: RedisServer;
let replica: RedisServer;
/** Between the replica and its primary. */
let replication: TcpProxy;
let sentinel: Sentinel;
let services: readonly [Service, Service];
let card_id: number;
let balance: number;

beforeEach(async () => {
  const database = await createDatabase();
  afterTest(() => database.drop());
  client = await connect(database.url);
  afterTest(() => client.end());
  primary = await startRedis();
  afterTest(() => primary.stop());
  replica = await startRedis();
  afterTest(() => replica.stop());
  replication = await startProxy(primary.url);
  afterTest(() => replication.stop());
  await primary.command('CONFIG', 'SET', 'repl-diskless-sync-delay', '0');
  await replica.command('REPLICAOF', '127.0.0.1', new URL(replication.url).port);
  await until('the replica has a copy', async () =>
    (await valueIn(replica, (redis) => redis.info('replication'))).includes('master_link_status:up'),
  );
  sentinel = await startSentinel(primary);
  afterTest(() => sentinel.stop());
  const start = (): Promise<Service> =>
    startService({
      databaseUrl: database.url,
      // Whoever the Sentinel names is asked, not this host.
      redisUrl: 'redis://nowhere.invalid:1',
      env: {
        REDIS_SENTINELS: `127.0.0.1:1,${sentinel.address}`,
        REDIS_SENTINEL_PRIMARY: PRIMARY_NAME,
        REDIS_TIMEOUT_MS: '300',
        MAX_CARD_BALANCE: '100000000',
      },
    });
  services = [await start(), await start()];
  for (const service of services) afterTest(() => service.stop());
  card_id = await aCard(services[0], 0);
  balance = 0;
});

async function valueIn<Value>(
  server: RedisServer,
  ask: (client: ReturnType<typeof createClient>) => Promise<Value>,
): Promise<Value> {
  const asking = createClient({ url: server.url });
  await asking.connect();
  try {
    return await ask(asking);
  } finally {
    await asking.disconnect();
  }
}

/** Recharges at each service; after each recharge both know the new balance at once. */
async function rechargeAtEach(): Promise<void> {
  for (const writer of services) {
    expect((await post(writer, '/recharges', { card_id, amount: AMOUNT })).status).toBe(201);
    balance += AMOUNT;
    for (const reader of services) {
      for (let time = 0; time < 2; time += 1) {
        expect(await ask(reader, `/cards/${card_id}/balance`)).toMatchObject({
          status: 200,
          body: { balance },
        });
      }
    }
  }
}

async function areCaching(): Promise<void> {
  for (const service of services) {
    await until('answers are kept', async () => {
      const { headers, body } = await ask(service, `/cards/${card_id}/balance`);
      expect(body).toMatchObject({ balance });
      return headers.get('x-cache') === 'HIT';
    });
  }
}

/** Kills the primary; reads and writes go on until the replica is promoted, and afterwards. */
async function failOver(): Promise<void> {
  await primary.kill();
  await until('the replica is promoted', async () => {
    await rechargeAtEach();
    return (await sentinel.primary()) === replica.url;
  });
  await rechargeAtEach();
  // No second server is suspected in an old epoch.
  await client.query(`UPDATE cache_epoch SET changed_at = changed_at - interval '1 minute'`);
  await areCaching();
  await rechargeAtEach();
  await areCaching();
}

/** The balance as this server has it in its cache. */
async function cachedBalance(server: RedisServer): Promise<string | null> {
  const [name = ''] = await valueIn(server, (redis) => redis.keys(`*:card:${card_id}:balance`));
  return name && valueIn(server, (redis) => redis.get(name));
}

it('a primary that is killed is followed by its replica, and no read is wrong meanwhile', async () => {
  await rechargeAtEach();
  await areCaching();

  await failOver();
});

it('a replica that lagged does no harm when it is promoted', async () => {
  await rechargeAtEach();
  await areCaching();
  const old = `"balance":${balance}`;
  await until(
    'the replica has the answer',
    async () => (await cachedBalance(replica))?.includes(old) === true,
  );

  replication.silence();
  await rechargeAtEach();
  await areCaching();
  expect(await cachedBalance(primary)).not.toContain(old);
  expect(await cachedBalance(replica)).toContain(old);

  await failOver();
});
