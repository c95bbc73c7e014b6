import { randomUUID } from 'node:crypto';
import type { Cache } from 'cache-manager';
import { Keyv } from 'keyv';
import { LRUCache } from 'lru-cache';
import { CacheStore, ProbeTimes, ServerFigures, StoredAnswer, StoredKeys } from './cache-store';
import { CommandCounter } from './command-counter';
import { timed } from './stopwatch';

/** What one process keeps at most, as characters of keys and answers; the least recently used go first. */
const MOST_CHARACTERS = 64 * 2 ** 20;
const PAGE = 500;
const PROBE_MS = 5_000;

/** An answer as Keyv writes it, and the how manieth it was. */
interface Entry {
  readonly text: string;
  readonly number: number;
}

/** The memory behind the in-process cache. */
export class MemoryConnection {
  readonly entries = new LRUCache<string, Entry>({
    maxSize: MOST_CHARACTERS,
    sizeCalculation: ({ text }, key) => key.length + text.length,
  });
  readonly keyv = new Keyv({ store: this.keyvStore(), useKeyPrefix: false });
  peakSize = 0;
  private written = 0;

  /** The time-to-live, in milliseconds, is kept here as well as by Keyv, so that what expired is not listed. */
  private keyvStore() {
    const { entries } = this;
    return {
      get: (key: string) => entries.get(key)?.text,
      set: (key: string, text: string, ttl?: number) => {
        entries.set(key, { text, number: (this.written += 1) }, { ttl });
        this.peakSize = Math.max(this.peakSize, entries.calculatedSize);
      },
      delete: (key: string) => entries.delete(key),
      clear: () => entries.clear(),
    };
  }
}

/** Cached answers in the process's own memory: right for one process. */
export class MemoryCacheStore extends CacheStore {
  private readonly commands = new CommandCounter();
  private hits = 0;
  private misses = 0;

  constructor(
    private readonly cache: Cache,
    private readonly memory: MemoryConnection,
  ) {
    super();
  }

  async read(key: string): Promise<StoredAnswer | undefined> {
    this.commands.count();
    const answer = await this.cache.get<StoredAnswer>(key);
    if (answer) this.hits += 1;
    else this.misses += 1;
    return answer;
  }

  async fill(key: string, answer: StoredAnswer, timeToLive: number): Promise<void> {
    this.commands.count();
    await this.cache.set(key, answer, timeToLive);
  }

  async evict(keys: readonly string[]): Promise<void> {
    this.commands.count();
    await this.cache.mdel([...keys]);
  }

  async ping(): Promise<void> {
    return Promise.resolve();
  }

  async probe(answer: StoredAnswer): Promise<ProbeTimes> {
    const key = `probe:${randomUUID()}`;
    let read = 0;
    const total = await timed(async () => {
      await this.cache.set(key, answer, PROBE_MS);
      read = await timed(() => this.cache.get(key));
      await this.cache.del(key);
    });
    return { read, total };
  }

  /** In the order in which they were filled: what is read meanwhile moves among the recently used, not here. */
  async list(position: number | null): Promise<StoredKeys> {
    const { entries } = this.memory;
    const all = [...entries.entries()].sort(([, one], [, other]) => one.number - other.number);
    const rest = all.filter(([, { number }]) => number > (position ?? 0));
    const page = rest.slice(0, PAGE);
    return Promise.resolve({
      total: all.length,
      keys: page.map(([key, { text }]) => ({
        key,
        type: 'string',
        ttl: Math.ceil(entries.getRemainingTTL(key) / 1_000),
        size_bytes: Buffer.byteLength(text),
      })),
      next: rest.length > page.length ? (page.at(-1)?.[1].number ?? null) : null,
    });
  }

  async figures(): Promise<ServerFigures> {
    const { entries, peakSize } = this.memory;
    return Promise.resolve({
      redis_version: 'in-process',
      connected_clients: 1,
      used_memory: entries.calculatedSize,
      used_memory_human: megabytes(entries.calculatedSize),
      used_memory_peak: peakSize,
      used_memory_peak_human: megabytes(peakSize),
      keyspace_hits: this.hits,
      keyspace_misses: this.misses,
      instantaneous_ops_per_sec: this.commands.perSecond,
      total_connections_received: 1,
      total_commands_processed: this.commands.total,
      uptime_in_seconds: Math.floor(process.uptime()),
    });
  }

  async remove(key: string): Promise<boolean> {
    const { entries } = this.memory;
    return Promise.resolve(entries.has(key) && entries.delete(key));
  }

  async clear(): Promise<number> {
    const { entries } = this.memory;
    const cleared = [...entries.keys()].length;
    entries.clear();
    return Promise.resolve(cleared);
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(2)}M`;
}
