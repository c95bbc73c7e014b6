/** Times of one kind of answer, in milliseconds. */
export interface Summary {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export function summarize(milliseconds: readonly number[]): Summary {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  return {
    count: sorted.length,
    mean: sorted.reduce((sum, each) => sum + each, 0) / sorted.length,
    p50: percentile(sorted, 50),
    p95: percentile(sorted, 95),
    p99: percentile(sorted, 99),
  };
}

/** By the nearest rank: the smallest value that so many percent of all do not exceed. */
function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? NaN;
}
