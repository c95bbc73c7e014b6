/** How long an id may stay missing that was drawn before others that are committed: no write takes longer. */
const MISSING_MS = 15_000;
/** So many missing ids are looked for. */
const MOST_MISSING = 1_000;

/**
 * How far a feed has read a table whose ids are drawn before their rows are committed. An id that was passed over is looked for
 * until its transaction must have ended.
 */
export class FeedPosition {
  private readonly missing = new Map<number, number>();

  constructor(private last: number) {}

  /** Begins behind the newest ids of a table, sorted. Those that are missing between them may still come. */
  static behind(ids: readonly number[], now: number): FeedPosition {
    const position = new FeedPosition((ids[0] ?? 1) - 1);
    position.advance(ids, now);
    return position;
  }

  /** The newest id that was read. */
  get newest(): number {
    return this.last;
  }

  /** Ids before the newest that may still come. */
  get awaited(): readonly number[] {
    return [...this.missing.keys()];
  }

  /** All ids up to this one were read, or will not come. A feed that begins behind it misses none. */
  get floor(): number {
    return Math.min(this.last, ...this.awaited.map((id) => id - 1));
  }

  /** @param now by the monotonic clock, in milliseconds. */
  advance(ids: readonly number[], now: number): void {
    for (const [id, until] of this.missing) if (until < now) this.missing.delete(id);
    const seen = new Set(ids);
    for (const id of ids) this.missing.delete(id);
    const newest = ids.reduce((most, id) => Math.max(most, id), this.last);
    const first = Math.max(this.last + 1, newest - MOST_MISSING);
    for (let id = first; id < newest; id += 1) if (!seen.has(id)) this.missing.set(id, now + MISSING_MS);
    for (const id of this.awaited.slice(0, Math.max(0, this.missing.size - MOST_MISSING)))
      this.missing.delete(id);
    this.last = newest;
  }
}

/** Where a watcher has to go on after it was cut off: floors of the ids of trips and of recharges. */
export interface Resumption {
  readonly trips: number;
  readonly recharges: number;
}

export function toEventId({ trips, recharges }: Resumption): string {
  return `${trips}.${recharges}`;
}

/** Returns null for what was not made by `toEventId`. */
export function parseEventId(text: string | undefined): Resumption | null {
  const [, trips, recharges] = /^(\d{1,15})\.(\d{1,15})$/.exec(text ?? '') ?? [];
  return trips === undefined || recharges === undefined
    ? null
    : { trips: Number(trips), recharges: Number(recharges) };
}
