import type { Violation } from './view';

/** A violation with the read that it was seen in; times are milliseconds of the checker's monotonic clock. */
export interface Finding extends Violation {
  readonly process: string;
  readonly cache: string | undefined;
  readonly began: number;
  readonly ended: number;
  /** The faults that were in force, or had been shortly before. */
  readonly faults: readonly string[];
}

/** A request that took long, or failed as it must not. */
export interface Remark {
  readonly what: string;
  readonly milliseconds: number;
  readonly faults: readonly string[];
}

const MOST_KEPT = 20;

/** Counts what happens in a check, and keeps the first few of what must not happen. */
export class Tally {
  readonly begun = performance.now();
  /** Reads by X-Cache, and by operation. */
  readonly sources = new Map<string, number>();
  readonly operations = new Map<string, number>();
  readonly writes = { acknowledged: 0, retried: 0, unknown: 0, refused: 0 };
  readonly faults = new Map<string, number>();
  readonly violations = { A: 0, B: 0 };
  readonly findings: Finding[] = [];
  /** Reads that failed as a fault excuses. */
  excused = 0;
  unexpected = 0;
  readonly failures: Remark[] = [];
  /** Processes that ended though nobody had ended them, and what they wrote last. */
  readonly crashes: string[] = [];
  slowestRead: Remark = { what: 'none', milliseconds: 0, faults: [] };
  slowestWrite: Remark = { what: 'none', milliseconds: 0, faults: [] };
  private readonly inForce = new Set<string>();
  private last = 'none';

  private ended: number | null = null;

  get seconds(): number {
    return ((this.ended ?? performance.now()) - this.begun) / 1_000;
  }

  /** STALE answers are outside the promises. */
  get checkedReads(): number {
    return this.allReads - (this.sources.get('STALE') ?? 0);
  }

  /** The share of reads that the cache answered. */
  get hitRate(): number {
    return (this.sources.get('HIT') ?? 0) / this.allReads;
  }

  private get allReads(): number {
    return [...this.sources.values()].reduce((sum, count) => sum + count, 0);
  }

  private get faultsInForce(): string[] {
    return this.inForce.size > 0 ? [...this.inForce] : [`none, the last was ${this.last}`];
  }

  finish(): void {
    this.ended = performance.now();
  }

  faultBegan(kind: string, target: string): void {
    count(this.faults, kind);
    this.inForce.add(`${kind} (${target})`);
  }

  faultEnded(kind: string, target: string): void {
    this.inForce.delete(`${kind} (${target})`);
    this.last = `${kind} (${target})`;
  }

  read(cache: string | undefined, operation: string): void {
    count(this.sources, cache ?? 'none');
    count(this.operations, operation);
  }

  found(finding: Omit<Finding, 'faults'>): void {
    this.violations[finding.promise] += 1;
    if (this.findings.length < MOST_KEPT) this.findings.push({ ...finding, faults: this.faultsInForce });
  }

  failed(what: string, milliseconds: number): void {
    this.unexpected += 1;
    if (this.failures.length < MOST_KEPT)
      this.failures.push({ what, milliseconds, faults: this.faultsInForce });
  }

  tookTo(kind: 'read' | 'write', what: string, milliseconds: number): void {
    const slowest = kind === 'read' ? 'slowestRead' : 'slowestWrite';
    if (milliseconds > this[slowest].milliseconds)
      this[slowest] = { what, milliseconds, faults: this.faultsInForce };
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
