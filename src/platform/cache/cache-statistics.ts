import { Injectable } from '@nestjs/common';

/** Where the response of a cached operation came from, as the header `X-Cache` says. */
export type ReadSource = 'HIT' | 'MISS' | 'BYPASS' | 'STALE';

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

/** Counts what the cache of this process does. */
@Injectable()
export class CacheStatistics {
  private readonly sources = new Map<string, Record<keyof SourceCounts, number>>();
  private readonly protocol = { evictions: 0, fills_refused: 0, waits: 0, samples: 0, differences: 0 };

  /** @param template that of the key which was read. */
  countRead(template: string, source: ReadSource): void {
    let counts = this.sources.get(template);
    if (!counts) this.sources.set(template, (counts = { ...NONE }));
    counts[COLUMN[source]] += 1;
  }

  /** Hears which keys the writes of this process evict, while somebody wants to know. */
  evictionListener: ((keys: readonly string[]) => void) | null = null;

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

  total(): SourceCounts {
    const total = { ...NONE } as Record<keyof SourceCounts, number>;
    for (const counts of this.sources.values()) {
      for (const column of Object.values(COLUMN)) total[column] += counts[column];
    }
    return total;
  }
}
