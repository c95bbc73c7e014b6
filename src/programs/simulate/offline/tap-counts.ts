import type { TapResult } from '../../../modules/taps/dto/tap-responses.dto';

/** Above this a tap is late: the service did not hear of it at once. */
const LATE_MS = 1_000;

/** What validators decided by themselves, and what became of it. */
export class TapCounts {
  accepted = 0;
  refused = 0;
  exits = 0;
  sent = 0;
  batches = 0;
  repeatedBatches = 0;
  /** Copies of the hotlist that had another checksum than the service says. */
  wrongHotlists = 0;
  late = 0;
  longestMs = 0;
  private sumMs = 0;
  readonly outcomes: Record<TapResult['outcome'], number> = {
    rated: 0,
    duplicate: 0,
    refused: 0,
    suspense: 0,
  };
  readonly suspended = new Map<string, number>();

  get averageMs(): number {
    return this.late === 0 ? 0 : this.sumMs / this.late;
  }

  /** @param waitedMs how long the tap was in the memory of its validator. */
  add({ outcome, reason }: TapResult, waitedMs: number): void {
    this.sent += 1;
    this.outcomes[outcome] += 1;
    if (reason) this.suspended.set(reason, (this.suspended.get(reason) ?? 0) + 1);
    if (outcome === 'duplicate' || waitedMs < LATE_MS) return;
    this.late += 1;
    this.sumMs += waitedMs;
    this.longestMs = Math.max(this.longestMs, waitedMs);
  }
}
