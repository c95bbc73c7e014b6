/** A boarding, as numbers, which need little memory. */
export interface LoggedBoarding {
  readonly at: number;
  /** The number of the card's trip before this one, or 0. */
  readonly previous: number;
  /** The index of the route, and the place of the stop on it. */
  readonly route: number;
  readonly from: number;
  readonly isTransfer: boolean;
}

const FIELDS = 5;
const FIRST_CAPACITY = 4_096;

/** The latest boardings by their trip numbers, in a ring buffer that grows. At a peak it may have a million of them. */
export class BoardingLog {
  private entries = new Int32Array(FIRST_CAPACITY * FIELDS);
  private next: number;

  /** @param first the number of the first trip. The numbers of the next ones follow without a gap. */
  constructor(private first: number) {
    this.next = first;
  }

  add({ at, previous, route, from, isTransfer }: LoggedBoarding): number {
    if (this.next - this.first === this.capacity) this.grow();
    this.entries.set([at, previous, route, from, isTransfer ? 1 : 0], this.offsetOf(this.next));
    return this.next++;
  }

  /** Returns null if the boarding was forgotten. */
  find(trip: number): LoggedBoarding | null {
    if (trip < this.first || trip >= this.next) return null;
    const offset = this.offsetOf(trip);
    const field = (n: number): number => this.entries[offset + n] ?? 0;
    return { at: field(0), previous: field(1), route: field(2), from: field(3), isTransfer: field(4) === 1 };
  }

  /** Forgets the boardings before this second. */
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
