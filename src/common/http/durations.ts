/** The upper ends of the buckets, in seconds: those that OpenTelemetry advises for HTTP, and two more for what comes from memory. */
export const REQUEST_BOUNDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
] as const;

/** Counts durations by buckets. It lies in typed arrays, so counting one allocates nothing. */
export class Durations {
  private readonly ends: Float64Array;
  private readonly counts: Float64Array;
  private readonly sum = new Float64Array(1);

  /** @param bounds the upper ends of the buckets, in seconds, ascending. */
  constructor(readonly bounds: readonly number[] = REQUEST_BOUNDS) {
    this.ends = Float64Array.from([...bounds, Infinity]);
    this.counts = new Float64Array(this.ends.length);
  }

  observe(seconds: number): void {
    const { ends, counts, sum } = this;
    let bucket = 0;
    while (seconds > (ends[bucket] ?? 0)) bucket += 1;
    counts[bucket] = (counts[bucket] ?? 0) + 1;
    sum[0] = (sum[0] ?? 0) + seconds;
  }

  /** How many were at most as long as each bound, in the order of the bounds. */
  get cumulative(): readonly number[] {
    let total = 0;
    return this.bounds.map((_, bucket) => (total += this.counts[bucket] ?? 0));
  }

  get count(): number {
    return this.counts.reduce((total, count) => total + count, 0);
  }

  get seconds(): number {
    return this.sum[0] ?? 0;
  }
}
