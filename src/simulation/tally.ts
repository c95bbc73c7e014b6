/** Milliseconds of the answers of one kind of request. */
export interface Latencies {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly most: number;
}

/** What came of all requests. */
export class Tally {
  private readonly latencies = new Map<string, number[]>();
  private readonly refusals = new Map<string, number>();
  private readonly failures = new Map<string, number>();

  answered(operation: string, milliseconds: number): void {
    const known = this.latencies.get(operation);
    if (known) known.push(milliseconds);
    else this.latencies.set(operation, [milliseconds]);
  }

  /** A request that was refused for a reason that a rider may have to live with. */
  refused(reason: string): void {
    this.refusals.set(reason, (this.refusals.get(reason) ?? 0) + 1);
  }

  /** A request that should have been answered otherwise, or was not answered. */
  failed(reason: string): void {
    this.failures.set(reason, (this.failures.get(reason) ?? 0) + 1);
  }

  get operations(): readonly (readonly [operation: string, latencies: Latencies])[] {
    return [...this.latencies].map(([operation, all]) => [operation, summaryOf(all)]);
  }

  get refusedByReason(): readonly (readonly [reason: string, count: number])[] {
    return [...this.refusals].toSorted((a, b) => b[1] - a[1]);
  }

  get failedByReason(): readonly (readonly [reason: string, count: number])[] {
    return [...this.failures].toSorted((a, b) => b[1] - a[1]);
  }
}

function summaryOf(all: readonly number[]): Latencies {
  const sorted = all.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), most: at(1) };
}
