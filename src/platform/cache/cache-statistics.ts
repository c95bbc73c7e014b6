import { Injectable } from '@nestjs/common';

/** Where the response of a cached operation came from, as the header `X-Cache` says. */
export type ReadSource = 'HIT' | 'MISS' | 'BYPASS' | 'STALE';

/**
 * Why a response was loaded and not stored: a write was under way, another process was loading it already, the store did not
 * answer, or the process did not trust the cache.
 */
export type BypassReason = 'write_under_way' | 'loaded_elsewhere' | 'store_away' | 'not_trusted';

/** How often responses were not stored, by the reason. */
export type BypassReasons = Readonly<Record<BypassReason, number>>;

/**
 * What happened to a key: a write marked it, and released it; a reader got a lease, or met a mark; a loaded response was stored,
 * or refused because a write came in between.
 */
export type CacheStep = 'marked' | 'released' | 'leased' | 'met_mark' | 'filled' | 'fill_refused';

/** @param write the id of the transaction that marked or released. */
export type StepListener = (step: CacheStep, keys: readonly string[], write?: string) => void;

/** How many responses came from each source since the process started. */
export interface SourceCounts {
  readonly hits: number;
  readonly misses: number;
  readonly bypasses: number;
  readonly stale: number;
}

/** What else this process has counted since it started. */
export interface ProtocolCounts {
  /** Keys that writes of this process have marked. */
  readonly evictions: number;
  /** Loaded responses that were not stored, because a write came in between. */
  readonly fills_refused: number;
  /** Reads that waited for the load of another process. */
  readonly waits: number;
  /** Hits that were compared with the database. */
  readonly samples: number;
  /** Compared hits that differed from the database. It must stay 0. */
  readonly differences: number;
}

const COLUMN = { HIT: 'hits', MISS: 'misses', BYPASS: 'bypasses', STALE: 'stale' } as const;
const NONE: SourceCounts = { hits: 0, misses: 0, bypasses: 0, stale: 0 };
const NO_REASONS: BypassReasons = { write_under_way: 0, loaded_elsewhere: 0, store_away: 0, not_trusted: 0 };

/** Counts what the cache of this process does. */
@Injectable()
export class CacheStatistics {
  private readonly sources = new Map<string, Record<keyof SourceCounts, number>>();
  private readonly reasons = new Map<string, Record<BypassReason, number>>();
  private readonly protocol = { evictions: 0, fills_refused: 0, waits: 0, samples: 0, differences: 0 };

  /**
   * @param template that of the key which was read.
   * @param reason of a BYPASS.
   */
  countRead(template: string, source: ReadSource, reason?: BypassReason): void {
    let counts = this.sources.get(template);
    if (!counts) this.sources.set(template, (counts = { ...NONE }));
    counts[COLUMN[source]] += 1;
    if (reason) this.countReason(template, reason);
  }

  /** Hears what happens to keys in this process, while somebody wants to know. */
  stepListener: StepListener | null = null;

  countEvictions(keys: number): void {
    this.protocol.evictions += keys;
  }

  increment(counter: Exclude<keyof ProtocolCounts, 'evictions'>): void {
    this.protocol[counter] += 1;
  }

  get protocolCounts(): ProtocolCounts {
    return { ...this.protocol };
  }

  byTemplate(): Readonly<Record<string, SourceCounts>> {
    return Object.fromEntries([...this.sources].map(([template, counts]) => [template, { ...counts }]));
  }

  /** Why responses with keys of this template were not stored. */
  bypassReasonsOf(template: string): BypassReasons {
    return { ...(this.reasons.get(template) ?? NO_REASONS) };
  }

  total(): SourceCounts {
    const total = { ...NONE } as Record<keyof SourceCounts, number>;
    for (const counts of this.sources.values()) {
      for (const column of Object.values(COLUMN)) total[column] += counts[column];
    }
    return total;
  }

  private countReason(template: string, reason: BypassReason): void {
    let reasons = this.reasons.get(template);
    if (!reasons) this.reasons.set(template, (reasons = { ...NO_REASONS }));
    reasons[reason] += 1;
  }
}
