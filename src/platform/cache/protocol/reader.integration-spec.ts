import { AppConfig } from '../../config/app-config';
import { parseEnvironment } from '../../config/environment';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { afterTest } from '../../../../test/setup/after-test';
import { bodyOf, CacheInstance } from '../../../../test/setup/cache-instance';
import { createDatabase } from '../../../../test/setup/database';
import { startRedis } from '../../../../test/setup/redis-server';
import { until } from '../../../../test/setup/until';
import type { CacheableResponse } from '../store/stored-response';
import type { CacheLoader } from './cache-loader';
import { HitSampler } from './hit-sampler';
import { type ReadResult, Reader } from './reader';

const MINUTE = 60_000;

beforeAll(() => {
  Logger.overrideLogger(false);
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe.each(['in the process', 'in Redis'])('a reader whose store is %s', (where) => {
  let instance: CacheInstance;

  beforeEach(async () => {
    const database = await createDatabase();
    afterTest(() => database.drop());
    const redis = where === 'in Redis' ? await startRedis() : undefined;
    if (redis) afterTest(() => redis.stop());
    instance = await CacheInstance.open({ databaseUrl: database.url, redisUrl: redis?.url });
    afterTest(() => instance.close());
    await instance.isTrusting();
  });

  async function see(key: string, load: CacheLoader): Promise<string> {
    await instance.knowsTheEpoch();
    const { source, stored } = await read(instance.reader, key, load);
    return `${source} ${bodyOf(stored.response)}`;
  }

  async function isStored(key: string, load: CacheLoader): Promise<void> {
    await see(key, load);
    await until('the response is stored', async () => (await see(key, load)).startsWith('HIT'));
  }

  it('refreshes before the expiry what takes long to load, and serves the stored response in the meantime', async () => {
    const counting = new CountingLoader(500, 15_000);
    // With the smallest random number there is no early refresh.
    jest.spyOn(Math, 'random').mockReturnValue(0);
    await isStored('key', counting);
    // A read that trusts no answer yet loads one for itself.
    const { loads } = counting;
    const stored = await see('key', counting);
    expect([stored, counting.loads]).toEqual([expect.stringMatching(/^HIT/), loads]);

    // With the largest it comes 36 times the duration of the load before the expiry.
    jest.spyOn(Math, 'random').mockReturnValue(1 - Number.EPSILON);
    const seen = await Promise.all(Array.from({ length: 20 }, () => see('key', counting)));
    expect(new Set(seen)).toEqual(new Set([stored]));
    jest.spyOn(Math, 'random').mockReturnValue(0);
    await until('it is refreshed', async () => {
      const found = await see('key', counting);
      expect(found).toMatch(/^HIT/);
      return found !== stored;
    });
    expect(counting.loads).toBe(loads + 1);
  });

  it('passes a failed load on to all readers that waited, and leaves no lease behind', async () => {
    const failing = new CountingLoader(0, MINUTE);
    failing.load = () => Promise.reject(new Error('refused'));
    const reads = Array.from({ length: 5 }, () => read(instance.reader, 'key', failing));

    for (const { status } of await Promise.allSettled(reads)) expect(status).toBe('rejected');
    expect(await see('key', new CountingLoader(0, MINUTE))).toBe('MISS 1');
    expect(instance.statistics.protocolCounts.waits).toBe(0);
  });

  it('waits for a slow store no more when it has waited for the fill of another reader in vain', async () => {
    const { session } = instance.connection;
    if (!session) throw new Error('there is no store');
    const [get, acquire] = [jest.spyOn(session, 'get'), jest.spyOn(session, 'acquire')];
    const load = new HeldLoader();
    const fill = instance.sync.hold('before fill');
    const leader = read(instance.reader, 'key', load);
    await until('the leader loads', () => load.held.length === 1);
    const joining = read(instance.reader, 'key', load);
    await Promise.all(get.mock.results.map(({ value }) => value as unknown));
    await new Promise(setImmediate);
    const joinedAt = performance.now();
    load.answer();
    await fill.reached;
    expect(bodyOf((await leader).stored.response)).toBe('1');
    await instance.raise('fact', ['key']);
    await until('the joiner has waited for long', () => performance.now() > joinedAt + 150);
    get.mockClear();
    acquire.mockClear();

    fill.release();
    await until('the joiner loads', () => load.held.length === 1);
    load.answer();

    const { source, stored } = await joining;
    expect([source, bodyOf(stored.response)]).toEqual(['BYPASS', '2']);
    expect(get).not.toHaveBeenCalled();
    expect(acquire).not.toHaveBeenCalled();
  });

  describe('compares a hit with the database', () => {
    let sampler: Reader;

    beforeEach(() => {
      const { watch, leases, statistics, sync } = instance;
      const config = new AppConfig(parseEnvironment({ CACHE_SAMPLE_ONE_IN: '1' }));
      sampler = new Reader(watch, leases, new HitSampler(watch, statistics, config), sync);
    });

    it('and counts what differs', async () => {
      const load = new CountingLoader(0, MINUTE);
      await isStored('key', load);
      const same = { ...load, load: () => Promise.resolve({ status: 200, body: '1' } as const) };
      await read(sampler, 'key', same);
      await until('it was compared', () => instance.statistics.protocolCounts.samples === 1);
      expect(instance.statistics.protocolCounts.differences).toBe(0);

      await read(sampler, 'key', load);
      await until('it was compared', () => instance.statistics.protocolCounts.samples === 2);
      expect(instance.statistics.protocolCounts.differences).toBe(1);
    });

    it('but not a response that changes with time', async () => {
      const load = new CountingLoader(0, MINUTE, false);
      await isStored('key', load);
      const { loads } = load;
      await read(sampler, 'key', load);
      await new Promise(setImmediate);

      expect(load.loads).toBe(loads);
    });

    it('but not if a write came in between', async () => {
      const load = new CountingLoader(0, MINUTE);
      await isStored('fact', load);
      let isDone = false;
      const written = async (): Promise<CacheableResponse> => {
        await instance.raise('fact');
        isDone = true;
        return { status: 200, body: 'new' };
      };
      await read(sampler, 'fact', { ...load, load: written });
      await until('it was written', () => isDone);

      expect(await see('fact', load)).toBe('MISS 2');
      expect(instance.statistics.protocolCounts).toMatchObject({ samples: 0, differences: 0 });
    });
  });
});

async function read(reader: Reader, key: string, load: CacheLoader): Promise<ReadResult> {
  return reader.read(await reader.lookUp(key), load);
}

/** Its first load returns 1, its second 2, and so on, each when it is told to. */
class HeldLoader implements CacheLoader {
  readonly isComparable = true;
  readonly held: (() => void)[] = [];
  private loads = 0;

  load = (): Promise<CacheableResponse> => {
    const body = String((this.loads += 1));
    return new Promise((resolve) => this.held.push(() => resolve({ status: 200, body })));
  };

  /** Lets the load that waits end. */
  answer(): void {
    this.held.shift()?.();
  }

  ttlMs = (): number => MINUTE;
}

/** Its first load returns 1, its second 2, and so on. */
class CountingLoader implements CacheLoader {
  loads = 0;

  constructor(
    private readonly loadMs: number,
    private readonly stayMs: number,
    readonly isComparable = true,
  ) {}

  load = async (): Promise<CacheableResponse> => {
    this.loads += 1;
    const body = String(this.loads);
    await sleep(this.loadMs);
    return { status: 200, body };
  };

  ttlMs = (): number => this.stayMs;
}
