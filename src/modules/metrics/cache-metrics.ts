import type { CacheStatistics } from '../../platform/cache/cache-statistics';
import type { EpochKeeper } from '../../platform/cache/protocol/epoch-keeper';
import type { EpochWatch } from '../../platform/cache/protocol/epoch-watch';
import type { Marks } from '../../platform/cache/protocol/marks';
import type { Sample } from '../../platform/metrics/metric';
import type { Metrics } from '../../platform/metrics/metrics';

interface CacheParts {
  readonly statistics: CacheStatistics;
  readonly watch: EpochWatch;
  readonly keeper: EpochKeeper;
  readonly marks: Marks;
}

/** What the cache does, and whether it keeps its promise. */
export function describeCache(metrics: Metrics, { statistics, watch, keeper, marks }: CacheParts): void {
  metrics.counter(
    'travel_cache_reads',
    'Reads of cached operations, by key and by where the response came from.',
    () =>
      Object.entries(statistics.byTemplate()).flatMap(([key, { hits, misses, bypasses, stale }]) =>
        Object.entries({ hit: hits, miss: misses, bypass: bypasses, stale }).map(([source, value]) => ({
          labels: { key, source },
          value,
        })),
      ),
  );
  metrics.gauge(
    'travel_cache_trusted',
    'Whether every process trusts the cache: 0 while one does not.',
    () => yes(watch.trust()),
    'min',
  );
  metrics.counter('travel_cache_epoch_changes', "Changes of the cache's epoch, by what it became.", () =>
    Object.entries(keeper.changes).map(([state, value]) => ({ labels: { state }, value })),
  );
  metrics.counter('travel_cache_marks_resolved', 'Marks that a reader found old and released.', () =>
    one(marks.resolved),
  );
  metrics.counter('travel_cache_evictions', 'Keys that writes have marked.', () =>
    one(statistics.protocolCounts.evictions),
  );
  metrics.counter(
    'travel_cache_fills_refused',
    'Loaded responses that were not stored, because a write came in between.',
    () => one(statistics.protocolCounts.fills_refused),
  );
  metrics.counter('travel_cache_waits', 'Reads that waited for the load of another process.', () =>
    one(statistics.protocolCounts.waits),
  );
  metrics.counter('travel_cache_samples', 'Hits that were compared with the database.', () =>
    one(statistics.protocolCounts.samples),
  );
  metrics.counter(
    'travel_cache_sample_mismatches',
    'Compared hits that differed from the database. It must stay 0.',
    () => one(statistics.protocolCounts.differences),
  );
}

export function one(value: number): Sample[] {
  return [{ labels: {}, value }];
}

export function yes(holds: unknown): Sample[] {
  return one(holds ? 1 : 0);
}
