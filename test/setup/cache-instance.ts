import { setImmediate as turn } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { EpochKeeper } from '../../src/platform/cache/protocol/epoch-keeper';
import { EpochWatch } from '../../src/platform/cache/protocol/epoch-watch';
import { Marks } from '../../src/platform/cache/protocol/marks';
import { HitSampler } from '../../src/platform/cache/protocol/hit-sampler';
import { Leases } from '../../src/platform/cache/protocol/lease';
import { type Lookup, type ReadResult, Reader } from '../../src/platform/cache/protocol/reader';
import { type SyncPoint, SyncPoints } from '../../src/platform/cache/protocol/sync-points';
import { CacheStatistics } from '../../src/platform/cache/cache-statistics';
import { RedisAddress } from '../../src/platform/cache/store/redis-address';
import { RedisConnection } from '../../src/platform/cache/store/redis-connection';
import { RedisSession } from '../../src/platform/cache/store/redis-session';
import type { CacheConnection } from '../../src/platform/cache/store/cache-session';
import { MemoryConnection } from '../../src/platform/cache/store/memory-session';
import type { CacheableResponse } from '../../src/platform/cache/store/stored-response';
import { Clock } from '../../src/common/time/clock';
import { AppConfig } from '../../src/platform/config/app-config';
import { parseEnvironment } from '../../src/platform/config/environment';
import { dataSourceOptions } from '../../src/platform/postgres/data-source';
import { Heartbeat } from '../../src/platform/postgres/heartbeat';
import { UnansweredCommits } from '../../src/platform/postgres/unanswered-commits';
import { AuditQueue } from '../../src/platform/audit/audit-queue';
import { AuditTrail } from '../../src/platform/audit/audit-trail';
import { IdempotencyKeys } from '../../src/platform/writes/idempotency-keys';
import { WriteCounts } from '../../src/platform/writes/write-counts';
import { Writes } from '../../src/platform/writes/writes';
import { until } from './until';
import { AUDIT, writeRequest } from './write-request';

const MINUTE_MS = 60_000;
/** On a busy machine no command counts as late, except where a test is about that. */
const PATIENT = { CACHE_SAMPLE_ONE_IN: '0', REDIS_TIMEOUT_MS: '5000', DATABASE_SILENCE_MS: '10000' };

/** Where an instance finds its servers. Without Redis it stores responses in its own memory. */
export interface InstanceOptions {
  readonly databaseUrl: string;
  readonly redisUrl?: string;
  /** Another way to the database for reading the epoch, or for the writes. */
  readonly epochUrl?: string;
  readonly writeUrl?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A point at which a test holds a read or a write. */
export interface Hold {
  /** Resolves when a read or a write has come to this point. */
  readonly reached: Promise<void>;
  release(): void;
}

/** Sync points at which a test can hold a read or a write. */
export class TestSyncPoints extends SyncPoints {
  private readonly holds = new Map<SyncPoint, { arrive: () => void; released: Promise<void> }[]>();
  private readonly arrivals = new Map<SyncPoint, number>();

  /** Holds the next read or write that comes to this point, but none after it. */
  hold(point: SyncPoint): Hold {
    let arrive = (): void => undefined;
    let release = (): void => undefined;
    const reached = new Promise<void>((resolve) => (arrive = resolve));
    const released = new Promise<void>((resolve) => (release = resolve));
    this.holds.set(point, [...(this.holds.get(point) ?? []), { arrive, released }]);
    return { reached, release };
  }

  /** Waits until so many reads and writes have come to this point since the beginning. */
  async areAt(point: SyncPoint, count: number): Promise<void> {
    await until(`${count} are ${point}`, () => (this.arrivals.get(point) ?? 0) >= count);
  }

  override async reach(point: SyncPoint): Promise<void> {
    this.arrivals.set(point, (this.arrivals.get(point) ?? 0) + 1);
    const hold = this.holds.get(point)?.shift();
    hold?.arrive();
    await hold?.released;
  }
}

/** The body of a response that was found. */
export function bodyOf(response: CacheableResponse): string {
  if (response.status !== 200) throw new Error(`there is no body in a ${response.status}`);
  return response.body;
}

/** The cache protocol as one process runs it, over real servers. Its data are facts: a name and a version each. */
export class CacheInstance {
  readonly sync = new TestSyncPoints();
  readonly statistics = new CacheStatistics();
  readonly dataSource: DataSource;
  readonly connection: CacheConnection;
  readonly watch: EpochWatch;
  readonly keeper: EpochKeeper;
  readonly marks: Marks;
  readonly leases: Leases;
  readonly reader: Reader;
  readonly unanswered: UnansweredCommits;
  readonly writes: Writes;
  loads = 0;
  private redisUrl: string;

  private constructor({ databaseUrl, redisUrl, epochUrl, writeUrl, env }: InstanceOptions) {
    const config = new AppConfig(parseEnvironment({ ...PATIENT, ...env }));
    const timeout = config.get('REDIS_TIMEOUT_MS');
    this.redisUrl = redisUrl ?? '';
    this.dataSource = new DataSource(dataSourceOptions(config, writeUrl ?? databaseUrl));
    this.connection = redisUrl ? new RedisConnection(this.address(), timeout) : new MemoryConnection();
    const heartbeat = new Heartbeat(config.get('DATABASE_SILENCE_MS'));
    this.watch = new EpochWatch(epochUrl ?? databaseUrl, this.connection, heartbeat);
    this.keeper = new EpochKeeper(databaseUrl, this.connection, this.watch);
    this.marks = new Marks(
      this.connection,
      this.watch,
      this.keeper,
      this.dataSource,
      this.statistics,
      this.sync,
      config,
    );
    this.leases = new Leases(this.marks, this.statistics, this.sync);
    const sampler = new HitSampler(this.watch, this.statistics, config);
    this.reader = new Reader(this.watch, this.leases, sampler, this.sync);
    const clock = new Clock();
    this.unanswered = new UnansweredCommits(config.unansweredCommitsLimit);
    this.writes = new Writes(
      this.dataSource,
      this.unanswered,
      this.marks,
      new IdempotencyKeys(clock, config),
      new AuditTrail(new AuditQueue(this.dataSource, clock, this.unanswered)),
      clock,
      config,
      new WriteCounts(),
    );
  }

  /** Starts, and waits until the cache is in use. */
  static async open(options: InstanceOptions): Promise<CacheInstance> {
    const instance = new CacheInstance(options);
    await instance.dataSource.initialize();
    await instance.dataSource.query(
      'CREATE TABLE IF NOT EXISTS facts (name text PRIMARY KEY, version bigint NOT NULL)',
    );
    await instance.keeper.onApplicationBootstrap();
    return instance;
  }

  async isTrusting(): Promise<void> {
    await until('the cache is trusted', () => this.watch.trust() !== null);
  }

  /** From now on uses another Redis, as a client of a Sentinel does after a failover. */
  moveTo(redisUrl: string): void {
    this.redisUrl = redisUrl;
    this.connection.session?.close();
  }

  /** Waits until a reading of the epoch is believed, whatever it says: on a busy machine one may be late. */
  async knowsTheEpoch(): Promise<void> {
    await until('a reading of the epoch is believed', () => this.watch.databaseInForce() !== null);
  }

  /** Reads the sum of the versions of the facts whose names begin with the key. */
  async read(key: string): Promise<ReadResult> {
    return this.continue(await this.reader.lookUp(key));
  }

  /** Goes on with such a read. */
  async continue(lookup: Lookup): Promise<ReadResult> {
    const { key } = lookup;
    return this.reader.read(lookup, {
      load: async () => {
        this.loads += 1;
        const [row] = await this.dataSource.query<{ version: string }[]>(
          'SELECT coalesce(sum(version), 0)::text AS version FROM facts WHERE starts_with(name, $1)',
          [key],
        );
        return { status: 200, body: row?.version ?? '' };
      },
      ttlMs: () => MINUTE_MS,
      isComparable: true,
    });
  }

  /** Returns where a read came from, and what it read: `HIT 1`. It waits for the fill of a MISS, unless that is held. */
  async see(key: string): Promise<string> {
    await this.knowsTheEpoch();
    const { source, stored } = await this.read(key);
    if (source === 'MISS') await this.isAnswered();
    return `${source} ${bodyOf(stored.response)}`;
  }

  /** Raises the version of a fact, and evicts the keys. It waits for the release of the marks, unless that is held. */
  async raise(
    name: string,
    keys: readonly string[] = [name],
    idempotencyKey: string | null = null,
  ): Promise<string> {
    const evicts = { templates: [], keysFor: () => keys };
    const request = writeRequest({ key: idempotencyKey, fingerprint: Buffer.from(name) });
    const raised = await this.writes.run({ evicts, request }, (manager) =>
      Promise.resolve({
        response: name,
        touches: name,
        audit: AUDIT,
        change: () =>
          manager.query(
            `INSERT INTO facts AS fact (name, version) VALUES ($1, 1)
             ON CONFLICT (name) DO UPDATE SET version = fact.version + 1`,
            [name],
          ),
      }),
    );
    await this.isAnswered();
    return raised;
  }

  async close(): Promise<void> {
    await this.keeper.onApplicationShutdown();
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }

  /** Waits until Redis has answered what was sent after a response: a busy machine may take longer for it than readers wait. */
  private async isAnswered(): Promise<void> {
    await turn();
    if (this.connection.session instanceof RedisSession) await this.connection.session.drain();
  }

  private address(): RedisAddress {
    const here = new RedisAddress('', [], '');
    return Object.assign(here, { find: () => Promise.resolve({ url: this.redisUrl }) });
  }
}
