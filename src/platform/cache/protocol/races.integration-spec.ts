import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Client } from 'pg';
import { afterTest } from '../../../../test/setup/after-test';
import { CacheInstance, type InstanceOptions } from '../../../../test/setup/cache-instance';
import { createDatabase, type TestDatabase } from '../../../../test/setup/database';
import { type RedisServer, startRedis } from '../../../../test/setup/redis-server';
import { startProxy } from '../../../../test/setup/tcp-proxy';
import { until } from '../../../../test/setup/until';
import { AUDIT, writeRequest } from '../../../../test/setup/write-request';
import { withCacheOff } from './with-cache-off';

let database: TestDatabase;
let redis: RedisServer;

beforeAll(() => {
  Logger.overrideLogger(false);
});

beforeEach(async () => {
  database = await createDatabase();
  redis = await startRedis();
  afterTest(() => database.drop());
  afterTest(() => redis.stop());
});

/** An instance that trusts its cache. */
async function anInstance(options: Partial<InstanceOptions> = {}): Promise<CacheInstance> {
  const instance = await CacheInstance.open({
    databaseUrl: database.url,
    redisUrl: redis.url,
    ...options,
  });
  afterTest(() => instance.close());
  await instance.isTrusting();
  return instance;
}

async function query<Row extends object>(statement: string, url = database.url): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

async function epoch(): Promise<{ epoch: string; state: string }> {
  const [row] = await query<{ epoch: string; state: string }>('SELECT epoch::text, state FROM cache_epoch');
  if (!row) throw new Error('no epoch');
  return row;
}

describe('readers and writers', () => {
  it('find what was filled, in every process', async () => {
    const [one, other] = [await anInstance(), await anInstance()];

    expect(await one.see('fact')).toBe('MISS 0');
    expect(await one.see('fact')).toBe('HIT 0');
    expect(await other.see('fact')).toBe('HIT 0');
    await other.raise('fact');
    expect(await one.see('fact')).toBe('MISS 1');
    expect(await other.see('fact')).toBe('HIT 1');
  });

  it('refuse a late fill after a write', async () => {
    const [reader, writer] = [await anInstance(), await anInstance()];
    const late = reader.sync.hold('before fill');
    const before = await reader.see('fact');
    await late.reached;
    await writer.raise('fact');
    late.release();
    await until('the fill was refused', () => reader.statistics.protocolCounts.fills_refused === 1);

    expect(before).toBe('MISS 0');
    expect(await writer.see('fact')).toBe('MISS 1');
    expect(await reader.see('fact')).toBe('HIT 1');
  });

  it('refuse a late fill between mark and commit', async () => {
    const [reader, writer] = [await anInstance(), await anInstance()];
    const late = reader.sync.hold('before fill');
    await reader.see('fact');
    await late.reached;
    const marked = writer.sync.hold('after mark');
    const writing = writer.raise('fact');
    await marked.reached;
    late.release();
    await until('the fill was refused', () => reader.statistics.protocolCounts.fills_refused === 1);

    expect(await reader.see('fact')).toBe('BYPASS 0');
    marked.release();
    await writing;
  });

  it('do not join a load that was begun before they came, if a write came in between', async () => {
    const [reader, writer] = [await anInstance(), await anInstance()];
    const loaded = reader.sync.hold('after load');
    const first = reader.see('fact');
    await loaded.reached;
    await writer.raise('fact');
    const second = reader.see('fact');
    await reader.sync.areAt('after miss', 2);
    loaded.release();

    expect(await first).toBe('MISS 0');
    expect(await second).toMatch(/ 1$/);
  });

  it('join a load that was begun before they came, if its fill is accepted', async () => {
    const reader = await anInstance();
    const loaded = reader.sync.hold('after load');
    const first = reader.see('fact');
    await loaded.reached;
    const others = Array.from({ length: 20 }, () => reader.see('fact'));
    await reader.sync.areAt('after miss', 21);
    loaded.release();

    expect(await Promise.all([first, ...others])).toEqual(Array.from({ length: 21 }, () => 'MISS 0'));
    expect(reader.loads).toBe(1);
  });

  it('join a load that has not begun yet', async () => {
    const reader = await anInstance();
    const leased = reader.sync.hold('after lease');
    const first = reader.see('fact');
    await leased.reached;
    const others = Array.from({ length: 20 }, () => reader.see('fact'));
    await reader.sync.areAt('after miss', 21);
    leased.release();

    expect(await Promise.all([first, ...others])).toEqual(Array.from({ length: 21 }, () => 'MISS 0'));
    expect(reader.loads).toBe(1);
  });

  it('share what they load while a mark stands, and do not store it', async () => {
    const [reader, writer] = [await anInstance(), await anInstance()];
    const marked = writer.sync.hold('after mark');
    const writing = writer.raise('fact');
    await marked.reached;
    const under = await Promise.all(Array.from({ length: 20 }, () => reader.see('fact')));
    marked.release();
    await writing;

    expect(under).toEqual(Array.from({ length: 20 }, () => 'BYPASS 0'));
    expect(reader.loads).toBe(1);
    expect(await reader.see('fact')).toBe('MISS 1');
  });

  it('do not store what they loaded while a mark stood, even after it is gone', async () => {
    const [reader, writer] = [await anInstance(), await anInstance()];
    const marked = writer.sync.hold('after mark');
    const writing = writer.raise('fact');
    await marked.reached;
    const loaded = reader.sync.hold('after load');
    const under = reader.see('fact');
    await loaded.reached;
    marked.release();
    await writing;
    loaded.release();

    expect(await under).toBe('BYPASS 0');
    expect(await reader.see('fact')).toBe('MISS 1');
  });

  it('load without storing until the last of two writers of a key has released it', async () => {
    const [reader, writer] = [await anInstance(), await anInstance()];
    const marked = writer.sync.hold('after mark');
    const slow = writer.raise('sum:a', ['sum']);
    await marked.reached;
    await reader.raise('sum:b', ['sum']);

    expect(await reader.see('sum')).toBe('BYPASS 1');
    expect(await reader.see('sum')).toBe('BYPASS 1');
    marked.release();
    await slow;
    expect(await reader.see('sum')).toBe('MISS 2');
  });

  it('see a write that was acknowledged before its mark is released: they load it, and store it after the release', async () => {
    const [reader, writer] = [await anInstance(), await anInstance()];
    await reader.see('fact');
    const held = writer.sync.hold('before release');
    await writer.raise('fact');

    expect(await Promise.all([reader.see('fact'), writer.see('fact')])).toEqual(['BYPASS 1', 'BYPASS 1']);
    held.release();
    await until('the mark is released', async () => (await reader.see('fact')) === 'HIT 1');
  });

  it('see the value in the cache again after an instance that has just written was stopped', async () => {
    const [reader, writer] = [await anInstance(), await anInstance()];
    const held = writer.sync.hold('before release');
    await writer.raise('fact');
    await redis.command('CLIENT', 'PAUSE', '100');
    held.release();
    await setImmediate();
    await writer.connection.close();

    expect(await reader.see('fact')).toBe('MISS 1');
  });

  it('only lose a hit when a write is rolled back', async () => {
    const instance = await anInstance();
    await instance.see('fact');
    const evicts = { templates: [], keysFor: () => ['fact'] };
    const failing = instance.writes.run({ evicts, request: writeRequest() }, () =>
      Promise.resolve({
        response: null,
        touches: null,
        audit: AUDIT,
        change: () => Promise.reject(new Error('refused')),
      }),
    );

    await expect(failing).rejects.toThrow('refused');
    expect(await instance.see('fact')).toBe('MISS 0');
    expect(await instance.see('fact')).toBe('HIT 0');
  });

  it('mark nothing when a write has nothing to do', async () => {
    const instance = await anInstance();
    await instance.see('fact');
    const evicts = { templates: [], keysFor: () => ['fact'] };
    await instance.writes.run({ evicts, request: writeRequest() }, () =>
      Promise.resolve({ response: null, nothingToDo: true }),
    );

    expect(await instance.see('fact')).toBe('HIT 0');
  });

  it('load at most once in each of three processes, when a thousand readers miss the same key', async () => {
    const instances = [await anInstance(), await anInstance(), await anInstance()];
    const reads = instances.flatMap((instance) => Array.from({ length: 334 }, () => instance.see('fact')));
    const seen = await Promise.all(reads);

    expect(seen.filter((read) => !read.endsWith(' 0'))).toEqual([]);
    expect(instances.filter(({ loads }) => loads > 1)).toEqual([]);
  });

  it('load once in each process while the load of another process takes long', async () => {
    const [slow, ...others] = [await anInstance(), await anInstance(), await anInstance()];
    const loaded = slow.sync.hold('after load');
    const first = slow.see('fact');
    await loaded.reached;
    const reads = others.flatMap((instance) => Array.from({ length: 100 }, () => instance.see('fact')));
    const seen = await Promise.all(reads);
    loaded.release();

    expect(new Set(seen)).toEqual(new Set(['BYPASS 0']));
    expect(others.map(({ loads }) => loads)).toEqual([1, 1]);
    expect(await first).toBe('MISS 0');
  });
});

describe('a writer that dies', () => {
  it('between COMMIT and release leaves a mark that readers resolve', async () => {
    const [reader, writer] = [await anInstance(), await anInstance()];
    await reader.see('fact');
    const dead = writer.sync.hold('before release');
    void writer.raise('fact').catch(() => undefined);
    await dead.reached;

    expect(await reader.see('fact')).toBe('BYPASS 1');
    await until('the mark is resolved', async () => (await reader.see('fact')) === 'HIT 1');
  });

  it('before COMMIT leaves a mark that readers resolve', async () => {
    const [reader, writer] = [await anInstance(), await anInstance()];
    await reader.see('fact');
    const dead = writer.sync.hold('after mark');
    void writer.raise('fact').catch(() => undefined);
    await dead.reached;
    expect(await reader.see('fact')).toBe('BYPASS 0');
    await sleep(2_500);
    // Still in progress: the mark stays.
    expect(await reader.see('fact')).toBe('BYPASS 0');
    expect(await reader.see('fact')).toBe('BYPASS 0');
    await query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE state = 'idle in transaction' AND datname = current_database()`);

    await until('the mark is resolved', async () => (await reader.see('fact')) === 'HIT 0');
  });

  it('is followed by a replay that gets its response, and by reads that are up to date', async () => {
    const [reader, writer] = [await anInstance(), await anInstance()];
    await reader.see('fact');
    const dead = writer.sync.hold('before release');
    void writer.raise('fact', ['fact'], 'a-key').catch(() => undefined);
    await dead.reached;

    expect(await reader.raise('fact', ['fact'], 'a-key')).toBe('fact');
    expect(await reader.see('fact')).toBe('BYPASS 1');
  });

  it('whose COMMIT succeeded but got no reply leaves no mark and no old response', async () => {
    const proxy = await startProxy(database.url);
    afterTest(() => proxy.stop());
    const [reader, writer] = [await anInstance(), await anInstance({ writeUrl: proxy.url })];
    await reader.see('fact');
    proxy.loseAnswerTo('COMMIT\0');

    await expect(writer.raise('fact')).rejects.toThrow();
    expect(await reader.see('fact')).toBe('MISS 1');
    expect(await query('SELECT version::int FROM facts')).toEqual([{ version: 1 }]);
  });
});

describe('Redis', () => {
  it('that is emptied before COMMIT loses the mark, and the epoch changes', async () => {
    const [reader, writer] = [await anInstance(), await anInstance()];
    await reader.see('fact');
    const before = await epoch();
    const marked = writer.sync.hold('after mark');
    const writing = writer.raise('fact');
    await marked.reached;
    await redis.command('FLUSHALL');

    expect(await reader.see('fact')).toBe('BYPASS 0');
    marked.release();
    await writing;
    expect(await reader.see('fact')).toMatch(/ 1$/);
    await until('responses are stored again', async () => (await reader.see('fact')) === 'HIT 1');
    expect((await epoch()).epoch).not.toBe(before.epoch);
  });

  it('that is killed before COMMIT loses the mark, and the epoch changes', async () => {
    const [reader, writer] = [await anInstance(), await anInstance()];
    await reader.see('fact');
    const marked = writer.sync.hold('after mark');
    const writing = writer.raise('fact');
    await marked.reached;
    await redis.restart();

    expect(await reader.see('fact')).toBe('BYPASS 0');
    marked.release();
    await writing;
    expect(await reader.see('fact')).toMatch(/ 1$/);
  });

  it('that one writer cannot reach is trusted by nobody', async () => {
    const proxy = await startProxy(redis.url);
    afterTest(() => proxy.stop());
    const [reader, writer] = [await anInstance(), await anInstance({ redisUrl: proxy.url })];
    await reader.see('fact');
    await proxy.cut();
    expect(await reader.see('fact')).toBe('HIT 0');
    await writer.raise('fact');

    expect(await reader.see('fact')).toBe('BYPASS 1');
    expect((await epoch()).state).toBe('off');
    await writer.raise('fact');
    expect(await reader.see('fact')).toBe('BYPASS 2');

    await proxy.open();
    await until('responses are stored again', async () => (await reader.see('fact')) === 'HIT 2');
  });

  it('that comes back with an old dump is cold', async () => {
    const instance = await anInstance();
    await instance.see('fact');
    await redis.saveDump();
    await instance.raise('fact');
    await redis.restartFromDump();
    expect(await redis.command('KEYS', '*')).not.toEqual([]);

    expect(await instance.see('fact')).toBe('BYPASS 1');
    await until('responses are stored again', async () => (await instance.see('fact')) === 'HIT 1');
  });

  it('is cold after a replica that lagged was promoted, and the old server does no harm', async () => {
    const replica = await startRedis();
    afterTest(() => replica.stop());
    // Before the cache is in use, because a primary gets another identity with its first replica.
    await copy(redis, replica);
    const [reader, writer] = [await anInstance(), await anInstance()];
    await reader.see('fact');
    await until('the replica has the old value', async () =>
      String(await replica.command('KEYS', '*')).includes(':fact'),
    );
    await promote(replica);
    await writer.raise('fact');
    await reader.see('fact');
    expect(await reader.see('fact')).toBe('HIT 1');

    writer.moveTo(replica.url);
    await writer.raise('fact');
    expect(await reader.see('fact')).toMatch(/ 2$/);
    reader.moveTo(replica.url);
    await writer.raise('fact');
    expect(await reader.see('fact')).toMatch(/ 3$/);
    await until('responses are stored again', async () => (await reader.see('fact')) === 'HIT 3');
  });

  it('that was a replica in the meantime counts as another server, although it never stopped', async () => {
    const other = await startRedis();
    afterTest(() => other.stop());
    const instance = await anInstance();
    await instance.see('fact');
    await copy(other, redis);
    await until('a replica is not used', async () => (await instance.see('fact')) === 'BYPASS 0');
    await instance.raise('fact');
    await promote(redis);

    expect(await instance.see('fact')).toBe('BYPASS 1');
    await until('responses are stored again', async () => (await instance.see('fact')) === 'HIT 1');
  });

  it('has room for two databases', async () => {
    const other = await createDatabase();
    afterTest(() => other.drop());
    const [here, there] = [await anInstance(), await anInstance({ databaseUrl: other.url })];
    await here.raise('fact');

    expect(await there.see('fact')).toBe('MISS 0');
    expect(await here.see('fact')).toBe('MISS 1');
    await there.raise('fact');
    expect(await here.see('fact')).toBe('HIT 1');
    await until('both are trusted', () => here.watch.trust() !== null && there.watch.trust() !== null);
  });
});

describe('the epoch', () => {
  it('does not change while a write is in flight', async () => {
    const [one, other] = [await anInstance(), await anInstance()];
    const marked = one.sync.hold('after mark');
    const writing = one.raise('fact');
    await marked.reached;
    const before = await epoch();
    await other.keeper.raiseFence();

    expect(await epoch()).toEqual(before);
    marked.release();
    await writing;
    await until('the fence has taken effect', async () => (await epoch()).state === 'off');
  });

  it('changes after all when its connection is lost in the middle of a change', async () => {
    const instance = await anInstance();
    const before = await epoch();
    // The change asks the store while it holds the lock.
    await redis.signal('SIGSTOP');
    const aside = instance.keeper.raiseFence();
    await until('the connection of the change is gone', async () => {
      const gone = await query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'travel-recharge-cache' AND state = 'idle in transaction'
          AND datname = current_database()`);
      return gone.length > 0;
    });
    await redis.signal('SIGCONT');
    await aside;

    await until('the change is done after all', async () => (await epoch()).epoch !== before.epoch);
  });

  it('is trusted from the sending of a reading, not from its receipt', async () => {
    const instance = await anInstance();
    instance.watch.stop();
    // This reading opens the connection that the next one uses.
    await instance.watch.read();
    let pause = 0;
    const [monotonic, wall] = [performance.now.bind(performance), Date.now.bind(Date)];
    jest.spyOn(performance, 'now').mockImplementation(() => monotonic() + pause);
    jest.spyOn(Date, 'now').mockImplementation(() => wall() + pause);
    afterTest(() => Promise.resolve(jest.restoreAllMocks()));

    const reading = instance.watch.read();
    await setImmediate();
    pause = 1_000;
    await reading;
    expect(instance.watch.trust()).toBeNull();
    await until('a reading is trusted', async () => {
      await instance.watch.read();
      return instance.watch.trust() !== null;
    });
  });

  it('is not trusted after the wall clock has moved ahead of the monotonic clock', async () => {
    const instance = await anInstance();
    const wall = Date.now.bind(Date);
    await instance.isTrusting();
    jest.spyOn(Date, 'now').mockImplementation(() => wall() + 3_600_000);
    afterTest(() => Promise.resolve(jest.restoreAllMocks()));

    expect(instance.watch.trust()).toBeNull();
  });

  it('is switched off by a fence, and on again when the fence has expired', async () => {
    const instance = await anInstance();
    await instance.see('fact');
    await query(`INSERT INTO cache_fences VALUES (gen_random_uuid(), clock_timestamp())`);
    await until('the fence is seen', async () => (await epoch()).state === 'off');
    expect(await instance.see('fact')).toBe('BYPASS 0');
    await query(`UPDATE cache_fences SET renewed_at = renewed_at - interval '1 minute'`);

    await until('the fence has expired', async () => (await instance.see('fact')) === 'HIT 0');
    expect(await query('SELECT FROM cache_fences')).toEqual([]);
  });
});

describe('a bulk write', () => {
  it('is seen by all instances after its COMMIT, and by none before', async () => {
    const [one, other] = [await anInstance(), await anInstance()];
    await one.see('fact');
    expect(await other.see('fact')).toBe('HIT 0');

    const client = new Client({ connectionString: database.url });
    await client.connect();
    afterTest(() => client.end());
    await withCacheOff(database.url, async (beforeCommit) => {
      await client.query(`BEGIN ISOLATION LEVEL READ COMMITTED; INSERT INTO facts VALUES ('fact', 7)`);
      await beforeCommit(client);
      expect([await one.see('fact'), await other.see('fact')]).toEqual(['BYPASS 0', 'BYPASS 0']);
      await client.query('COMMIT');
    });

    expect([await one.see('fact'), await other.see('fact')].filter((seen) => !seen.endsWith(' 7'))).toEqual(
      [],
    );
    for (const instance of [one, other]) {
      await until('responses are stored again', async () => {
        const seen = await instance.see('fact');
        expect(seen).toMatch(/ 7$/);
        return seen === 'HIT 7';
      });
    }
  });

  it('fails if its fence has expired in the meantime', async () => {
    const instance = await anInstance();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    afterTest(() => client.end());
    const writing = withCacheOff(database.url, async (beforeCommit) => {
      await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
      await until('an instance removes the fence', async () => {
        // Until then it is renewed.
        await query(`UPDATE cache_fences SET renewed_at = '2000-01-01'`);
        return (await epoch()).state === 'on';
      });
      await beforeCommit(client);
    });

    await expect(writing).rejects.toThrow('run it again');
    await instance.isTrusting();
  });
});

describe('memory', () => {
  it('is used by one process for each database; another process does not cache, and its writes are seen', async () => {
    const first = await anInstance({ redisUrl: undefined });
    const second = await CacheInstance.open({ databaseUrl: database.url });
    afterTest(() => second.close());

    expect(await first.see('fact')).toBe('MISS 0');
    expect(await first.see('fact')).toBe('HIT 0');
    expect(await second.see('fact')).toBe('BYPASS 0');
    await second.raise('fact');
    expect(await first.see('fact')).toBe('BYPASS 1');
  });

  it('is used by another process when the first has ended', async () => {
    const first = await CacheInstance.open({ databaseUrl: database.url });
    await first.see('fact');
    const second = await CacheInstance.open({ databaseUrl: database.url });
    afterTest(() => second.close());
    await first.close();

    await until('the second may cache', async () => (await second.see('fact')) === 'HIT 0');
  });
});

async function copy(primary: RedisServer, replica: RedisServer): Promise<void> {
  await replica.command('REPLICAOF', '127.0.0.1', new URL(primary.url).port);
  await until('the replica copies', async () =>
    String(await replica.command('INFO', 'replication')).includes('master_link_status:up'),
  );
}

async function promote(replica: RedisServer): Promise<void> {
  await replica.command('REPLICAOF', 'NO', 'ONE');
}
