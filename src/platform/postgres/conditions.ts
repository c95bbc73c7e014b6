/** The conditions of a WHERE, with the values of the parameters in them. */
export class Conditions {
  /**
   * @param values those of the parameters that the statement has already.
   * @param conditions what must hold in any case.
   */
  constructor(
    readonly values: unknown[] = [],
    private readonly conditions: string[] = [],
  ) {}

  /** Adds a condition with `?` in place of its value. Without a value nothing is required. */
  require(condition: string, value: unknown): this {
    if (value === undefined || value === null) return this;
    this.conditions.push(condition.replaceAll('?', this.place(value)));
    return this;
  }

  /** Adds a parameter, and returns its place. */
  place(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  get text(): string {
    return this.conditions.length === 0 ? 'true' : this.conditions.join(' AND ');
  }
}
