const SECOND_MS = 1_000;

/** Counts commands: all of them, and those of the last whole second. */
export class CommandCounter {
  private second = 0;
  private inThisSecond = 0;
  private inLastSecond = 0;
  private counted = 0;

  /** @param now the monotonic clock, in milliseconds. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  get total(): number {
    return this.counted;
  }

  get perSecond(): number {
    this.startNewSecond();
    return this.inLastSecond;
  }

  count(): void {
    this.startNewSecond();
    this.counted += 1;
    this.inThisSecond += 1;
  }

  private startNewSecond(): void {
    const second = Math.floor(this.now() / SECOND_MS);
    if (second === this.second) return;
    this.inLastSecond = second === this.second + 1 ? this.inThisSecond : 0;
    this.inThisSecond = 0;
    this.second = second;
  }
}
