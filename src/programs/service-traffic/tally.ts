import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** Milliseconds of the answers of one kind of request, to three digits. */
export interface Latencies {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

const MICROSECONDS_PER_MS = 1_000;
const MAX_MICROSECONDS = 120_000 * MICROSECONDS_PER_MS;

/** Counts and latencies of all requests. Its size does not grow with their number. */
export class Tally {
  private readonly latencies = new Map<string, RecordableHistogram>();
  private readonly sources = new Map<string, Map<string, number>>();
  private readonly refusals = new Map<string, number>();
  private readonly failures = new Map<string, number>();

  /** @param source where a read's answer came from, by `X-Cache`. */
  recordLatency(operation: string, milliseconds: number, source?: string): void {
    const known = this.latencies.get(operation);
    const latencies = known ?? createHistogram({ lowest: 1, highest: MAX_MICROSECONDS, figures: 3 });
    if (!known) this.latencies.set(operation, latencies);
    latencies.record(Math.min(Math.max(1, Math.round(milliseconds * MICROSECONDS_PER_MS)), MAX_MICROSECONDS));
    if (!source) return;
    const sources = this.sources.get(operation) ?? new Map<string, number>();
    this.sources.set(operation, sources);
    count(sources, source);
  }

  /** A request that was refused for a reason that a rider may have to live with. */
  recordRefusal(reason: string): void {
    count(this.refusals, reason);
  }

  /** A request that should have been answered otherwise, or was not answered. */
  recordFailure(reason: string): void {
    count(this.failures, reason);
  }

  get operations(): readonly (readonly [operation: string, latencies: Latencies])[] {
    return [...this.latencies].map(([operation, all]) => [operation, summaryOf(all)]);
  }

  /** How often each source gave the answer. */
  sourcesOf(operation: string): ReadonlyMap<string, number> {
    return this.sources.get(operation) ?? new Map<string, number>();
  }

  get refusedByReason(): readonly (readonly [reason: string, count: number])[] {
    return [...this.refusals].toSorted((a, b) => b[1] - a[1]);
  }

  get failedByReason(): readonly (readonly [reason: string, count: number])[] {
    return [...this.failures].toSorted((a, b) => b[1] - a[1]);
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function summaryOf(all: RecordableHistogram): Latencies {
  const at = (percent: number): number => all.percentile(percent) / MICROSECONDS_PER_MS;
  return { count: all.count, p50: at(50), p95: at(95), p99: at(99), max: all.max / MICROSECONDS_PER_MS };
}
