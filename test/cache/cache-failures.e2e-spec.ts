import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type { CardBalance } from '../../src/modules/cards/dto/card-responses.dto';
import type { RechargeResponse } from '../../src/modules/recharges/dto/recharge-responses.dto';
import { CLUSTER_FOLDER } from '../../src/platform/postgres/embedded/cluster';
import { startEmbeddedPostgres } from '../../src/platform/postgres/embedded/embedded-postgres';
import { connect } from '../builders/connect';
import { aCard } from '../builders/rides';
import { afterFile, afterTest } from '../setup/after-test';
import { ask, post, type Answer } from '../setup/api';
import { createDatabase, type TestDatabase } from '../setup/database';
import { type RedisServer, startRedis } from '../setup/redis-server';
import { type Service, startService } from '../setup/service';
import { startProxy, type TcpProxy } from '../setup/tcp-proxy';
import { createTempFolder, removeFolder } from '../setup/temp-folder';
import { until } from '../setup/until';

const ENV = { REDIS_TIMEOUT_MS: '300', MAX_CARD_BALANCE: '100000000' };
const AMOUNT = 1_000;
/** Later than any command may be, in milliseconds. */
const SLOW = 500;

let database: TestDatabase;
let client: Client;
let redis: RedisServer;
/** Between the services and Redis. */
let proxy: TcpProxy;
let services: readonly Service[];

beforeAll(async () => {
  database = await createDatabase();
  afterFile(() => database.drop());
  client = await connect(database.url);
  afterFile(() => client.end());
  redis = await startRedis();
  afterFile(() => redis.stop());
  proxy = await startProxy(redis.url);
  afterFile(() => proxy.stop());
  services = [await aService(), await aService()];
  for (const service of services) afterFile(() => service.stop());
});

function aService(databaseUrl = database.url): Promise<Service> {
  return startService({ databaseUrl, redisUrl: proxy.url, env: ENV });
}

/** Recharges a card at one service after another; after each, every service knows its balance at once. */
async function recharge(
  card_id: number,
  from: number,
  rounds: readonly Service[],
  all = rounds,
): Promise<number> {
  let balance = from;
  for (const writer of rounds) {
    expect((await post(writer, '/recharges', { card_id, amount: AMOUNT })).status).toBe(201);
    balance += AMOUNT;
    for (const reader of all) {
      for (let time = 0; time < 2; time += 1) {
        expect(await ask(reader, `/cards/${card_id}/balance`)).toMatchObject({
          status: 200,
          body: { balance },
        });
      }
    }
  }
  return balance;
}

/** Waits until every service answers from the cache, and what it answers is right. */
async function areCaching(card_id: number, balance: number, all = services): Promise<void> {
  for (const service of all) {
    await until('answers are kept', async () => {
      const answer = await ask(service, `/cards/${card_id}/balance`);
      expect(answer).toMatchObject({ status: 200, body: { balance } });
      return answer.headers.get('x-cache') === 'HIT';
    });
  }
}

/** An epoch so old that another server than its own is not suspected of being a second one. */
async function letTheEpochAge(): Promise<void> {
  await client.query(`UPDATE cache_epoch SET changed_at = changed_at - interval '1 minute'`);
}

interface Fault {
  readonly what: string;
  readonly begin: () => Promise<void> | void;
  readonly heal: () => Promise<void> | void;
}

describe('with Redis', () => {
  const faults: readonly Fault[] = [
    {
      what: 'paused',
      begin: () => redis.signal('SIGSTOP'),
      heal: () => redis.signal('SIGCONT'),
    },
    {
      what: 'killed',
      begin: () => redis.kill(),
      heal: () => redis.start(),
    },
    {
      what: 'slow',
      begin: () => proxy.delayBy(SLOW),
      heal: () => proxy.delayBy(0),
    },
    {
      what: 'full',
      begin: async () => {
        await redis.command('SET', 'not ours', 'x'.repeat(2 ** 20));
        await redis.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
        await redis.command('CONFIG', 'SET', 'maxmemory', '1mb');
      },
      heal: () => redis.command('CONFIG', 'SET', 'maxmemory', '0'),
    },
    {
      what: 'allowed to evict anything',
      begin: () => redis.command('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru'),
      heal: () => redis.command('CONFIG', 'SET', 'maxmemory-policy', 'volatile-lru'),
    },
  ];

  it.each(faults)(
    '$what, every read is right and every write is done, and then answers are kept again',
    async (fault) => {
      const [one, other] = services as [Service, Service];
      const card = await aCard(one, 0);
      const before = await recharge(card, 0, services);
      await areCaching(card, before);

      await fault.begin();
      let balance = await recharge(card, before, [one, other, one, other]);
      await fault.heal();
      balance = await recharge(card, balance, services);
      await letTheEpochAge();

      await areCaching(card, balance);
      expect(await recharge(card, balance, services)).toBe(balance + 2 * AMOUNT);
    },
  );

  it('killed, a recharge is acknowledged, and its retry is answered the same and posts nothing', async () => {
    const [service] = services as [Service];
    const card_id = await aCard(service, 0);
    await areCaching(card_id, 0);
    const key = { 'idempotency-key': randomUUID() };

    await redis.kill();
    const first = await post(service, '/recharges', { card_id, amount: 5_000 }, key);
    const retry = await post(service, '/recharges', { card_id, amount: 5_000 }, key);
    const read = await ask(service, `/cards/${card_id}/balance`);
    await redis.start();
    await letTheEpochAge();

    expect([first.status, retry.status, retry.text]).toEqual([201, 201, first.text]);
    expect(read).toMatchObject({ status: 200, body: { balance: 5_000 } });
    await areCaching(card_id, 5_000);
  });

  it('turned into a replica of another, every read is right, and every write is done', async () => {
    const other = await startRedis();
    afterTest(() => other.stop());
    const card = await aCard(services[0] as Service, 0);
    const before = await recharge(card, 0, services);
    await areCaching(card, before);

    await redis.command('REPLICAOF', '127.0.0.1', new URL(other.url).port);
    let balance = await recharge(card, before, [...services, ...services]);
    await redis.command('REPLICAOF', 'NO', 'ONE');
    balance = await recharge(card, balance, services);
    await letTheEpochAge();

    await areCaching(card, balance);
  });

  it.each([[['FLUSHALL']], [['SCRIPT', 'FLUSH']], [['CLIENT', 'KILL', 'TYPE', 'normal']]])(
    'told %j again and again, every read is right, and every write is done',
    async (command) => {
      const card = await aCard(services[0] as Service, 0);
      let balance = 0;
      for (let time = 0; time < 4; time += 1) {
        balance = await recharge(card, balance, services);
        await redis.command(...command).catch(() => undefined);
      }
      balance = await recharge(card, balance, services);

      await areCaching(card, balance);
    },
  );

  it('away when a service starts, it does without, and caches when Redis is there', async () => {
    await redis.kill();
    const late = await aService();
    afterTest(() => late.stop());
    const all = [...services, late];
    const card = await aCard(late, 0);
    let balance = await recharge(card, 0, all);
    await redis.start();
    balance = await recharge(card, balance, all);
    await letTheEpochAge();

    await areCaching(card, balance, all);
  });
});

describe('with a cache that is cleared all the time', () => {
  it('no read is older than the last acknowledged write, and none goes back', async () => {
    const [one, other] = services as [Service, Service];
    const card_id = await aCard(one, 0);
    await areCaching(card_id, 0);
    const path = `/cards/${card_id}/balance`;
    const end = performance.now() + 3_000;
    let acknowledged = 0;
    let reads = 0;
    const wrong: string[] = [];

    /** However slow the machine is, enough happens meanwhile. */
    const isOver = (): boolean =>
      wrong.length > 0 || (performance.now() >= end && acknowledged > 10 * AMOUNT && reads > 10);
    const repeat = async (work: () => Promise<unknown>): Promise<void> => {
      while (!isOver()) await work();
    };
    const clears = services.map((service) => repeat(() => ask(service, '/cache/clear', { method: 'POST' })));
    const removals = repeat(() => ask(other, `/cache/key/card:${card_id}:balance`, { method: 'DELETE' }));
    const readers = services.map(async (service) => {
      let last = 0;
      await repeat(async () => {
        const least = Math.max(acknowledged, last);
        const { status, body } = await ask<CardBalance>(service, path);
        const { balance } = body;
        if (status !== 200 || balance < least) wrong.push(`${status}: ${balance} after ${least}`);
        last = balance;
        reads += 1;
      });
    });
    const writers = services.map((service) =>
      repeat(async () => {
        const { status, body } = await post<RechargeResponse>(service, '/recharges', {
          card_id,
          amount: AMOUNT,
        });
        if (status !== 201) wrong.push(`a recharge: ${status} ${JSON.stringify(body)}`);
        acknowledged = Math.max(acknowledged, body.new_balance);
      }),
    );
    await Promise.all([...clears, removals, ...readers, ...writers]);

    expect(wrong).toEqual([]);
    expect(acknowledged).toBeGreaterThan(10 * AMOUNT);
    expect(reads).toBeGreaterThan(10);
    await areCaching(card_id, acknowledged);
  });
});

describe('while PostgreSQL', () => {
  const isRefused = ({ status, headers }: Answer): boolean =>
    status === 503 && headers.get('retry-after') !== null;

  /** Sends a recharge until it is taken, as its key allows. */
  async function rechargeOnce(service: Service, card_id: number): Promise<void> {
    const key = { 'idempotency-key': randomUUID() };
    await until('the recharge is taken', async () => {
      const answer = await post(service, '/recharges', { card_id, amount: AMOUNT }, key);
      if (answer.status !== 201) expect(isRefused(answer)).toBe(true);
      return answer.status === 201;
    });
  }

  /** Reads and writes go on during the fault: refused at worst, and never wrong. */
  async function goOn(all: readonly Service[], fault: () => Promise<void>): Promise<void> {
    const card_id = await aCard(all[0] as Service, 0);
    let acknowledged = 0;
    let isOver = false;
    const wrong: string[] = [];
    const writers = all.map(async (service) => {
      for (let time = 0; time < 5 || !isOver; time += 1) {
        await rechargeOnce(service, card_id);
        acknowledged += AMOUNT;
        await sleep(20);
      }
    });
    const readers = all.map(async (service) => {
      while (!isOver) {
        const least = acknowledged;
        const answer = await ask<CardBalance>(service, `/cards/${card_id}/balance`);
        const { balance } = answer.body;
        if (!isRefused(answer) && !(answer.status === 200 && balance >= least))
          wrong.push(`${answer.status}: ${answer.text} after ${least}`);
        await sleep(5);
      }
    });
    await sleep(200);
    await fault();
    await sleep(1_000);
    isOver = true;
    await Promise.all([...writers, ...readers]);

    expect(wrong).toEqual([]);
    await areCaching(card_id, acknowledged, all);
  }

  it('ends all connections, requests are refused at worst, and all is right', async () => {
    await goOn(services, async () => {
      await client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                          WHERE datname = current_database() AND pid <> pg_backend_pid()`);
    });
  });

  it('restarts, requests are refused at worst, and all is right', async () => {
    const dataDir = await createTempFolder();
    afterTest(() => removeFolder(dataDir));
    const postgres = await startEmbeddedPostgres({ dataDir, log: () => undefined });
    afterTest(() => postgres.stop());
    const all = [await aService(postgres.url), await aService(postgres.url)];
    for (const service of all) afterTest(() => service.stop());

    // Who keeps the server starts it again, on its port.
    await goOn(all, async () => {
      const file = await readFile(join(dataDir, CLUSTER_FOLDER, 'data', 'postmaster.pid'), 'utf8');
      process.kill(Number(file.split('\n')[0]), 'SIGINT');
      await until(
        'the server is back',
        async () => (await ask(all[0] as Service, '/health/ready')).status === 503,
      );
      await Promise.all(all.map((service) => service.waitUntilReady()));
    });
  });
});
