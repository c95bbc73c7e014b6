import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { CacheAwayError } from '../../../common/http/problem/service-errors';
import { CommandCounter } from './command-counter';
import { timed } from '../../../common/time/stopwatch';
import {
  type AcquireResult,
  CacheConnection,
  CacheSession,
  type ProbeTimes,
  type ServerFigures,
  type StoredKey,
  type StoredKeys,
} from './cache-session';
import type { CacheNamespace } from './cache-namespace';
import { InsertionOrder } from './insertion-order';

/** One process stores at most so many characters of names and texts. The least recently used are removed first. */
const MAX_CHARACTERS = 64 * 2 ** 20;
/** Leases of failed loads stay behind. When there are so many, all are removed; a lost lease only costs a fill. */
const MAX_LEASES = 10_000;
const PAGE_SIZE = 500;
/** How often reads look at the clock: a value may be read for so much longer. */
const CLOCK_MS = 50;

/** A text, and the order in which its name is listed. */
interface Entry {
  readonly text: string;
  readonly order: InsertionOrder;
}

interface Lease {
  readonly token: string;
  readonly deadline: number;
}

/** Values, leases and marks in the memory of the process, with the same atomic steps as in Redis. */
export class MemorySession extends CacheSession {
  readonly runId = randomUUID();
  readonly isOnlyStore = true;
  private open = true;
  private readonly values = new LRUCache<string, Entry>({
    maxSize: MAX_CHARACTERS,
    sizeCalculation: ({ text }, name) => name.length + text.length,
    // An expired value must not be counted among the keys.
    ttlAutopurge: true,
    ttlResolution: CLOCK_MS,
    onInsert: ({ order }, name) => order.insert(name),
    dispose: ({ order }, name) => order.remove(name),
  });
  /** The names of each epoch, by its name `alive`. */
  private readonly orders = new Map<string, InsertionOrder>();
  private readonly leases = new Map<string, Lease>();
  /** For each guard, when each of its marks was set. */
  private readonly marks = new Map<string, Map<string, number>>();
  private readonly alive = new Set<string>();
  private readonly commands = new CommandCounter();
  private peakSize = 0;
  private hits = 0;
  private misses = 0;

  get isOpen(): boolean {
    return this.open;
  }

  get(namespace: CacheNamespace, key: string): string | null {
    if (!this.open) throw new CacheAwayError();
    this.commands.count();
    const entry = this.values.get(namespace.valueName(key));
    if (entry) this.hits += 1;
    else this.misses += 1;
    return entry?.text ?? null;
  }

  acquire(
    namespace: CacheNamespace,
    key: string,
    token: string,
    leaseMs: number,
    isRefresh: boolean,
  ): Promise<AcquireResult> {
    return this.step(() => this.lease(namespace, key, token, leaseMs, isRefresh));
  }

  fill(namespace: CacheNamespace, key: string, token: string, text: string, ttlMs: number): Promise<boolean> {
    return this.step(() => {
      const name = namespace.guardName(key);
      if (!this.alive.has(namespace.aliveName) || this.leases.get(name)?.token !== token) return false;
      this.leases.delete(name);
      this.values.set(namespace.valueName(key), { text, order: this.orderOf(namespace) }, { ttl: ttlMs });
      this.peakSize = Math.max(this.peakSize, this.values.calculatedSize);
      return true;
    });
  }

  mark(namespace: CacheNamespace, keys: readonly string[], mark: string): Promise<void> {
    return this.step(() => {
      for (const key of keys) {
        this.forget(namespace, key);
        const name = namespace.guardName(key);
        const marks = this.marks.get(name) ?? new Map<string, number>();
        this.marks.set(name, marks.set(mark, performance.now()));
      }
    });
  }

  release(namespace: CacheNamespace, keys: readonly string[], mark: string): Promise<void> {
    return this.step(() => {
      for (const key of keys) {
        this.forget(namespace, key);
        const name = namespace.guardName(key);
        const marks = this.marks.get(name);
        marks?.delete(mark);
        if (marks?.size === 0) this.marks.delete(name);
      }
    });
  }

  drop(namespace: CacheNamespace, keys: readonly string[]): Promise<number> {
    return this.step(() => keys.filter((key) => this.forget(namespace, key)).length);
  }

  setAlive(namespace: CacheNamespace): Promise<void> {
    return this.step(() => void this.alive.add(namespace.aliveName));
  }

  isAlive(namespace: CacheNamespace): Promise<boolean> {
    return this.step(() => this.alive.has(namespace.aliveName));
  }

  examine(): Promise<void> {
    return this.ping();
  }

  sweep(current: CacheNamespace): Promise<void> {
    return this.step(() => {
      for (const names of [this.values, this.leases, this.marks, this.alive, this.orders]) {
        for (const name of [...names.keys()]) if (current.isFromEarlierEpoch(name)) names.delete(name);
      }
    });
  }

  /** Lists in the order of the fills. A read changes which value is removed next, but not this order. */
  list(namespace: CacheNamespace, position: number | null): Promise<StoredKeys> {
    return this.step(() => {
      const order = this.orderOf(namespace);
      const { names, next } = order.page(position, PAGE_SIZE);
      return { total: order.size, keys: names.flatMap((name) => this.describe(namespace, name)), next };
    });
  }

  clear(namespace: CacheNamespace): Promise<number> {
    return this.step(() => {
      const names = [...this.orderOf(namespace).names()];
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
    const probes = new Map<string, string>();
    let readMs = 0;
    const totalMs = await timed(async () => {
      await this.step(() => probes.set('probe', text));
      readMs = await timed(() => this.step(() => probes.get('probe')));
      await this.step(() => probes.delete('probe'));
    });
    return { readMs, totalMs };
  }

  close(): void {
    this.open = false;
  }

  /** A step is a synchronous function, so nothing can come in between. */
  private step<Result>(work: () => Result): Promise<Result> {
    if (!this.open) return Promise.reject(new CacheAwayError());
    this.commands.count();
    return Promise.resolve(work());
  }

  private lease(
    namespace: CacheNamespace,
    key: string,
    token: string,
    leaseMs: number,
    isRefresh: boolean,
  ): AcquireResult {
    if (!this.alive.has(namespace.aliveName)) return { kind: 'dead' };
    const entry = this.values.get(namespace.valueName(key));
    if (entry && !isRefresh) return { kind: 'value', text: entry.text };
    const name = namespace.guardName(key);
    const marks = this.marks.get(name);
    const now = performance.now();
    if (marks)
      return { kind: 'marked', marks: [...marks].map(([mark, setAt]) => ({ mark, ageMs: now - setAt })) };
    const remainingMs = (this.leases.get(name)?.deadline ?? 0) - now;
    if (remainingMs > 0) return { kind: 'wait', remainingMs };
    if (this.leases.size >= MAX_LEASES) this.leases.clear();
    this.leases.set(name, { token, deadline: now + leaseMs });
    return { kind: 'lease' };
  }

  /** Removes value and lease, and returns whether there was a value. */
  private forget(namespace: CacheNamespace, key: string): boolean {
    this.leases.delete(namespace.guardName(key));
    return this.values.delete(namespace.valueName(key));
  }

  private orderOf({ aliveName }: CacheNamespace): InsertionOrder {
    const order = this.orders.get(aliveName) ?? new InsertionOrder();
    this.orders.set(aliveName, order);
    return order;
  }

  private describe(namespace: CacheNamespace, name: string): StoredKey[] {
    const entry = this.values.peek(name);
    if (!entry) return [];
    return [
      {
        key: namespace.keyFromName(name),
        type: 'string',
        // Rounded as by Redis. Rounded up, it could be more than was asked for, because the clock stands still between two looks.
        ttl: Math.round(this.values.getRemainingTTL(name) / 1_000),
        size_bytes: Buffer.byteLength(entry.text),
      },
    ];
  }
}

/** The memory of the process, which may be used only by the process that holds the cache lock of the database. */
export class MemoryConnection extends CacheConnection {
  readonly isSingleProcess = true;
  private current: MemorySession | null = null;

  get session(): MemorySession | null {
    return this.current;
  }

  /** Opens an empty session when this process gets the lock, and closes it when the lock is lost. */
  override setLockHeld(isHeld: boolean): void {
    if (isHeld === (this.current !== null)) return;
    this.current?.close();
    this.current = isHeld ? new MemorySession() : null;
  }

  async open(): Promise<void> {
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.setLockHeld(false);
    return Promise.resolve();
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(2)}M`;
}
