import { Injectable } from '@nestjs/common';

/** How often a kind of answer was found, or not, since the process started. */
export interface HitsAndMisses {
  readonly hits: number;
  readonly misses: number;
}

/** Counts hits and misses by key template. */
@Injectable()
export class CacheStatistics {
  private readonly counts = new Map<string, { hits: number; misses: number }>();

  count(template: string, hit: boolean): void {
    const counted = this.counts.get(template) ?? { hits: 0, misses: 0 };
    if (hit) counted.hits += 1;
    else counted.misses += 1;
    this.counts.set(template, counted);
  }

  byTemplate(): Readonly<Record<string, HitsAndMisses>> {
    return Object.fromEntries([...this.counts].map(([template, counted]) => [template, { ...counted }]));
  }

  total(): HitsAndMisses {
    const all = [...this.counts.values()];
    return {
      hits: all.reduce((sum, { hits }) => sum + hits, 0),
      misses: all.reduce((sum, { misses }) => sum + misses, 0),
    };
  }
}
