import { randomUUID } from 'node:crypto';
import type { Cache } from 'cache-manager';
import { CacheStore, ProbeTimes, ServerFigures, StoredAnswer, StoredKey, StoredKeys } from './cache-store';
import { RedisConnection } from './redis-connection';
import { timed } from './stopwatch';

/** Everything of ours in Redis begins with this. */
const PREFIX = 'travel-recharge:';
/** Beside the answers, so that a probe is never listed or cleared with them. */
const PROBE_PREFIX = 'travel-recharge-probe:';
const PROBE_MS = 5_000;
const SCAN_COUNT = 500;
const PAGE = 100;

/** What operators ask for may take longer than a request can wait for its answer; in milliseconds. */
const OPERATORS_PATIENCE = 1_000;

/** How long keys are counted, in milliseconds: a Redis may hold millions that are not ours. */
const COUNTING_TIME = 1_000;

/** Cached answers in Redis, shared by every process of the service. */
export class RedisCacheStore extends CacheStore {
  constructor(
    private readonly cache: Cache,
    private readonly redis: RedisConnection,
  ) {
    super();
  }

  async read(key: string): Promise<StoredAnswer | undefined> {
    return this.redis.command(() => this.cache.get<StoredAnswer>(PREFIX + key)).catch(() => undefined);
  }

  async fill(key: string, answer: StoredAnswer, timeToLive: number): Promise<void> {
    await this.redis.command(() => this.cache.set(PREFIX + key, answer, timeToLive)).catch(() => undefined);
  }

  async evict(keys: readonly string[]): Promise<void> {
    await this.redis.command(() => this.cache.mdel(keys.map((key) => PREFIX + key))).catch(() => undefined);
  }

  async ping(): Promise<void> {
    await this.ask(() => this.redis.client.ping());
  }

  async probe(answer: StoredAnswer): Promise<ProbeTimes> {
    const key = PROBE_PREFIX + randomUUID();
    let read = 0;
    const total = await timed(async () => {
      await this.ask(() => this.cache.set(key, answer, PROBE_MS));
      read = await timed(() => this.ask(() => this.cache.get(key)));
      await this.ask(() => this.cache.del(key));
    });
    return { read, total };
  }

  /** The position is a cursor of SCAN. */
  async list(position: number | null): Promise<StoredKeys> {
    const { cursor, keys } = await this.scanFrom(position ?? 0, PAGE);
    return {
      total: await this.count(),
      keys: (await Promise.all(keys.map((key) => this.describe(key)))).filter(isThere),
      next: cursor === 0 ? null : cursor,
    };
  }

  async figures(): Promise<ServerFigures> {
    const info = new Map<string, string>();
    const text = await this.ask(() => this.redis.client.info());
    for (const [, name = '', value = ''] of text.matchAll(/^(\w+):(.*)\r$/gm)) info.set(name, value);
    const words = (name: string): string => info.get(name) ?? 'unknown';
    const number = (name: string): number => Number(info.get(name) ?? 0);
    return {
      redis_version: words('redis_version'),
      connected_clients: number('connected_clients'),
      used_memory: number('used_memory'),
      used_memory_human: words('used_memory_human'),
      used_memory_peak: number('used_memory_peak'),
      used_memory_peak_human: words('used_memory_peak_human'),
      keyspace_hits: number('keyspace_hits'),
      keyspace_misses: number('keyspace_misses'),
      instantaneous_ops_per_sec: number('instantaneous_ops_per_sec'),
      total_connections_received: number('total_connections_received'),
      total_commands_processed: number('total_commands_processed'),
      uptime_in_seconds: number('uptime_in_seconds'),
    };
  }

  async remove(key: string): Promise<boolean> {
    return (await this.ask(() => this.redis.client.unlink(PREFIX + key))) > 0;
  }

  async clear(): Promise<number> {
    let cleared = 0;
    for await (const keys of this.scan()) {
      if (keys.length > 0) cleared += await this.ask(() => this.redis.client.unlink(keys));
    }
    return cleared;
  }

  /** Each once: SCAN may show a key twice. */
  private async count(): Promise<number> {
    const end = performance.now() + COUNTING_TIME;
    const seen = new Set<string>();
    for await (const keys of this.scan()) {
      keys.forEach((key) => seen.add(key));
      if (performance.now() > end) break;
    }
    return seen.size;
  }

  private async *scan(): AsyncGenerator<string[]> {
    let position = 0;
    do {
      const { cursor, keys } = await this.scanFrom(position, SCAN_COUNT);
      yield keys;
      position = cursor;
    } while (position !== 0);
  }

  private async scanFrom(position: number, count: number): Promise<{ cursor: number; keys: string[] }> {
    return this.ask(() => this.redis.client.scan(position, { MATCH: `${PREFIX}*`, COUNT: count }));
  }

  private async ask<Reply>(send: () => Promise<Reply>): Promise<Reply> {
    return this.redis.command(send, OPERATORS_PATIENCE);
  }

  /** Null when it has expired since it was found. */
  private async describe(key: string): Promise<StoredKey | null> {
    const { client } = this.redis;
    const [type, ttl, size] = await this.ask(() =>
      Promise.all([client.type(key), client.ttl(key), client.strLen(key)]),
    );
    return type === 'none' ? null : { key: key.slice(PREFIX.length), type, ttl, size_bytes: size };
  }
}

function isThere(key: StoredKey | null): key is StoredKey {
  return key !== null;
}
