import { DatabaseAwayError } from '../../common/http/problem/service-errors';

/** After this time nobody reads from the server before, or trusts what it said (see EpochWatch). */
const SETTLING_MS = 1_250;
/** How long a read waits for the next reading, which says where the primary is. */
const WAIT_LIMIT_MS = 1_000;

/**
 * Which server is the primary, as the readings of the epoch say. A standby may take its place while the old primary still answers
 * over the connections that it has. Those are cut as soon as a reading comes from another server; and no read is answered by the
 * new one before the old one has no readers left, in any process.
 */
export class PrimaryInForce {
  private incarnation: string | null = null;
  /** By the monotonic clock, like all times here, in milliseconds. */
  private settledAt = -Infinity;
  private knownUntil = Infinity;
  private readonly waiting = new Set<() => void>();

  /** @param leaveOthers ends the connections to all servers but that of this incarnation. */
  constructor(private readonly leaveOthers: (incarnation: string) => void) {}

  /** Notes what a reading says, and until when that is believed; Infinity where no other server can take its place. */
  note(incarnation: string, knownUntil: number): void {
    this.knownUntil = knownUntil;
    if (incarnation !== this.incarnation) {
      const isPromoted =
        this.incarnation !== null && timelineOf(incarnation) !== timelineOf(this.incarnation);
      if (isPromoted) this.settledAt = performance.now() + SETTLING_MS;
      this.incarnation = incarnation;
      this.leaveOthers(incarnation);
    }
    this.waiting.forEach((goOn) => goOn());
    this.waiting.clear();
  }

  /** Whether a read may be sent now. */
  get mayRead(): boolean {
    const now = performance.now();
    return now >= this.settledAt && now < this.knownUntil;
  }

  /** @throws DatabaseAwayError if no reading says in time where the primary is. */
  async untilMayRead(): Promise<void> {
    const deadline = performance.now() + WAIT_LIMIT_MS + SETTLING_MS;
    while (!this.mayRead) {
      const now = performance.now();
      if (now >= deadline) throw new DatabaseAwayError();
      await this.nextNote(now < this.settledAt ? this.settledAt - now : WAIT_LIMIT_MS);
    }
  }

  private async nextNote(limitMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(goOn, limitMs);
      const { waiting } = this;
      function goOn(): void {
        clearTimeout(timer);
        waiting.delete(goOn);
        resolve();
      }
      waiting.add(goOn);
    });
  }
}

/** An incarnation is a timeline and the time of a start. A server that is promoted begins another timeline. */
function timelineOf(incarnation: string): string {
  return incarnation.split('/')[0] ?? '';
}
