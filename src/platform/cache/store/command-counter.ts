const SECOND = 1_000;

/** Counts commands, and how many the last whole second had. */
export class CommandCounter {
  private second = 0;
  private ofSecond = 0;
  private ofSecondBefore = 0;
  private counted = 0;

  constructor(private readonly milliseconds: () => number = () => performance.now()) {}

  get total(): number {
    return this.counted;
  }

  get perSecond(): number {
    this.turn();
    return this.ofSecondBefore;
  }

  count(): void {
    this.turn();
    this.counted += 1;
    this.ofSecond += 1;
  }

  private turn(): void {
    const second = Math.floor(this.milliseconds() / SECOND);
    if (second === this.second) return;
    this.ofSecondBefore = second === this.second + 1 ? this.ofSecond : 0;
    this.ofSecond = 0;
    this.second = second;
  }
}
