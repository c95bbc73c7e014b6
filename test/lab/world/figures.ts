import type { Violation } from '../../consistency/view';
import type { CityFigures, Latency, Offence } from '../shapes';

/** Reads and writes of the last so many milliseconds make the figures a second. */
const RATE_WINDOW_MS = 5_000;
const LATENCIES_KEPT = 1_000;
const OFFENCES_KEPT = 50;

/** What was read, for the counters. */
export interface ReadSample {
  readonly isHit: boolean;
  /** Milliseconds. */
  readonly took: number;
}

/** Counts what the readers and writers of one city see, and keeps the latest offences. */
export class Figures {
  private reads = 0;
  private hits = 0;
  private writes = 0;
  private failedReads = 0;
  private failedWrites = 0;
  private stale = 0;
  private backwards = 0;
  private hitTimes: number[] = [];
  private missTimes: number[] = [];
  private kept: Offence[] = [];
  private marks: { at: number; reads: number; writes: number }[] = [];
  /** Hears each offence when it is found. */
  onOffence = (_offence: Offence): void => undefined;

  get offences(): readonly Offence[] {
    return this.kept;
  }

  get now(): CityFigures {
    return {
      reads: this.reads,
      readsPerSecond: this.rate('reads'),
      writes: this.writes,
      writesPerSecond: this.rate('writes'),
      failedReads: this.failedReads,
      failedWrites: this.failedWrites,
      hitRate: this.reads > 0 ? rounded(this.hits / this.reads) : null,
      hit: latencyOf(this.hitTimes),
      miss: latencyOf(this.missTimes),
      staleAfterAcknowledgement: this.stale,
      wentBackwards: this.backwards,
    };
  }

  read({ isHit, took }: ReadSample): void {
    this.reads += 1;
    if (isHit) this.hits += 1;
    const times = isHit ? this.hitTimes : this.missTimes;
    times.push(took);
    if (times.length > LATENCIES_KEPT) times.shift();
  }

  wrote(): void {
    this.writes += 1;
  }

  readFailed(): void {
    this.failedReads += 1;
  }

  writeFailed(): void {
    this.failedWrites += 1;
  }

  found(violation: Violation, read: { process: string; cache: string | undefined; began: number }): void {
    if (violation.promise === 'A') this.stale += 1;
    else this.backwards += 1;
    const offence = {
      ...violation,
      process: read.process,
      cache: read.cache ?? null,
      began: timeOf(read.began),
      ended: timeOf(performance.now()),
      shouldHaveSeenSince: timeOf(violation.floorAt),
    };
    this.kept = [offence, ...this.kept].slice(0, OFFENCES_KEPT);
    this.onOffence(offence);
  }

  /** Notes how far the counters are, for the rates. */
  tick(): void {
    const now = performance.now();
    this.marks.push({ at: now, reads: this.reads, writes: this.writes });
    this.marks = this.marks.filter(({ at }) => at >= now - RATE_WINDOW_MS);
  }

  private rate(of: 'reads' | 'writes'): number {
    const [first] = this.marks;
    const last = this.marks.at(-1);
    if (!first || !last || last.at === first.at) return 0;
    return rounded(((last[of] - first[of]) * 1_000) / (last.at - first.at));
  }
}

function latencyOf(times: readonly number[]): Latency {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): number | null => {
    const time = sorted[Math.floor(share * (sorted.length - 1))];
    return time === undefined ? null : rounded(time);
  };
  return { count: sorted.length, p50: at(0.5), p99: at(0.99) };
}

/** To three places. */
function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

function timeOf(monotonic: number): string {
  return new Date(performance.timeOrigin + monotonic).toISOString();
}
