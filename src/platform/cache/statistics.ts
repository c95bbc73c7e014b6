import { Injectable } from '@nestjs/common';

/** Where a cached operation's answer came from, as `X-Cache` says it. */
export type Source = 'HIT' | 'MISS' | 'BYPASS' | 'STALE';

/** How often answers came from where, since the process started. */
export interface SourceCounts {
  readonly hits: number;
  readonly misses: number;
  readonly bypasses: number;
  readonly stale: number;
}

/** What else happened, since the process started. */
export interface ProtocolCounts {
  /** Keys that writes dropped. */
  readonly evictions: number;
  /** Answers that were not stored, since a write came in between. */
  readonly fills_refused: number;
  /** Reads that waited for another's load. */
  readonly waits: number;
  /** Hits that were compared with the database, and those of them that differed: the latter should stay at 0. */
  readonly samples: number;
  readonly differences: number;
}

const COLUMN = { HIT: 'hits', MISS: 'misses', BYPASS: 'bypasses', STALE: 'stale' } as const;
const NONE: SourceCounts = { hits: 0, misses: 0, bypasses: 0, stale: 0 };

/** Counts what the cache of this process does. */
@Injectable()
export class Statistics {
  private readonly counts = new Map<string, Record<keyof SourceCounts, number>>();
  private readonly protocol = { evictions: 0, fills_refused: 0, waits: 0, samples: 0, differences: 0 };

  count(template: string, source: Source): void {
    let counted = this.counts.get(template);
    if (!counted) this.counts.set(template, (counted = { ...NONE }));
    counted[COLUMN[source]] += 1;
  }

  evicted(keys: number): void {
    this.protocol.evictions += keys;
  }

  happened(what: Exclude<keyof ProtocolCounts, 'evictions'>): void {
    this.protocol[what] += 1;
  }

  get protocolCounts(): ProtocolCounts {
    return { ...this.protocol };
  }

  byTemplate(): Readonly<Record<string, SourceCounts>> {
    return Object.fromEntries([...this.counts].map(([template, counted]) => [template, { ...counted }]));
  }

  total(): SourceCounts {
    const total = { ...NONE } as Record<keyof SourceCounts, number>;
    for (const counted of this.counts.values()) {
      for (const column of Object.values(COLUMN)) total[column] += counted[column];
    }
    return total;
  }
}
