import type { Cache } from 'cache-manager';
import { CacheStore, ServerFigures, StoredAnswer, StoredKey, StoredKeys } from './cache-store';
import { RedisConnection } from './redis-connection';

/** Everything of ours in Redis begins with this. */
const PREFIX = 'travel-recharge:';
const SCAN_COUNT = 500;

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
    await this.redis.command(() => this.redis.client.ping());
  }

  async list(cursor = '0'): Promise<StoredKeys> {
    const { client } = this.redis;
    const { cursor: next, keys } = await this.redis.command(() =>
      client.scan(Number(cursor), { MATCH: `${PREFIX}*`, COUNT: SCAN_COUNT }),
    );
    return {
      total: await this.count(),
      keys: await Promise.all(keys.map((key) => this.describe(key))),
      next_cursor: next === 0 ? null : String(next),
    };
  }

  async figures(): Promise<ServerFigures> {
    const info = await this.redis.command(() => this.redis.client.info());
    return Object.fromEntries(
      info.split('\r\n').flatMap((line) => {
        const [, name, value] = /^(\w+):(.*)$/.exec(line) ?? [];
        return name === undefined || value === undefined ? [] : [[name, numeric(value)]];
      }),
    );
  }

  async remove(key: string): Promise<boolean> {
    return (await this.redis.command(() => this.redis.client.unlink(PREFIX + key))) > 0;
  }

  async clear(): Promise<number> {
    let cleared = 0;
    for await (const keys of this.scan()) {
      if (keys.length > 0) cleared += await this.redis.command(() => this.redis.client.unlink(keys));
    }
    return cleared;
  }

  private async count(): Promise<number> {
    const seen = new Set<string>();
    for await (const keys of this.scan()) keys.forEach((key) => seen.add(key));
    return seen.size;
  }

  private async *scan(): AsyncGenerator<string[]> {
    let cursor = 0;
    do {
      const page = await this.redis.command(() =>
        this.redis.client.scan(cursor, { MATCH: `${PREFIX}*`, COUNT: SCAN_COUNT }),
      );
      yield page.keys;
      cursor = page.cursor;
    } while (cursor !== 0);
  }

  private async describe(key: string): Promise<StoredKey> {
    const { client } = this.redis;
    const [type, ttl, size] = await this.redis.command(() =>
      Promise.all([client.type(key), client.ttl(key), client.strLen(key)]),
    );
    return { key: key.slice(PREFIX.length), type, ttl, size_bytes: size };
  }
}

function numeric(text: string): string | number {
  return /^\d{1,15}$/.test(text) ? Number(text) : text;
}
