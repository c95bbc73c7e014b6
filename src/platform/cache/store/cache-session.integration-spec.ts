import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@redis/client';
import { afterFile, afterTest } from '../../../../test/setup/after-test';
import { type RedisServer, startRedis } from '../../../../test/setup/redis-server';
import { until } from '../../../../test/setup/until';
import { CacheAwayError } from '../../../common/http/problem/service-errors';
import type { CacheSession } from './cache-session';
import { MemorySession } from './memory-session';
import { Prefix, ROOT } from './names';
import { RedisSession } from './redis-session';

const MINUTE = 60_000;
/** No command is taken for late on a busy machine, unless a test is about that. */
const PATIENT = 5_000;

const epoch = (number: bigint, database = 'a-database'): Prefix =>
  new Prefix(database, number, `of-${number}`);

let redis: RedisServer;
let client: ReturnType<typeof createClient>;
let session: CacheSession;
let prefix: Prefix;

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
  prefix = epoch(7n);
});

/** A lease that is asked for with this token; a minute long unless it is to end during the test. */
const acquire = (key: string, token = 'token', leaseTime = MINUTE) =>
  session.acquire(prefix, key, token, leaseTime, false);

/** Stores as a reader does. */
async function store(key: string, text = 'text', timeToLive = MINUTE): Promise<boolean> {
  await acquire(key, 'of store');
  return session.fill(prefix, key, 'of store', text, timeToLive);
}

async function listAll(): Promise<{ keys: string[]; pages: number }> {
  const seen = new Set<string>();
  let pages = 0;
  for (let position: number | null = null; position !== null || pages === 0; pages += 1) {
    const { keys, next } = await session.list(prefix, position);
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
    await session.bringToLife(prefix);
  });

  describe('acquire', () => {
    it('gives one reader the lease, and keeps the others waiting until it ends', async () => {
      expect(await acquire('key', 'one', 1_000)).toEqual({ kind: 'lease' });
      const other = await acquire('key', 'other', 1_000);

      expect(other.kind).toBe('wait');
      expect(other.kind === 'wait' && other.remaining > 0 && other.remaining <= 1_000).toBe(true);
      expect(await acquire('another key', 'other')).toEqual({ kind: 'lease' });
    });

    it('gives an ended lease to the next, and the first may not fill any more', async () => {
      await acquire('key', 'one', 20);
      await sleep(40);

      expect(await acquire('key', 'other')).toEqual({ kind: 'lease' });
      expect(await session.fill(prefix, 'key', 'one', 'text', MINUTE)).toBe(false);
      expect(await session.fill(prefix, 'key', 'other', 'text', MINUTE)).toBe(true);
    });

    it('finds what is there', async () => {
      await store('key', 'a text');

      expect(await acquire('key')).toEqual({ kind: 'value', text: 'a text' });
    });

    it('leases what is there to who refreshes it, and leaves it there meanwhile', async () => {
      await store('key', 'old');

      expect(await session.acquire(prefix, 'key', 'token', MINUTE, true)).toEqual({ kind: 'lease' });
      expect((await session.acquire(prefix, 'key', 'other', MINUTE, true)).kind).toBe('wait');
      expect(await session.get(prefix, 'key')).toBe('old');
      expect(await session.fill(prefix, 'key', 'token', 'new', MINUTE)).toBe(true);
      expect(await session.get(prefix, 'key')).toBe('new');
    });

    it('gives no lease where the epoch has no life', async () => {
      const dead = epoch(8n);

      expect(await session.acquire(dead, 'key', 'token', MINUTE, false)).toEqual({ kind: 'dead' });
      expect(await session.fill(dead, 'key', 'token', 'text', MINUTE)).toBe(false);
      expect(await session.get(dead, 'key')).toBeNull();
    });
  });

  describe('fill', () => {
    it('needs the lease, which it ends', async () => {
      expect(await session.fill(prefix, 'key', 'token', 'text', MINUTE)).toBe(false);
      await acquire('key', 'token');
      expect(await session.fill(prefix, 'key', 'another', 'text', MINUTE)).toBe(false);
      expect(await session.get(prefix, 'key')).toBeNull();
      expect(await session.fill(prefix, 'key', 'token', 'text', MINUTE)).toBe(true);
      expect(await session.fill(prefix, 'key', 'token', 'again', MINUTE)).toBe(false);
      expect(await session.get(prefix, 'key')).toBe('text');
    });

    it('keeps a text to the byte, for its time', async () => {
      const text = '200 "x" 1\n{"name":"Bogotá\u0000\r\n🚌"}';
      await store('short', text, 30);
      await store('long', text);
      expect(await session.get(prefix, 'long')).toBe(text);
      await sleep(50);

      expect(await session.get(prefix, 'short')).toBeNull();
      expect(await session.drop(prefix, ['short'])).toBe(0);
      expect(await acquire('short')).toEqual({ kind: 'lease' });
      expect(await session.list(prefix, null)).toMatchObject({ total: 1, keys: [{ key: 'long' }] });
    });

    it('is apart from other epochs', async () => {
      const other = epoch(8n);
      await session.bringToLife(other);
      await store('key');

      expect(await session.get(other, 'key')).toBeNull();
      expect(await session.fill(other, 'key', 'of store', 'text', MINUTE)).toBe(false);
    });
  });

  describe('mark', () => {
    it('drops values and leases', async () => {
      await store('stored');
      await acquire('leased', 'token');
      await session.mark(prefix, ['stored', 'leased', 'unknown'], '7');

      expect(await session.get(prefix, 'stored')).toBeNull();
      expect(await session.fill(prefix, 'leased', 'token', 'text', MINUTE)).toBe(false);
      for (const key of ['stored', 'leased', 'unknown']) expect((await acquire(key)).kind).toBe('marked');
    });

    it('keeps leases away until the last writer has released it, whoever that is', async () => {
      await session.mark(prefix, ['key'], '7');
      await session.mark(prefix, ['key'], '8');
      const marked = await acquire('key');
      const marks = marked.kind === 'marked' ? marked.marks.map(({ mark }) => mark) : [];
      expect(marks.sort()).toEqual(['7', '8']);

      await session.release(prefix, ['key'], '7');
      expect(await acquire('key')).toMatchObject({ kind: 'marked', marks: [{ mark: '8' }] });
      await session.release(prefix, ['key'], '9');
      expect(await acquire('key')).toMatchObject({ kind: 'marked', marks: [{ mark: '8' }] });
      await session.release(prefix, ['key'], '8');
      expect(await acquire('key')).toEqual({ kind: 'lease' });
    });

    it('keeps who refreshes away too', async () => {
      await session.mark(prefix, ['key'], '7');

      expect((await session.acquire(prefix, 'key', 'token', MINUTE, true)).kind).toBe('marked');
    });

    it('says how old it is', async () => {
      await session.mark(prefix, ['key'], '7');
      await sleep(60);
      const marked = await acquire('key');

      expect(marked.kind === 'marked' && marked.marks.map(({ age }) => age >= 50 && age < MINUTE)).toEqual([
        true,
      ]);
    });

    it('outlives the lease that was there before', async () => {
      await acquire('key', 'token', 10);
      await session.mark(prefix, ['key'], '7');
      await sleep(60);

      expect((await acquire('key')).kind).toBe('marked');
    });

    it('of no key does nothing', async () => {
      await store('key');
      await session.mark(prefix, [], '7');
      await session.release(prefix, [], '7');

      expect(await session.get(prefix, 'key')).toBe('text');
      expect(await session.drop(prefix, [])).toBe(0);
    });
  });

  describe('release', () => {
    it('that comes late drops value and lease as well', async () => {
      await store('stored');
      await acquire('leased', 'token');
      await session.release(prefix, ['stored', 'leased'], '7');

      expect(await session.get(prefix, 'stored')).toBeNull();
      expect(await session.fill(prefix, 'leased', 'token', 'text', MINUTE)).toBe(false);
    });
  });

  describe('drop', () => {
    it('drops values, which it counts, and leases, and nothing of other keys', async () => {
      for (const key of ['one', 'two', 'three']) await store(key);
      await acquire('leased', 'token');

      expect(await session.drop(prefix, ['one', 'three', 'leased', 'unknown'])).toBe(2);
      expect(await session.drop(prefix, ['one'])).toBe(0);
      expect(await session.get(prefix, 'one')).toBeNull();
      expect(await session.get(prefix, 'two')).toBe('text');
      expect(await session.fill(prefix, 'leased', 'token', 'text', MINUTE)).toBe(false);
    });

    it('leaves a mark', async () => {
      await session.mark(prefix, ['key'], '7');

      expect(await session.drop(prefix, ['key'])).toBe(0);
      expect((await acquire('key')).kind).toBe('marked');
    });
  });

  describe('clear', () => {
    it('drops every value, which it counts, and every lease', async () => {
      const keys = Array.from({ length: 1_200 }, (__, index) => `key:${index}`);
      await Promise.all(keys.map((key) => store(key)));
      await acquire('leased', 'token');

      expect(await session.clear(prefix)).toBe(1_200);
      expect(await listAll()).toMatchObject({ keys: [] });
      expect(await session.fill(prefix, 'leased', 'token', 'text', MINUTE)).toBe(false);
      expect(await session.clear(prefix)).toBe(0);
    });

    it('leaves marks, the epoch, and other epochs', async () => {
      const other = epoch(8n);
      await session.bringToLife(other);
      await session.acquire(other, 'key', 'token', MINUTE, false);
      await session.fill(other, 'key', 'token', 'theirs', MINUTE);
      await session.mark(prefix, ['key'], '7');

      expect(await session.clear(prefix)).toBe(0);
      expect((await acquire('key')).kind).toBe('marked');
      expect(await session.isAlive(prefix)).toBe(true);
      expect(await session.get(other, 'key')).toBe('theirs');
    });
  });

  describe('list', () => {
    it('describes a key', async () => {
      await store('card:1:balance', '{"name":"Bogotá"}');
      const { total, keys, next } = await session.list(prefix, null);

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
      await session.mark(prefix, ['marked'], '7');

      expect(await listAll()).toMatchObject({ keys: [] });
    });

    it('goes through all, page by page, although some go meanwhile', async () => {
      const keys = Array.from({ length: 1_100 }, (__, index) => `key:${index}`);
      await Promise.all(keys.map((key) => store(key)));
      const first = await session.list(prefix, null);
      const gone = first.keys[0]?.key ?? '';
      await session.drop(prefix, [gone]);
      const { keys: left, pages } = await listAll();

      expect(first.total).toBe(1_100);
      expect(first.next).not.toBeNull();
      expect(pages).toBeGreaterThan(1);
      expect(left).toEqual(keys.filter((key) => key !== gone).sort());
    });
  });

  it.each(['*', 'key?', '[a-z]', '\\', '!alive', 'alive', ':', '%7Bx%7D', 'ñ \n "quoted"', '{', '}', ''])(
    'takes the name %j for nothing but a name',
    async (name) => {
      await store('key1');
      await store(name, 'special');
      expect((await listAll()).keys).toEqual(['key1', name].sort());
      expect(await session.get(prefix, name)).toBe('special');
      await session.mark(prefix, [name], '7');
      expect((await acquire(name)).kind).toBe('marked');
      await session.release(prefix, [name], '7');
      await store(name, 'special');

      expect(await session.drop(prefix, [name])).toBe(1);
      expect(await session.isAlive(prefix)).toBe(true);
      expect((await listAll()).keys).toEqual(['key1']);
    },
  );

  describe('an epoch', () => {
    it('is alive from when it was brought to life', async () => {
      const next = epoch(8n);

      expect(await session.isAlive(prefix)).toBe(true);
      expect(await session.isAlive(next)).toBe(false);
      await session.bringToLife(next);
      expect(await session.isAlive(next)).toBe(true);
    });

    it('that is over is swept away, marks and all', async () => {
      const next = epoch(8n);
      await session.bringToLife(next);
      await session.acquire(next, 'key', 'token', MINUTE, false);
      await session.fill(next, 'key', 'token', 'text', MINUTE);
      await session.mark(next, ['marked'], '8');
      await store('key');
      await session.mark(prefix, ['marked'], '7');
      await session.sweep(next);

      expect(await session.isAlive(prefix)).toBe(false);
      expect(await session.get(prefix, 'key')).toBeNull();
      await session.bringToLife(prefix);
      expect(await acquire('marked')).toEqual({ kind: 'lease' });
      expect(await session.isAlive(next)).toBe(true);
      expect(await session.get(next, 'key')).toBe('text');
      expect((await session.acquire(next, 'marked', 'token', MINUTE, false)).kind).toBe('marked');
    });

    it('that has begun meanwhile is not swept by who is late', async () => {
      const next = epoch(10n);
      await session.bringToLife(next);
      await session.mark(next, ['marked'], '8');
      await session.sweep(prefix);

      expect(await session.isAlive(next)).toBe(true);
      expect(await session.isAlive(prefix)).toBe(true);
      expect((await session.acquire(next, 'marked', 'token', MINUTE, false)).kind).toBe('marked');
    });
  });

  it('probes without leaving anything behind', async () => {
    const { read, total } = await session.probe('{}');

    expect(total).toBeGreaterThanOrEqual(read);
    expect(await session.list(prefix, null)).toMatchObject({ total: 0 });
    expect(await client.keys(`${ROOT}probe*`)).toEqual([]);
  });

  it('counts hits and misses', async () => {
    const before = await session.figures();
    await store('a');
    await session.get(prefix, 'a');
    await session.get(prefix, 'a');
    await session.get(prefix, 'b');
    const after = await session.figures();

    // Redis counts what the steps look up, too.
    expect(after.keyspace_hits - before.keyspace_hits).toBeGreaterThanOrEqual(2);
    expect(after.keyspace_misses - before.keyspace_misses).toBeGreaterThanOrEqual(1);
    expect(after.total_commands_processed).toBeGreaterThan(before.total_commands_processed);
    for (const figure of [undefined, 'unknown', NaN]) expect(Object.values(after)).not.toContain(figure);
  });

  it('says so to everybody once it is closed', async () => {
    session.close();
    const commands: (() => Promise<unknown>)[] = [
      () => session.get(prefix, 'key'),
      () => acquire('key'),
      () => session.fill(prefix, 'key', 'token', 'text', MINUTE),
      () => session.mark(prefix, ['key'], '7'),
      () => session.release(prefix, ['key'], '7'),
      () => session.drop(prefix, ['key']),
      () => session.bringToLife(prefix),
      () => session.isAlive(prefix),
      () => session.examine(),
      () => session.sweep(prefix),
      () => session.list(prefix, null),
      () => session.clear(prefix),
      () => session.figures(),
      () => session.ping(),
      () => session.probe('{}'),
    ];

    expect(session.isOpen).toBe(false);
    for (const command of commands) await expect(command()).rejects.toThrow(CacheAwayError);
  });

  it('has a run id that the next one of memory does not have, and the next one of the same server has', async () => {
    const next = await open();
    afterTest(() => Promise.resolve(next.close()));

    expect(next.runId === session.runId).toBe(!session.isSole);
  });
});

describe(MemorySession.name, () => {
  beforeEach(async () => {
    session = new MemorySession();
    await session.bringToLife(prefix);
  });

  it('forgets the least recently used beyond its size', async () => {
    const large = 'x'.repeat(20 * 2 ** 20);
    for (const key of ['first', 'second', 'third']) await store(key, large);
    await session.get(prefix, 'first');
    await store('fourth', large);

    expect((await listAll()).keys).toEqual(['first', 'fourth', 'third']);
    expect((await session.figures()).used_memory).toBeLessThanOrEqual(64 * 2 ** 20);
  });

  it('lists in order what stays although it is read meanwhile', async () => {
    const keys = Array.from({ length: 600 }, (_, index) => `key:${index}`);
    for (const key of keys) await store(key);

    const first = await session.list(prefix, null);
    for (const key of keys.slice(500)) await session.get(prefix, key);
    await session.drop(prefix, ['key:0']);
    const second = await session.list(prefix, first.next);

    expect([...first.keys, ...second.keys].map(({ key }) => key)).toEqual(keys);
    expect(second.next).toBeNull();
  });

  it('forgets the oldest of very many leases, and no mark', async () => {
    await session.mark(prefix, ['marked'], '7');
    await acquire('first');
    for (let number = 0; number < 10_000; number += 1) await acquire(`failed load:${number}`);

    expect(await session.fill(prefix, 'first', 'token', 'text', MINUTE)).toBe(false);
    expect((await acquire('marked')).kind).toBe('marked');
    expect(await session.fill(prefix, 'failed load:9999', 'token', 'text', MINUTE)).toBe(true);
  });
});

describe(RedisSession.name, () => {
  let ofRedis: RedisSession;

  beforeEach(async () => {
    ofRedis = await openAt(redis.url);
    session = ofRedis;
    await session.bringToLife(prefix);
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

  it('gives every value and every lease a time to live, and no mark and no epoch', async () => {
    await store('stored');
    await acquire('leased', 'token', 1_000);
    await acquire('marked', 'token', 1_000);
    await session.mark(prefix, ['marked', 'marked alone'], '7');

    const stays = 'the server does not forget it';
    const times = await Promise.all(
      [
        prefix.value('stored'),
        prefix.guard('leased'),
        prefix.guard('marked'),
        prefix.guard('marked alone'),
        prefix.alive,
      ].map(async (name) => {
        const time = await client.pTTL(name);
        return time === -1 ? stays : time > 0 && time <= MINUTE;
      }),
    );
    expect(times).toEqual([true, true, stays, stays, stays]);
  });

  it('fills nothing after the epoch has lost its life, even with a lease', async () => {
    await acquire('key');
    await client.del(prefix.alive);

    expect(await session.fill(prefix, 'key', 'token', 'text', MINUTE)).toBe(false);
    expect(await session.get(prefix, 'key')).toBeNull();
  });

  it('leaves no empty guard behind', async () => {
    await store('stored');
    await session.mark(prefix, ['marked', 'stored'], '7');
    await session.release(prefix, ['marked', 'stored'], '7');
    await acquire('dropped');
    await session.drop(prefix, ['dropped']);

    expect(await client.keys(`${prefix.family}*`)).toEqual([prefix.alive]);
  });

  it('judges leases and marks by the clock of the server', async () => {
    const ago = Date.now() - 3_600_000;
    jest.spyOn(Date, 'now').mockReturnValue(ago);
    jest.spyOn(performance, 'now').mockReturnValue(ago);
    try {
      await acquire('key', 'token', MINUTE);
      await session.mark(prefix, ['marked'], '7');
    } finally {
      jest.restoreAllMocks();
    }
    const now = (await client.time()).getTime();
    const remaining = Number(await client.hGet(prefix.guard('key'), 'deadline')) - now;
    const age = now - Number(await client.hGet(prefix.guard('marked'), 'mark:7'));

    expect(remaining).toBeGreaterThan(0);
    expect(remaining).toBeLessThanOrEqual(MINUTE);
    expect(age).toBeGreaterThanOrEqual(0);
    expect(age).toBeLessThan(MINUTE);
  });

  it('sweeps and clears nothing of others', async () => {
    const next = epoch(8n);
    const elsewhere = epoch(6n, 'another-database');
    await session.bringToLife(next);
    await session.bringToLife(elsewhere);
    await client.set('card:1:balance', 'theirs');
    await client.set(`${ROOT}another}`, 'theirs');
    await store('card:1:balance');

    await session.clear(prefix);
    await session.sweep(next);

    expect(await client.keys(`${prefix.family}*`)).toEqual([next.alive]);
    expect(await session.isAlive(elsewhere)).toBe(true);
    expect(await client.mGet(['card:1:balance', `${ROOT}another}`])).toEqual(['theirs', 'theirs']);
  });

  it('goes on after the scripts of the server are gone', async () => {
    await acquire('key');
    await client.scriptFlush();

    expect(await session.fill(prefix, 'key', 'token', 'text', MINUTE)).toBe(true);
    await client.scriptFlush();
    await Promise.all(['one', 'other'].map((key) => session.mark(prefix, [key, 'key'], '7')));
    expect(await session.get(prefix, 'key')).toBeNull();
    expect((await acquire('other')).kind).toBe('marked');
  });

  it('stays open when the server refuses one command', async () => {
    await client.hSet(prefix.value('key'), 'not', 'ours');

    await expect(session.get(prefix, 'key')).rejects.toThrow(CacheAwayError);
    expect(session.isOpen).toBe(true);
    await session.ping();
  });

  it('marks in a full server, which refuses to fill', async () => {
    const full = await startRedis();
    afterTest(() => full.stop());
    session = await openAt(full.url);
    await session.bringToLife(prefix);
    await store('stored');
    await acquire('leased');
    await full.command('CONFIG', 'SET', 'maxmemory', '1');

    await expect(session.fill(prefix, 'leased', 'token', 'text', MINUTE)).rejects.toThrow(CacheAwayError);
    await session.mark(prefix, ['stored', 'leased', 'unknown'], '7');
    await session.mark(prefix, ['unknown'], '8');
    await full.command('CONFIG', 'SET', 'maxmemory', '0');
    expect(await session.get(prefix, 'stored')).toBeNull();
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

    await expect(before.mark(prefix, ['key'], '7')).rejects.toThrow(CacheAwayError);
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
    const commands = [before.get(prefix, 'key'), before.mark(prefix, ['key'], '7'), before.ping()];

    for (const outcome of await Promise.allSettled(commands)) expect(outcome.status).toBe('rejected');
    expect((await before.closed).message).toContain('did not answer within 50 ms');
    await expect(openAt(other.url, 50)).rejects.toThrow();
  });
});
