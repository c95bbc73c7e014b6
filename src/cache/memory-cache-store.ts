import type { Cache } from 'cache-manager';
import { Keyv } from 'keyv';
import { LRUCache } from 'lru-cache';
import { CacheStore, ServerFigures, StoredAnswer, StoredKey, StoredKeys } from './cache-store';

/** Answers that one process keeps at most; the least recently used go first. */
const MOST_ENTRIES = 100_000;
const PAGE = 500;

/** What Keyv writes into a store: JSON with the value and when it expires, in milliseconds of the epoch. */
interface KeyvRecord {
  readonly expires?: number;
}

/** The memory behind the in-process cache. */
export class MemoryConnection {
  readonly entries = new LRUCache<string, string>({ max: MOST_ENTRIES });
  readonly keyv = new Keyv({ store: this.entries, useKeyPrefix: false });
}

/** Cached answers in the process's own memory: right for one process. */
export class MemoryCacheStore extends CacheStore {
  constructor(
    private readonly cache: Cache,
    private readonly memory: MemoryConnection,
  ) {
    super();
  }

  async read(key: string): Promise<StoredAnswer | undefined> {
    return this.cache.get<StoredAnswer>(key);
  }

  async fill(key: string, answer: StoredAnswer, timeToLive: number): Promise<void> {
    await this.cache.set(key, answer, timeToLive);
  }

  async evict(keys: readonly string[]): Promise<void> {
    await this.cache.mdel([...keys]);
  }

  async ping(): Promise<void> {
    await Promise.resolve();
  }

  async list(cursor = '0'): Promise<StoredKeys> {
    const all = this.live();
    const from = Number(cursor);
    const next = from + PAGE;
    return Promise.resolve({
      total: all.length,
      keys: all.slice(from, next),
      next_cursor: next < all.length ? String(next) : null,
    });
  }

  async figures(): Promise<ServerFigures> {
    const { heapUsed, rss } = process.memoryUsage();
    return Promise.resolve({
      redis_version: 'in-process',
      connected_clients: 1,
      used_memory: heapUsed,
      used_memory_human: megabytes(heapUsed),
      used_memory_peak: rss,
      used_memory_peak_human: megabytes(rss),
      uptime_in_seconds: Math.floor(process.uptime()),
    });
  }

  async remove(key: string): Promise<boolean> {
    return Promise.resolve(this.memory.entries.delete(key));
  }

  async clear(): Promise<number> {
    const cleared = this.live().length;
    this.memory.entries.clear();
    return Promise.resolve(cleared);
  }

  private live(): StoredKey[] {
    const now = Date.now();
    return [...this.memory.entries.entries()].flatMap(([key, text]) => {
      const { expires = Infinity } = JSON.parse(text) as KeyvRecord;
      if (expires <= now) return [];
      const ttl = Math.ceil((expires - now) / 1_000);
      return [{ key, type: 'string', ttl, size_bytes: Buffer.byteLength(text) }];
    });
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(2)}M`;
}
