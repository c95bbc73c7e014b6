/** Something that must hold over the whole database, and a query that finds the rows that break it. */
export interface LedgerCheck {
  readonly name: string;
  /** Returns one row for each break, with the wrong values in its columns, and no row if the check holds. */
  readonly breaks: string;
}
