/**
 * Names in the store. The braces make one cluster slot of all names of a prefix, so that a step may touch several.
 * After the prefix, `:` begins a value's name, `!` a guard's, and `@` what belongs to no key: only values are listed.
 */
export const ROOT = '{travel-recharge:';

/** The names of one epoch: nothing under another prefix is ever read or written with it. */
export class Prefix {
  /** @param database tells one database's names from another's; @param epoch is unlike that of any other epoch. */
  constructor(
    readonly database: string,
    readonly epoch: string,
  ) {
    this.text = `${this.family}${epoch}}`;
  }

  readonly text: string;

  /** What all prefixes of this database begin with. */
  get family(): string {
    return `${ROOT}${this.database}:`;
  }

  get alive(): string {
    return `${this.text}@alive`;
  }

  value(key: string): string {
    return `${this.text}:${key}`;
  }

  guard(key: string): string {
    return `${this.text}!${key}`;
  }

  /** The key again of a value or a guard. */
  keyOf(name: string): string {
    return name.slice(this.text.length + 1);
  }

  owns(name: string): boolean {
    return name.startsWith(this.text);
  }
}
