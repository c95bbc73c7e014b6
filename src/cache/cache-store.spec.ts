import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { createCache } from 'cache-manager';
import { CacheAwayError } from '../common/problem/domain-error';
import { type RedisServer, startRedis } from '../../test/setup/redis-server';
import { type CacheStore, type StoredAnswer } from './cache-store';
import { MemoryCacheStore, MemoryConnection } from './memory-cache-store';
import { RedisCacheStore } from './redis-cache-store';
import { RedisConnection } from './redis-connection';

const MINUTE = 60_000;
const answer: StoredAnswer = { status: 200, body: '{"name":"Bogotá"}' };

beforeAll(() => {
  Logger.overrideLogger(false);
});

describe(MemoryCacheStore.name, () => {
  behavesAsStore(() => {
    const memory = new MemoryConnection();
    return new MemoryCacheStore(createCache({ stores: [memory.keyv] }), memory);
  });

  it('forgets the least recently used beyond its size', async () => {
    const memory = new MemoryConnection();
    const store = new MemoryCacheStore(createCache({ stores: [memory.keyv] }), memory);
    const large: StoredAnswer = { status: 200, body: 'x'.repeat(20 * 2 ** 20) };
    for (const key of ['first', 'second', 'third']) await store.fill(key, large, MINUTE);
    await store.read('first');
    await store.fill('fourth', large, MINUTE);

    expect((await store.list(null)).keys.map(({ key }) => key)).toEqual(['first', 'third', 'fourth']);
    expect((await store.figures()).used_memory).toBeLessThanOrEqual(64 * 2 ** 20);
  });

  it('lists what stays although it is read meanwhile', async () => {
    const memory = new MemoryConnection();
    const store = new MemoryCacheStore(createCache({ stores: [memory.keyv] }), memory);
    const keys = Array.from({ length: 600 }, (_, index) => `key:${index}`);
    for (const key of keys) await store.fill(key, answer, MINUTE);

    const first = await store.list(null);
    for (const key of keys.slice(500)) await store.read(key);
    await store.remove('key:0');
    const second = await store.list(first.next);

    expect([...first.keys, ...second.keys].map(({ key }) => key)).toEqual(keys);
    expect(second.next).toBeNull();
  });
});

describe(RedisCacheStore.name, () => {
  let redis: RedisServer;
  let connection: RedisConnection;
  let store: RedisCacheStore;

  beforeAll(async () => {
    redis = await startRedis();
  });

  beforeEach(async () => {
    connection = new RedisConnection(redis.url, 1_000);
    await connection.open();
    store = new RedisCacheStore(createCache({ stores: [connection.keyv] }), connection);
  });

  afterEach(async () => {
    await store.clear();
    await connection.close();
  });

  afterAll(() => redis.stop());

  behavesAsStore(() => store);

  it('touches nothing but its own', async () => {
    await connection.client.set('card:1:balance', 'theirs');
    await store.fill('card:1:balance', answer, MINUTE);

    expect(await store.remove('card:1:balance')).toBe(true);
    expect(await store.clear()).toBe(0);
    expect(await connection.client.get('card:1:balance')).toBe('theirs');
    await connection.client.del('card:1:balance');
  });

  it('gives every value a time to live', async () => {
    await store.fill('card:1:balance', answer, MINUTE);
    const [key = ''] = await connection.client.keys('*card:1:balance');

    expect(await connection.client.pTTL(key)).toBeGreaterThan(MINUTE - 5_000);
  });

  it('takes what it cannot read for a miss', async () => {
    await store.fill('card:1:balance', answer, MINUTE);
    const [key = ''] = await connection.client.keys('*card:1:balance');
    await connection.client.set(key, 'not JSON');

    expect(await store.read('card:1:balance')).toBeUndefined();
  });

  describe.each([
    ['hangs', (): Promise<void> => redis.signal('SIGSTOP'), (): Promise<void> => redis.signal('SIGCONT')],
    ['is killed', (): Promise<void> => redis.kill(), (): Promise<void> => redis.start()],
  ])('whose server %s', (_, takeAway, bringBack) => {
    let impatient: RedisConnection;
    let away: RedisCacheStore;

    beforeEach(async () => {
      impatient = new RedisConnection(redis.url, 50);
      await impatient.open();
      away = new RedisCacheStore(createCache({ stores: [impatient.keyv] }), impatient);
      await takeAway();
    });

    afterEach(async () => {
      await bringBack();
      await impatient.close();
      while (!connection.client.isReady) await sleep(20);
    });

    it('misses, and neither throws nor hangs', async () => {
      expect(await away.read('card:1:balance')).toBeUndefined();
      await away.fill('card:1:balance', answer, MINUTE);
      await away.evict(['card:1:balance']);
    });

    it('says so to who asks for more', async () => {
      for (const ask of [
        () => away.ping(),
        () => away.probe(answer),
        () => away.list(null),
        () => away.figures(),
        () => away.remove('card:1:balance'),
        () => away.clear(),
      ]) {
        await expect(ask()).rejects.toThrow(CacheAwayError);
      }
    });
  });
});

/** What every store does. */
function behavesAsStore(open: () => CacheStore): void {
  let store: CacheStore;

  beforeEach(() => {
    store = open();
  });

  it('reads what was filled', async () => {
    await store.fill('card:1:balance', answer, MINUTE);

    expect(await store.read('card:1:balance')).toEqual(answer);
    expect(await store.read('card:2:balance')).toBeUndefined();
  });

  it('forgets what expired, and does not list it', async () => {
    await store.fill('card:1:balance', answer, 20);
    await store.fill('card:2:balance', answer, MINUTE);
    await sleep(40);

    expect(await store.read('card:1:balance')).toBeUndefined();
    expect(await store.list(null)).toMatchObject({ total: 1, keys: [{ key: 'card:2:balance' }] });
    expect(await store.remove('card:1:balance')).toBe(false);
  });

  it('evicts every key that it is given, and no other', async () => {
    for (const key of ['a', 'b', 'c']) await store.fill(key, answer, MINUTE);
    await store.evict(['a', 'c', 'unknown']);

    expect(await store.read('a')).toBeUndefined();
    expect(await store.read('b')).toEqual(answer);
    expect(await store.read('c')).toBeUndefined();
  });

  it('evicts nothing when it is given nothing', async () => {
    await store.fill('a', answer, MINUTE);
    await store.evict([]);

    expect(await store.read('a')).toEqual(answer);
  });

  it('describes a key', async () => {
    await store.fill('card:1:balance', answer, MINUTE);
    const { keys } = await store.list(null);

    expect(keys).toMatchObject([{ key: 'card:1:balance', type: 'string' }]);
    expect(keys[0]?.ttl).toBeGreaterThan(55);
    expect(keys[0]?.ttl).toBeLessThanOrEqual(60);
    expect(keys[0]?.size_bytes).toBeGreaterThan(Buffer.byteLength(answer.body));
  });

  it('removes one key once', async () => {
    await store.fill('a', answer, MINUTE);

    expect(await store.remove('a')).toBe(true);
    expect(await store.remove('a')).toBe(false);
  });

  it('clears everything, and counts it', async () => {
    for (let number = 0; number < 1_200; number += 1) await store.fill(`key:${number}`, answer, MINUTE);

    expect(await store.clear()).toBe(1_200);
    expect(await store.list(null)).toEqual({ total: 0, keys: [], next: null });
  });

  it('probes without leaving anything behind', async () => {
    const { read, total } = await store.probe(answer);

    expect(total).toBeGreaterThanOrEqual(read);
    expect(await store.list(null)).toMatchObject({ total: 0 });
  });

  it('counts hits and misses', async () => {
    const before = await store.figures();
    await store.fill('a', answer, MINUTE);
    await store.read('a');
    await store.read('a');
    await store.read('b');
    const after = await store.figures();

    expect(after.keyspace_hits - before.keyspace_hits).toBe(2);
    expect(after.keyspace_misses - before.keyspace_misses).toBe(1);
    expect(after.total_commands_processed).toBeGreaterThan(before.total_commands_processed);
    expect(Object.values(after)).not.toContain(undefined);
    expect(Object.values(after)).not.toContain('unknown');
    expect(Object.values(after)).not.toContain(NaN);
  });
}
