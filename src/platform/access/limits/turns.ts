/** So many wait at most. */
const MOST_WAITING = 1_000;

/** Lets one after another do something that is too dear to be done for all of them at once. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  constructor(private readonly mostWaiting = MOST_WAITING) {}

  /** Does it when everybody before has; null when too many wait already. */
  take<Result>(work: () => Promise<Result>): Promise<Result> | null {
    if (this.waiting >= this.mostWaiting) return null;
    this.waiting += 1;
    const done = this.last.then(work).finally(() => (this.waiting -= 1));
    this.last = done.catch(() => undefined);
    return done;
  }
}
