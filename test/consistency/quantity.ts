/** The highest value that a write has acknowledged, when, and which write. */
export interface Acknowledgement {
  readonly value: number;
  readonly at: number;
  readonly by: string;
}

/** Something in the database that only rises, so that of two values the lower is the older. */
export class Quantity {
  private latest: Acknowledgement = { value: -Infinity, at: 0, by: 'nobody' };

  constructor(readonly name: string) {}

  get acknowledged(): Acknowledgement {
    return this.latest;
  }

  /** @param by the write, as it is to be called in a report. */
  acknowledge(value: number, by: string): void {
    if (value > this.latest.value) this.latest = { value, at: performance.now(), by };
  }
}
