/** One thing that must hold over the whole database: a query that finds where it does not. */
export interface LedgerCheck {
  readonly name: string;
  /** Answers a row for each break, with what is wrong in its columns; none when it holds. */
  readonly breaks: string;
}
