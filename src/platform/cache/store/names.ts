/** What all our names begin with. The braces make one cluster slot of a prefix, so that a step may touch several. */
export const ROOT = '{travel-recharge:';

/** The names of one epoch: nothing under another prefix is ever read or written with them. */
export class Prefix {
  private readonly text: string;

  /**
   * @param database tells one database's names from another's.
   * @param epoch its number: older epochs are swept by it.
   * @param digest of everything that makes this epoch unlike any other.
   */
  constructor(
    private readonly database: string,
    private readonly epoch: bigint,
    digest: string,
  ) {
    this.text = `${this.family}${epoch}:${digest}}`;
  }

  /** What the names of this database begin with, in every epoch. */
  get family(): string {
    return `${ROOT}${this.database}:`;
  }

  get alive(): string {
    return `${this.text}alive`;
  }

  value(key: string): string {
    return `${this.text}:${key}`;
  }

  guard(key: string): string {
    return `${this.text}!${key}`;
  }

  /** The key of a value's or a guard's name. */
  keyOf(name: string): string {
    return name.slice(this.text.length + 1);
  }

  equals(other: Prefix | undefined): boolean {
    return this.text === other?.text;
  }

  /** Whether a name belongs to an epoch before this one. Whoever asks may have paused: a newer one is not to be touched. */
  succeeds(name: string): boolean {
    const epoch = /^\d+(?=:)/.exec(name.slice(this.family.length))?.[0];
    return name.startsWith(this.family) && epoch !== undefined && BigInt(epoch) < this.epoch;
  }
}
