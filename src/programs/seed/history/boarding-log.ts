/** A boarding, in the numbers that the history works with. */
export interface LoggedBoarding {
  readonly at: number;
  /** The trip that the card took before; 0 for none. */
  readonly previous: number;
  /** Index of the route, and the place of the stop. */
  readonly route: number;
  readonly from: number;
  readonly isTransfer: boolean;
}

const FIELDS = 5;
const FIRST_CAPACITY = 4_096;

/** The latest boardings by the number of their trip, in a ring that grows: at a peak there may be a million. */
export class BoardingLog {
  private entries = new Int32Array(FIRST_CAPACITY * FIELDS);
  private next: number;

  /** @param first the number of the trip that comes first; those after it follow without a gap. */
  constructor(private first: number) {
    this.next = first;
  }

  add({ at, previous, route, from, isTransfer }: LoggedBoarding): number {
    if (this.next - this.first === this.capacity) this.grow();
    this.entries.set([at, previous, route, from, isTransfer ? 1 : 0], this.offsetOf(this.next));
    return this.next++;
  }

  /** Null when it is forgotten. */
  find(trip: number): LoggedBoarding | null {
    if (trip < this.first || trip >= this.next) return null;
    const offset = this.offsetOf(trip);
    const field = (n: number): number => this.entries[offset + n] ?? 0;
    return { at: field(0), previous: field(1), route: field(2), from: field(3), isTransfer: field(4) === 1 };
  }

  /** Forgets what was earlier than a second. */
  forgetBefore(second: number): void {
    while (this.first < this.next && (this.entries[this.offsetOf(this.first)] ?? 0) < second) this.first += 1;
  }

  private get capacity(): number {
    return this.entries.length / FIELDS;
  }

  private offsetOf(trip: number): number {
    return (trip % this.capacity) * FIELDS;
  }

  private grow(): void {
    const old = this.entries;
    const offsets = Array.from({ length: this.next - this.first }, (_, n) => this.offsetOf(this.first + n));
    this.entries = new Int32Array(old.length * 2);
    for (const [n, offset] of offsets.entries())
      this.entries.set(old.subarray(offset, offset + FIELDS), this.offsetOf(this.first + n));
  }
}
