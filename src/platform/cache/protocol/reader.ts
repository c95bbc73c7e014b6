import { Injectable } from '@nestjs/common';
import type { Awaitable } from '../../../common/awaitable';
import type { BypassReason, ReadSource } from '../cache-statistics';
import type { CacheNamespace } from '../store/cache-namespace';
import type { StoredResponse } from '../store/stored-response';
import { type CacheLoader, isDueForRefresh, loadForStorage } from './cache-loader';
import type { Trust } from './cache-location';
import { EpochWatch } from './epoch-watch';
import { HitSampler } from './hit-sampler';
import { Lease, Leases } from './lease';
import { SingleFlight } from './single-flight';
import { SyncPoints } from './sync-points';

/** How long a reader waits for a load of another process before it loads itself. */
const MAX_WAIT_MS = 100;

/** What a reader gets: a response, and where it came from. */
export interface ReadResult {
  readonly stored: StoredResponse;
  readonly source: ReadSource;
  /** Why it was not stored; only of a BYPASS. */
  readonly reason?: BypassReason;
}

interface Arrival {
  readonly key: string;
  /** By the monotonic clock, in milliseconds. */
  readonly arrivedAt: number;
  /** What was trusted when the reader arrived. */
  readonly trust: Trust | null;
}

/** How a read began: what was trusted when it arrived, and what was stored there. */
export interface Lookup extends Arrival {
  /** What the reader gets, if it is there. */
  readonly stored: StoredResponse | undefined;
  /** What a hit is also the occasion for, which takes a load. */
  readonly due: 'refresh' | 'comparison' | null;
}

/** The reader's part of the protocol: a hit is one command, and all readers who miss share one load. */
@Injectable()
export class Reader {
  private readonly flights = new Map<string, SingleFlight>();

  constructor(
    private readonly watch: EpochWatch,
    private readonly leases: Leases,
    private readonly sampler: HitSampler,
    private readonly sync: SyncPoints,
  ) {}

  /** Begins a read. It is over if something is stored and nothing is due; otherwise it goes on with `read`. */
  lookUp(key: string): Awaitable<Lookup> {
    const arrivedAt = performance.now();
    const trust = this.watch.trust();
    const began = (stored?: StoredResponse): Lookup => ({
      key,
      arrivedAt,
      trust,
      stored,
      due: stored ? this.dueAt(stored) : null,
    });
    const stored = trust?.get(key);
    return stored instanceof Promise ? stored.then(began) : began(stored);
  }

  /** Goes on with a read. What the store had is not asked for again. */
  async read(lookup: Lookup, loader: CacheLoader): Promise<ReadResult> {
    const { key, trust, stored, due } = lookup;
    if (trust && stored) {
      if (due === 'refresh') void this.refresh(trust, key, loader);
      if (due === 'comparison' && loader.isComparable) void this.sampler.compare(trust, key, loader, stored);
      return { stored, source: 'HIT' };
    }
    await this.sync.reach('after miss', key);
    return this.readAfterMiss(lookup, loader);
  }

  /** Returns what is stored even when it is not trusted, for routes that prefer an old response to none. */
  async readUntrusted(key: string): Promise<StoredResponse | undefined> {
    return this.watch.location()?.get(key);
  }

  /**
   * Joins the load of this key that is under way in this process, if its result is as new as that of a new load. That
   * is so if the load was begun after this reader arrived. It is also so if the load was begun earlier, but its fill was
   * sent after this reader arrived, and was accepted: then no write came in between. What the other reader found in the
   * store is never shared.
   */
  private async readAfterMiss(lookup: Lookup, loader: CacheLoader): Promise<ReadResult> {
    const { key, arrivedAt } = lookup;
    let { trust } = lookup;
    for (;;) {
      const flight = this.flights.get(key);
      if (!flight) return this.lead({ key, arrivedAt, trust }, loader);
      const read = await flight.join(arrivedAt, trust?.namespace);
      if (read) return read;
      // The other's fill was waited for. A store that is so slow is not waited for again.
      if (performance.now() > arrivedAt + MAX_WAIT_MS) trust = null;
      const stored = await trust?.get(key);
      if (stored) return { stored, source: 'HIT' };
    }
  }

  /** Loads the response, for this reader and for those who join; stores it if there is a lease. */
  private async lead({ key, trust, arrivedAt }: Arrival, loader: CacheLoader): Promise<ReadResult> {
    const flight = this.startFlight(key, trust?.namespace);
    let isFilling = false;
    try {
      const acquired = trust
        ? await this.leases.acquire(trust, key, arrivedAt + MAX_WAIT_MS)
        : ('not_trusted' as const);
      const isLease = acquired instanceof Lease;
      if (!isLease && typeof acquired !== 'string') return { stored: acquired, source: 'HIT' };
      await this.sync.reach('after lease', key);
      const read = await flight.load(() => this.load(acquired, loader));
      await this.sync.reach('after load', key);
      if (isLease) {
        isFilling = true;
        // The reader does not wait for the fill, because it has its response already.
        void flight.fill(read, () => acquired.fill(read.stored));
      }
      return read;
    } finally {
      if (!isFilling) flight.end();
    }
  }

  /** A method of its own, so that the callback of the flight does not keep the request in memory (see SingleFlight). */
  private startFlight(key: string, namespace: CacheNamespace | undefined): SingleFlight {
    const flight = new SingleFlight(namespace, () => this.flights.delete(key));
    this.flights.set(key, flight);
    return flight;
  }

  /** @param acquired a lease, or why there is none. */
  private async load(acquired: Lease | BypassReason, loader: CacheLoader): Promise<ReadResult> {
    try {
      const stored = await loadForStorage(loader);
      if (acquired instanceof Lease) return { stored, source: 'MISS' };
      return { stored, source: 'BYPASS', reason: acquired };
    } catch (error) {
      if (acquired instanceof Lease) acquired.giveUp();
      throw error;
    }
  }

  private dueAt(hit: StoredResponse): Lookup['due'] {
    if (isDueForRefresh(hit)) return 'refresh';
    return this.sampler.isDue() ? 'comparison' : null;
  }

  /** Loads before the expiry, under a lease as always. Until the fill all readers get what is stored. */
  private async refresh(trust: Trust, key: string, loader: CacheLoader): Promise<void> {
    const lease = await this.leases.acquireForRefresh(trust, key);
    if (!lease) return;
    try {
      await lease.fill(await loadForStorage(loader));
    } catch {
      // What is stored stays until it expires. While the database is away, there may be nothing else.
    }
  }
}
