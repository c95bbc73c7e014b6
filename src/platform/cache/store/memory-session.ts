import { randomUUID } from 'node:crypto';
import { setImmediate as immediately } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { CacheAwayError } from '../../../common/http/problem/service-errors';
import { CommandCounter } from './command-counter';
import { timed } from '../../../common/time/stopwatch';
import {
  type Acquired,
  CacheConnection,
  CacheSession,
  type ProbeTimes,
  type ServerFigures,
  type StoredKey,
  type StoredKeys,
} from './cache-session';
import type { Prefix } from './names';
import { WrittenOrder } from './written-order';

/** What one process keeps at most, as characters of names and texts; the least recently used go first. */
const MOST_CHARACTERS = 64 * 2 ** 20;
/** A lease may never be used up; a lost one only costs a fill. */
const MOST_LEASES = 10_000;
const PAGE = 500;

/** A text, and where its name is listed. */
interface Entry {
  readonly text: string;
  readonly order: WrittenOrder;
}

interface Lease {
  readonly token: string;
  readonly deadline: number;
}

/** Values, leases and marks in the process's own memory: the same steps as in Redis. */
export class MemorySession extends CacheSession {
  readonly runId = randomUUID();
  readonly isSole = true;
  private open = true;
  private readonly values = new LRUCache<string, Entry>({
    maxSize: MOST_CHARACTERS,
    sizeCalculation: ({ text }, name) => name.length + text.length,
    // What has expired is not counted among the keys.
    ttlAutopurge: true,
    onInsert: ({ order }, name) => order.write(name),
    dispose: ({ order }, name) => order.remove(name),
  });
  /** By the name of the epoch's life. */
  private readonly orders = new Map<string, WrittenOrder>();
  private readonly leases = new Map<string, Lease>();
  /** By guard: the time of each mark. */
  private readonly marks = new Map<string, Map<string, number>>();
  private readonly alive = new Set<string>();
  private readonly commands = new CommandCounter();
  private peakSize = 0;
  private hits = 0;
  private misses = 0;

  get isOpen(): boolean {
    return this.open;
  }

  /**
   * Answers after all requests of this turn of the event loop have been read, as Redis would: to read one and write one in
   * turns takes half as much time again for each.
   */
  async get(prefix: Prefix, key: string): Promise<string | null> {
    await immediately();
    return this.step(() => {
      const entry = this.values.get(prefix.value(key));
      if (entry) this.hits += 1;
      else this.misses += 1;
      return entry?.text ?? null;
    });
  }

  acquire(
    prefix: Prefix,
    key: string,
    token: string,
    leaseTime: number,
    refresh: boolean,
  ): Promise<Acquired> {
    return this.step(() => this.lease(prefix, key, token, leaseTime, refresh));
  }

  fill(prefix: Prefix, key: string, token: string, text: string, timeToLive: number): Promise<boolean> {
    return this.step(() => {
      const name = prefix.guard(key);
      if (!this.alive.has(prefix.alive) || this.leases.get(name)?.token !== token) return false;
      this.leases.delete(name);
      this.values.set(prefix.value(key), { text, order: this.orderOf(prefix) }, { ttl: timeToLive });
      this.peakSize = Math.max(this.peakSize, this.values.calculatedSize);
      return true;
    });
  }

  mark(prefix: Prefix, keys: readonly string[], mark: string): Promise<void> {
    return this.step(() => {
      for (const key of keys) {
        this.forget(prefix, key);
        const name = prefix.guard(key);
        const marks = this.marks.get(name) ?? new Map<string, number>();
        this.marks.set(name, marks.set(mark, performance.now()));
      }
    });
  }

  release(prefix: Prefix, keys: readonly string[], mark: string): Promise<void> {
    return this.step(() => {
      for (const key of keys) {
        this.forget(prefix, key);
        const name = prefix.guard(key);
        const marks = this.marks.get(name);
        marks?.delete(mark);
        if (marks?.size === 0) this.marks.delete(name);
      }
    });
  }

  drop(prefix: Prefix, keys: readonly string[]): Promise<number> {
    return this.step(() => keys.filter((key) => this.forget(prefix, key)).length);
  }

  bringToLife(prefix: Prefix): Promise<void> {
    return this.step(() => void this.alive.add(prefix.alive));
  }

  isAlive(prefix: Prefix): Promise<boolean> {
    return this.step(() => this.alive.has(prefix.alive));
  }

  examine(): Promise<void> {
    return this.ping();
  }

  sweep(current: Prefix): Promise<void> {
    return this.step(() => {
      for (const names of [this.values, this.leases, this.marks, this.alive, this.orders]) {
        for (const name of [...names.keys()]) if (current.succeeds(name)) names.delete(name);
      }
    });
  }

  /** In the order in which they were filled: what is read meanwhile moves among the recently used, not here. */
  list(prefix: Prefix, position: number | null): Promise<StoredKeys> {
    return this.step(() => {
      const order = this.orderOf(prefix);
      const { names, next } = order.page(position, PAGE);
      return { total: order.size, keys: names.flatMap((name) => this.describe(prefix, name)), next };
    });
  }

  clear(prefix: Prefix): Promise<number> {
    return this.step(() => {
      const names = [...this.orderOf(prefix).names()];
      names.forEach((name) => this.values.delete(name));
      this.leases.clear();
      return names.length;
    });
  }

  figures(): Promise<ServerFigures> {
    const { values, peakSize } = this;
    return this.step(() => ({
      redis_version: 'in-process',
      connected_clients: 1,
      used_memory: values.calculatedSize,
      used_memory_human: megabytes(values.calculatedSize),
      used_memory_peak: peakSize,
      used_memory_peak_human: megabytes(peakSize),
      keyspace_hits: this.hits,
      keyspace_misses: this.misses,
      instantaneous_ops_per_sec: this.commands.perSecond,
      total_connections_received: 1,
      total_commands_processed: this.commands.total,
      uptime_in_seconds: Math.floor(process.uptime()),
    }));
  }

  ping(): Promise<void> {
    return this.step(() => undefined);
  }

  async probe(text: string): Promise<ProbeTimes> {
    const trial = new Map<string, string>();
    let read = 0;
    const total = await timed(async () => {
      await this.step(() => trial.set('probe', text));
      read = await timed(() => this.step(() => trial.get('probe')));
      await this.step(() => trial.delete('probe'));
    });
    return { read, total };
  }

  close(): void {
    this.open = false;
  }

  /** Nothing comes in between: a step is a synchronous function. */
  private step<Result>(work: () => Result): Promise<Result> {
    if (!this.open) return Promise.reject(new CacheAwayError());
    this.commands.count();
    return Promise.resolve(work());
  }

  private lease(prefix: Prefix, key: string, token: string, leaseTime: number, refresh: boolean): Acquired {
    if (!this.alive.has(prefix.alive)) return { kind: 'dead' };
    const entry = this.values.get(prefix.value(key));
    if (entry && !refresh) return { kind: 'value', text: entry.text };
    const name = prefix.guard(key);
    const marks = this.marks.get(name);
    const now = performance.now();
    if (marks) return { kind: 'marked', marks: [...marks].map(([mark, at]) => ({ mark, age: now - at })) };
    const remaining = (this.leases.get(name)?.deadline ?? 0) - now;
    if (remaining > 0) return { kind: 'wait', remaining };
    if (this.leases.size >= MOST_LEASES) this.leases.clear();
    this.leases.set(name, { token, deadline: now + leaseTime });
    return { kind: 'lease' };
  }

  /** Whether there was a value. */
  private forget(prefix: Prefix, key: string): boolean {
    this.leases.delete(prefix.guard(key));
    return this.values.delete(prefix.value(key));
  }

  private orderOf({ alive }: Prefix): WrittenOrder {
    const order = this.orders.get(alive) ?? new WrittenOrder();
    this.orders.set(alive, order);
    return order;
  }

  private describe(prefix: Prefix, name: string): StoredKey[] {
    const entry = this.values.peek(name);
    if (!entry) return [];
    return [
      {
        key: prefix.keyOf(name),
        type: 'string',
        ttl: Math.ceil(this.values.getRemainingTTL(name) / 1_000),
        size_bytes: Buffer.byteLength(entry.text),
      },
    ];
  }
}

/** Memory that only the process with the database's cache lock may use. */
export class MemoryConnection extends CacheConnection {
  readonly isExclusive = true;
  private current: MemorySession | null = null;

  get session(): MemorySession | null {
    return this.current;
  }

  /** Opened and closed by who holds the lock: an opened one is empty. */
  override allow(isAllowed: boolean): void {
    if (isAllowed === (this.current !== null)) return;
    this.current?.close();
    this.current = isAllowed ? new MemorySession() : null;
  }

  async open(): Promise<void> {
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.allow(false);
    return Promise.resolve();
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(2)}M`;
}
