import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { afterFile, afterTest } from '../../../../test/setup/after-test';
import { type RedisServer, startRedis } from '../../../../test/setup/redis-server';
import { until } from '../../../../test/setup/until';
import { CacheAwayError } from '../../../common/http/problem/service-errors';
import type { CacheSession } from './cache-session';
import { MemorySession } from './memory-session';
import { CacheNamespace, NAMESPACE_ROOT } from './cache-namespace';
import { RedisSession } from './redis-session';

const MINUTE = 60_000;
/** On a busy machine no command must count as late, except where a test is about that. */
const PATIENT = 5_000;

const epoch = (number: bigint, database = 'a-database'): CacheNamespace =>
  new CacheNamespace(database, number, `of-${number}`);

let redis: RedisServer;
let client: ReturnType<typeof createClient>;
let session: CacheSession;
let namespace: CacheNamespace;

beforeAll(async () => {
  redis = await startRedis();
  afterFile(() => redis.stop());
  client = createClient({ url: redis.url });
  client.on('error', () => undefined);
  await client.connect();
  afterFile(() => client.disconnect());
});

beforeEach(async () => {
  await client.flushAll();
  namespace = epoch(7n);
});

/** Asks for a lease with this token. It lasts a minute, unless it is to end during the test. */
const acquire = (key: string, token = 'token', leaseMs = MINUTE) =>
  session.acquire(namespace, key, token, leaseMs, false);

/** Stores as a reader does. */
async function store(key: string, text = 'text', timeToLive = MINUTE): Promise<boolean> {
  await acquire(key, 'of store');
  return session.fill(namespace, key, 'of store', text, timeToLive);
}

async function listAll(): Promise<{ keys: string[]; pages: number }> {
  const seen = new Set<string>();
  let pages = 0;
  for (let position: number | null = null; position !== null || pages === 0; pages += 1) {
    const { keys, next } = await session.list(namespace, position);
    keys.forEach(({ key }) => seen.add(key));
    position = next;
  }
  return { keys: [...seen].sort(), pages };
}

describe.each<[string, () => Promise<CacheSession>]>([
  [MemorySession.name, (): Promise<CacheSession> => Promise.resolve(new MemorySession())],
  [RedisSession.name, (): Promise<CacheSession> => RedisSession.open({ url: redis.url }, PATIENT)],
])('%s', (_, open) => {
  beforeEach(async () => {
    session = await open();
    afterTest(() => Promise.resolve(session.close()));
    await session.setAlive(namespace);
  });

  describe('acquire', () => {
    it('gives one reader the lease, and keeps the others waiting until it ends', async () => {
      expect(await acquire('key', 'one', 1_000)).toEqual({ kind: 'lease' });
      const other = await acquire('key', 'other', 1_000);

      expect(other.kind).toBe('wait');
      expect(other.kind === 'wait' && other.remainingMs > 0 && other.remainingMs <= 1_000).toBe(true);
      expect(await acquire('another key', 'other')).toEqual({ kind: 'lease' });
    });

    it('gives an ended lease to the next, and the first may not fill any more', async () => {
      await acquire('key', 'one', 20);
      await sleep(40);

      expect(await acquire('key', 'other')).toEqual({ kind: 'lease' });
      expect(await session.fill(namespace, 'key', 'one', 'text', MINUTE)).toBe(false);
      expect(await session.fill(namespace, 'key', 'other', 'text', MINUTE)).toBe(true);
    });

    it('finds what is there', async () => {
      await store('key', 'a text');

      expect(await acquire('key')).toEqual({ kind: 'value', text: 'a text' });
    });

    it('gives the lease of a stored value for a refresh, and keeps the value in the meantime', async () => {
      await store('key', 'old');

      expect(await session.acquire(namespace, 'key', 'token', MINUTE, true)).toEqual({ kind: 'lease' });
      expect((await session.acquire(namespace, 'key', 'other', MINUTE, true)).kind).toBe('wait');
      expect(await session.get(namespace, 'key')).toBe('old');
      expect(await session.fill(namespace, 'key', 'token', 'new', MINUTE)).toBe(true);
      expect(await session.get(namespace, 'key')).toBe('new');
    });

    it('gives no lease in an epoch that is not alive', async () => {
      const dead = epoch(8n);

      expect(await session.acquire(dead, 'key', 'token', MINUTE, false)).toEqual({ kind: 'dead' });
      expect(await session.fill(dead, 'key', 'token', 'text', MINUTE)).toBe(false);
      expect(await session.get(dead, 'key')).toBeNull();
    });
  });

  describe('fill', () => {
    it('needs the lease, which it ends', async () => {
      expect(await session.fill(namespace, 'key', 'token', 'text', MINUTE)).toBe(false);
      await acquire('key', 'token');
      expect(await session.fill(namespace, 'key', 'another', 'text', MINUTE)).toBe(false);
      expect(await session.get(namespace, 'key')).toBeNull();
      expect(await session.fill(namespace, 'key', 'token', 'text', MINUTE)).toBe(true);
      expect(await session.fill(namespace, 'key', 'token', 'again', MINUTE)).toBe(false);
      expect(await session.get(namespace, 'key')).toBe('text');
    });

    it('stores a text byte for byte, until its time to live ends', async () => {
      const text = '200 "x" 1\n{"name":"Bogotá\u0000\r\n🚌"}';
      await store('short', text, 30);
      await store('long', text);
      expect(await session.get(namespace, 'long')).toBe(text);
      await sleep(50);

      expect(await session.get(namespace, 'short')).toBeNull();
      expect(await session.drop(namespace, ['short'])).toBe(0);
      expect(await acquire('short')).toEqual({ kind: 'lease' });
      expect(await session.list(namespace, null)).toMatchObject({ total: 1, keys: [{ key: 'long' }] });
    });

    it('is apart from other epochs', async () => {
      const other = epoch(8n);
      await session.setAlive(other);
      await store('key');

      expect(await session.get(other, 'key')).toBeNull();
      expect(await session.fill(other, 'key', 'of store', 'text', MINUTE)).toBe(false);
    });
  });

  describe('mark', () => {
    it('drops values and leases', async () => {
      await store('stored');
      await acquire('leased', 'token');
      await session.mark(namespace, ['stored', 'leased', 'unknown'], '7');

      expect(await session.get(namespace, 'stored')).toBeNull();
      expect(await session.fill(namespace, 'leased', 'token', 'text', MINUTE)).toBe(false);
      for (const key of ['stored', 'leased', 'unknown']) expect((await acquire(key)).kind).toBe('marked');
    });

    it('prevents leases until the last writer has released it, whichever that is', async () => {
      await session.mark(namespace, ['key'], '7');
      await session.mark(namespace, ['key'], '8');
      const marked = await acquire('key');
      const marks = marked.kind === 'marked' ? marked.marks.map(({ mark }) => mark) : [];
      expect(marks.sort()).toEqual(['7', '8']);

      await session.release(namespace, ['key'], '7');
      expect(await acquire('key')).toMatchObject({ kind: 'marked', marks: [{ mark: '8' }] });
      await session.release(namespace, ['key'], '9');
      expect(await acquire('key')).toMatchObject({ kind: 'marked', marks: [{ mark: '8' }] });
      await session.release(namespace, ['key'], '8');
      expect(await acquire('key')).toEqual({ kind: 'lease' });
    });

    it('prevents a refresh too', async () => {
      await session.mark(namespace, ['key'], '7');

      expect((await session.acquire(namespace, 'key', 'token', MINUTE, true)).kind).toBe('marked');
    });

    it('says how old it is', async () => {
      await session.mark(namespace, ['key'], '7');
      await sleep(60);
      const marked = await acquire('key');

      expect(
        marked.kind === 'marked' && marked.marks.map(({ ageMs }) => ageMs >= 50 && ageMs < MINUTE),
      ).toEqual([true]);
    });

    it('outlives the lease that was there before', async () => {
      await acquire('key', 'token', 10);
      await session.mark(namespace, ['key'], '7');
      await sleep(60);

      expect((await acquire('key')).kind).toBe('marked');
    });

    it('of no key does nothing', async () => {
      await store('key');
      await session.mark(namespace, [], '7');
      await session.release(namespace, [], '7');

      expect(await session.get(namespace, 'key')).toBe('text');
      expect(await session.drop(namespace, [])).toBe(0);
    });
  });

  describe('release', () => {
    it('that comes late drops value and lease as well', async () => {
      await store('stored');
      await acquire('leased', 'token');
      await session.release(namespace, ['stored', 'leased'], '7');

      expect(await session.get(namespace, 'stored')).toBeNull();
      expect(await session.fill(namespace, 'leased', 'token', 'text', MINUTE)).toBe(false);
    });
  });

  describe('drop', () => {
    it('drops values, which it counts, and leases, and nothing of other keys', async () => {
      for (const key of ['one', 'two', 'three']) await store(key);
      await acquire('leased', 'token');

      expect(await session.drop(namespace, ['one', 'three', 'leased', 'unknown'])).toBe(2);
      expect(await session.drop(namespace, ['one'])).toBe(0);
      expect(await session.get(namespace, 'one')).toBeNull();
      expect(await session.get(namespace, 'two')).toBe('text');
      expect(await session.fill(namespace, 'leased', 'token', 'text', MINUTE)).toBe(false);
    });

    it('leaves a mark', async () => {
      await session.mark(namespace, ['key'], '7');

      expect(await session.drop(namespace, ['key'])).toBe(0);
      expect((await acquire('key')).kind).toBe('marked');
    });
  });

  describe('clear', () => {
    it('drops every value, which it counts, and every lease', async () => {
      const keys = Array.from({ length: 1_200 }, (__, index) => `key:${index}`);
      await Promise.all(keys.map((key) => store(key)));
      await acquire('leased', 'token');

      expect(await session.clear(namespace)).toBe(1_200);
      expect(await listAll()).toMatchObject({ keys: [] });
      expect(await session.fill(namespace, 'leased', 'token', 'text', MINUTE)).toBe(false);
      expect(await session.clear(namespace)).toBe(0);
    });

    it('leaves marks, the epoch, and other epochs', async () => {
      const other = epoch(8n);
      await session.setAlive(other);
      await session.acquire(other, 'key', 'token', MINUTE, false);
      await session.fill(other, 'key', 'token', 'theirs', MINUTE);
      await session.mark(namespace, ['key'], '7');

      expect(await session.clear(namespace)).toBe(0);
      expect((await acquire('key')).kind).toBe('marked');
      expect(await session.isAlive(namespace)).toBe(true);
      expect(await session.get(other, 'key')).toBe('theirs');
    });
  });

  describe('list', () => {
    it('describes a key', async () => {
      await store('card:1:balance', '{"name":"Bogotá"}');
      const { total, keys, next } = await session.list(namespace, null);

      expect({ total, keys, next }).toMatchObject({
        total: 1,
        keys: [{ key: 'card:1:balance', type: 'string', size_bytes: 18 }],
        next: null,
      });
      expect(keys[0]?.ttl).toBeGreaterThan(50);
      expect(keys[0]?.ttl).toBeLessThanOrEqual(60);
    });

    it('shows values only', async () => {
      await acquire('leased');
      await session.mark(namespace, ['marked'], '7');

      expect(await listAll()).toMatchObject({ keys: [] });
    });

    it('lists all keys page by page, although some are removed in the meantime', async () => {
      const keys = Array.from({ length: 1_100 }, (__, index) => `key:${index}`);
      await Promise.all(keys.map((key) => store(key)));
      const first = await session.list(namespace, null);
      const gone = first.keys[0]?.key ?? '';
      await session.drop(namespace, [gone]);
      const { keys: left, pages } = await listAll();

      expect(first.total).toBe(1_100);
      expect(first.next).not.toBeNull();
      expect(pages).toBeGreaterThan(1);
      expect(left).toEqual(keys.filter((key) => key !== gone).sort());
    });
  });

  it.each(['*', 'key?', '[a-z]', '\\', '!alive', 'alive', ':', '%7Bx%7D', 'ñ \n "quoted"', '{', '}', ''])(
    'treats %j as a name without a special meaning',
    async (name) => {
      await store('key1');
      await store(name, 'special');
      expect((await listAll()).keys).toEqual(['key1', name].sort());
      expect(await session.get(namespace, name)).toBe('special');
      await session.mark(namespace, [name], '7');
      expect((await acquire(name)).kind).toBe('marked');
      await session.release(namespace, [name], '7');
      await store(name, 'special');

      expect(await session.drop(namespace, [name])).toBe(1);
      expect(await session.isAlive(namespace)).toBe(true);
      expect((await listAll()).keys).toEqual(['key1']);
    },
  );

  describe('an epoch', () => {
    it('is alive after it was opened', async () => {
      const next = epoch(8n);

      expect(await session.isAlive(namespace)).toBe(true);
      expect(await session.isAlive(next)).toBe(false);
      await session.setAlive(next);
      expect(await session.isAlive(next)).toBe(true);
    });

    it('that has ended is swept away with its marks', async () => {
      const next = epoch(8n);
      await session.setAlive(next);
      await session.acquire(next, 'key', 'token', MINUTE, false);
      await session.fill(next, 'key', 'token', 'text', MINUTE);
      await session.mark(next, ['marked'], '8');
      await store('key');
      await session.mark(namespace, ['marked'], '7');
      await session.sweep(next);

      expect(await session.isAlive(namespace)).toBe(false);
      expect(await session.get(namespace, 'key')).toBeNull();
      await session.setAlive(namespace);
      expect(await acquire('marked')).toEqual({ kind: 'lease' });
      expect(await session.isAlive(next)).toBe(true);
      expect(await session.get(next, 'key')).toBe('text');
      expect((await session.acquire(next, 'marked', 'token', MINUTE, false)).kind).toBe('marked');
    });

    it('that has begun in the meantime is not swept by a process that was paused', async () => {
      const next = epoch(10n);
      await session.setAlive(next);
      await session.mark(next, ['marked'], '8');
      await session.sweep(namespace);

      expect(await session.isAlive(next)).toBe(true);
      expect(await session.isAlive(namespace)).toBe(true);
      expect((await session.acquire(next, 'marked', 'token', MINUTE, false)).kind).toBe('marked');
    });
  });

  it('probes without leaving anything behind', async () => {
    const { readMs, totalMs } = await session.probe('{}');

    expect(totalMs).toBeGreaterThanOrEqual(readMs);
    expect(await session.list(namespace, null)).toMatchObject({ total: 0 });
    expect(await client.keys(`${NAMESPACE_ROOT}probe*`)).toEqual([]);
  });

  it('counts hits and misses', async () => {
    const before = await session.figures();
    await store('a');
    await session.get(namespace, 'a');
    await session.get(namespace, 'a');
    await session.get(namespace, 'b');
    const after = await session.figures();

    // Redis counts the lookups of the scripts as well.
    expect(after.keyspace_hits - before.keyspace_hits).toBeGreaterThanOrEqual(2);
    expect(after.keyspace_misses - before.keyspace_misses).toBeGreaterThanOrEqual(1);
    expect(after.total_commands_processed).toBeGreaterThan(before.total_commands_processed);
    for (const figure of [undefined, 'unknown', NaN]) expect(Object.values(after)).not.toContain(figure);
  });

  it('rejects every command after it is closed', async () => {
    session.close();
    const commands: (() => Promise<unknown>)[] = [
      async () => session.get(namespace, 'key'),
      () => acquire('key'),
      () => session.fill(namespace, 'key', 'token', 'text', MINUTE),
      () => session.mark(namespace, ['key'], '7'),
      () => session.release(namespace, ['key'], '7'),
      () => session.drop(namespace, ['key']),
      () => session.setAlive(namespace),
      () => session.isAlive(namespace),
      () => session.examine(),
      () => session.sweep(namespace),
      () => session.list(namespace, null),
      () => session.clear(namespace),
      () => session.figures(),
      () => session.ping(),
      () => session.probe('{}'),
    ];

    expect(session.isOpen).toBe(false);
    for (const command of commands) await expect(command()).rejects.toThrow(CacheAwayError);
  });

  it('has another run id than the next session in memory, and the same as the next one of the same server', async () => {
    const next = await open();
    afterTest(() => Promise.resolve(next.close()));

    expect(next.runId === session.runId).toBe(!session.isOnlyStore);
  });
});

describe(MemorySession.name, () => {
  beforeEach(async () => {
    session = new MemorySession();
    await session.setAlive(namespace);
  });

  it('removes the least recently used values when it is full', async () => {
    const large = 'x'.repeat(20 * 2 ** 20);
    for (const key of ['first', 'second', 'third']) await store(key, large);
    await session.get(namespace, 'first');
    await store('fourth', large);

    expect((await listAll()).keys).toEqual(['first', 'fourth', 'third']);
    expect((await session.figures()).used_memory).toBeLessThanOrEqual(64 * 2 ** 20);
  });

  it('lists in order the values that stay, although they are read in the meantime', async () => {
    const keys = Array.from({ length: 600 }, (_, index) => `key:${index}`);
    for (const key of keys) await store(key);

    const first = await session.list(namespace, null);
    for (const key of keys.slice(500)) await session.get(namespace, key);
    await session.drop(namespace, ['key:0']);
    const second = await session.list(namespace, first.next);

    expect([...first.keys, ...second.keys].map(({ key }) => key)).toEqual(keys);
    expect(second.next).toBeNull();
  });

  it('drops old leases when there are very many, and no mark', async () => {
    await session.mark(namespace, ['marked'], '7');
    await acquire('first');
    for (let number = 0; number < 10_000; number += 1) await acquire(`failed load:${number}`);

    expect(await session.fill(namespace, 'first', 'token', 'text', MINUTE)).toBe(false);
    expect((await acquire('marked')).kind).toBe('marked');
    expect(await session.fill(namespace, 'failed load:9999', 'token', 'text', MINUTE)).toBe(true);
  });
});

describe(RedisSession.name, () => {
  let ofRedis: RedisSession;

  beforeEach(async () => {
    ofRedis = await openAt(redis.url);
    session = ofRedis;
    await session.setAlive(namespace);
  });

  async function openAt(url: string, timeout = PATIENT): Promise<RedisSession> {
    const opened = await RedisSession.open({ url }, timeout);
    afterTest(() => Promise.resolve(opened.close()));
    return opened;
  }

  async function replidOf(server: RedisServer): Promise<string | undefined> {
    const asking = createClient({ url: server.url });
    await asking.connect();
    const info = await asking.info('replication');
    await asking.disconnect();
    return /^master_replid:(\w+)/m.exec(info)?.[1];
  }

  it('gives a time to live to every value and lease, but to no mark and no epoch', async () => {
    await store('stored');
    await acquire('leased', 'token', 1_000);
    await acquire('marked', 'token', 1_000);
    await session.mark(namespace, ['marked', 'marked alone'], '7');

    const stays = 'the server does not forget it';
    const times = await Promise.all(
      [
        namespace.valueName('stored'),
        namespace.guardName('leased'),
        namespace.guardName('marked'),
        namespace.guardName('marked alone'),
        namespace.aliveName,
      ].map(async (name) => {
        const time = await client.pTTL(name);
        return time === -1 ? stays : time > 0 && time <= MINUTE;
      }),
    );
    expect(times).toEqual([true, true, stays, stays, stays]);
  });

  it('fills nothing after the name `alive` is lost, even with a lease', async () => {
    await acquire('key');
    await client.del(namespace.aliveName);

    expect(await session.fill(namespace, 'key', 'token', 'text', MINUTE)).toBe(false);
    expect(await session.get(namespace, 'key')).toBeNull();
  });

  it('leaves no empty guard behind', async () => {
    await store('stored');
    await session.mark(namespace, ['marked', 'stored'], '7');
    await session.release(namespace, ['marked', 'stored'], '7');
    await acquire('dropped');
    await session.drop(namespace, ['dropped']);

    expect(await client.keys(`${namespace.databasePrefix}*`)).toEqual([namespace.aliveName]);
  });

  it('judges leases and marks by the clock of the server', async () => {
    const ago = Date.now() - 3_600_000;
    jest.spyOn(Date, 'now').mockReturnValue(ago);
    jest.spyOn(performance, 'now').mockReturnValue(ago);
    try {
      await acquire('key', 'token', MINUTE);
      await session.mark(namespace, ['marked'], '7');
    } finally {
      jest.restoreAllMocks();
    }
    const now = (await client.time()).getTime();
    const remaining = Number(await client.hGet(namespace.guardName('key'), 'deadline')) - now;
    const age = now - Number(await client.hGet(namespace.guardName('marked'), 'mark:7'));

    expect(remaining).toBeGreaterThan(0);
    expect(remaining).toBeLessThanOrEqual(MINUTE);
    expect(age).toBeGreaterThanOrEqual(0);
    expect(age).toBeLessThan(MINUTE);
  });

  it('sweeps and clears nothing of others', async () => {
    const next = epoch(8n);
    const elsewhere = epoch(6n, 'another-database');
    await session.setAlive(next);
    await session.setAlive(elsewhere);
    await client.set('card:1:balance', 'theirs');
    await client.set(`${NAMESPACE_ROOT}another}`, 'theirs');
    await store('card:1:balance');

    await session.clear(namespace);
    await session.sweep(next);

    expect(await client.keys(`${namespace.databasePrefix}*`)).toEqual([next.aliveName]);
    expect(await session.isAlive(elsewhere)).toBe(true);
    expect(await client.mGet(['card:1:balance', `${NAMESPACE_ROOT}another}`])).toEqual(['theirs', 'theirs']);
  });

  it('works on after the server has lost its scripts', async () => {
    await acquire('key');
    await client.scriptFlush();

    expect(await session.fill(namespace, 'key', 'token', 'text', MINUTE)).toBe(true);
    await client.scriptFlush();
    await Promise.all(['one', 'other'].map((key) => session.mark(namespace, [key, 'key'], '7')));
    expect(await session.get(namespace, 'key')).toBeNull();
    expect((await acquire('other')).kind).toBe('marked');
  });

  it('stays open when the server refuses one command', async () => {
    await client.hSet(namespace.valueName('key'), 'not', 'ours');

    await expect(session.get(namespace, 'key')).rejects.toThrow(CacheAwayError);
    expect(session.isOpen).toBe(true);
    await session.ping();
  });

  it('marks in a full server, which refuses to fill', async () => {
    const full = await startRedis();
    afterTest(() => full.stop());
    session = await openAt(full.url);
    await session.setAlive(namespace);
    await store('stored');
    await acquire('leased');
    await full.command('CONFIG', 'SET', 'maxmemory', '1');

    await expect(session.fill(namespace, 'leased', 'token', 'text', MINUTE)).rejects.toThrow(CacheAwayError);
    await session.mark(namespace, ['stored', 'leased', 'unknown'], '7');
    await session.mark(namespace, ['unknown'], '8');
    await full.command('CONFIG', 'SET', 'maxmemory', '0');
    expect(await session.get(namespace, 'stored')).toBeNull();
    for (const key of ['stored', 'leased', 'unknown']) expect((await acquire(key)).kind).toBe('marked');
  });

  it.each<[string, string[], string]>([
    ['a replica', ['REPLICAOF', '127.0.0.1', '1'], 'not the primary'],
    ['one that may evict anything', ['CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lfu'], 'allkeys-lfu'],
  ])('is not opened at %s, and is closed when the server becomes that', async (_, command, complaint) => {
    const other = await startRedis();
    afterTest(() => other.stop());
    const before = await openAt(other.url);
    await other.command(...command);

    await expect(before.examine()).rejects.toThrow(CacheAwayError);
    expect(before.isOpen).toBe(false);
    await expect(openAt(other.url)).rejects.toThrow(complaint);
  });

  it('is closed when the server had the contents of another meanwhile', async () => {
    const [other, primary] = [await startRedis(), await startRedis()];
    afterTest(() => other.stop());
    afterTest(() => primary.stop());
    const before = await openAt(other.url);
    await other.command('REPLICAOF', '127.0.0.1', new URL(primary.url).port);
    await until(
      'it has the contents of the other',
      async () => (await replidOf(other)) === (await replidOf(primary)),
    );
    await other.command('REPLICAOF', 'NO', 'ONE');

    await expect(before.examine()).rejects.toThrow(CacheAwayError);
    expect(before.isOpen).toBe(false);
    expect((await openAt(other.url)).runId).not.toBe(before.runId);
  });

  it('is closed by a replica that refuses a mark', async () => {
    const other = await startRedis();
    afterTest(() => other.stop());
    const before = await openAt(other.url);
    await other.command('REPLICAOF', '127.0.0.1', '1');

    await expect(before.mark(namespace, ['key'], '7')).rejects.toThrow(CacheAwayError);
    expect(before.isOpen).toBe(false);
  });

  it('stays closed after the server is back, with another run id', async () => {
    const other = await startRedis();
    afterTest(() => other.stop());
    const before = await openAt(other.url);
    await other.restart();
    await until('the session is closed', () => !before.isOpen);

    await expect(before.ping()).rejects.toThrow(CacheAwayError);
    expect((await openAt(other.url)).runId).not.toBe(before.runId);
  });

  it('is closed by a server that does not answer in time', async () => {
    const other = await startRedis();
    afterTest(() => other.stop());
    const before = await openAt(other.url, 50);
    await other.signal('SIGSTOP');
    const commands = [before.get(namespace, 'key'), before.mark(namespace, ['key'], '7'), before.ping()];

    for (const outcome of await Promise.allSettled(commands)) expect(outcome.status).toBe('rejected');
    expect((await before.closed).message).toContain('did not answer within 50 ms');
    await expect(openAt(other.url, 50)).rejects.toThrow();
  });
});
