import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { type BypassReason, CacheStatistics } from '../cache-statistics';
import { decode, encode, type StoredResponse } from '../store/stored-response';
import type { Trust } from './cache-location';
import { Marks } from './marks';
import { SyncPoints } from './sync-points';

/** How long a lease lasts. If a load takes longer, another reader may load the same. */
const LEASE_MS = 2_000;
/** How often a reader asks again while another process has the lease. */
const POLL_MS = 8;

/** The right of one reader to load a key and to store the response. */
export class Lease {
  constructor(
    private readonly trust: Trust,
    private readonly key: string,
    private readonly token: string,
    private readonly statistics: CacheStatistics,
    private readonly sync: SyncPoints,
  ) {}

  /** Stores the response, unless a write has taken the lease away. Returns whether it was stored. */
  async fill(stored: StoredResponse): Promise<boolean> {
    await this.sync.reach('before fill', this.key);
    const { namespace, session } = this.trust;
    const isFilled = await session
      .fill(namespace, this.key, this.token, encode(stored), stored.ttlMs)
      .catch(() => false);
    if (!isFilled) this.statistics.increment('fills_refused');
    this.statistics.stepListener?.(isFilled ? 'filled' : 'fill_refused', [this.key]);
    return isFilled;
  }

  /** Ends the lease after a failed load, because it would keep other readers waiting. */
  giveUp(): void {
    const { namespace, session } = this.trust;
    session.drop(namespace, [this.key]).catch(() => undefined);
  }
}

/** Acquires leases from the store. */
@Injectable()
export class Leases {
  constructor(
    private readonly marks: Marks,
    private readonly statistics: CacheStatistics,
    private readonly sync: SyncPoints,
  ) {}

  /**
   * Returns a lease, or the response if one was stored in the meantime. Otherwise it returns why the reader has to load without
   * storing.
   *
   * @param deadline until when the reader waits for another process, by the monotonic clock.
   */
  async acquire(trust: Trust, key: string, deadline: number): Promise<Lease | StoredResponse | BypassReason> {
    const token = randomUUID();
    try {
      for (let attempt = 1; ; attempt += 1) {
        const result = await trust.session.acquire(trust.namespace, key, token, LEASE_MS, false);
        if (result.kind === 'lease') return this.lease(trust, key, token);
        if (result.kind === 'value') return decode(result.text) ?? 'store_away';
        if (result.kind === 'marked') {
          this.statistics.stepListener?.('met_mark', [key]);
          this.marks.resolve(trust, key, result.marks);
          return 'write_under_way';
        }
        if (result.kind === 'dead') return 'not_trusted';
        if (performance.now() >= deadline) return 'loaded_elsewhere';
        if (attempt === 1) this.statistics.increment('waits');
        await sleep(Math.min(POLL_MS, result.remainingMs));
      }
    } catch {
      return 'store_away';
    }
  }

  /** Returns a lease for a key that has a value, which stays until it is replaced; null if there is none to be had. */
  async acquireForRefresh(trust: Trust, key: string): Promise<Lease | null> {
    const token = randomUUID();
    const result = await trust.session.acquire(trust.namespace, key, token, LEASE_MS, true).catch(() => null);
    return result?.kind === 'lease' ? this.lease(trust, key, token) : null;
  }

  private lease(trust: Trust, key: string, token: string): Lease {
    this.statistics.stepListener?.('leased', [key]);
    return new Lease(trust, key, token, this.statistics, this.sync);
  }
}
