/** How many rows of a table went over, and how many did not. */
export interface TableCounts {
  readonly table: string;
  readonly taken: number;
  readonly refused: number;
}

/** What became of an import, as a whole. */
export interface Outcome {
  readonly counts: readonly TableCounts[];
  readonly reportPath: string;
}

/** The lines that tell the operator how it went. */
export function summarize({ counts, reportPath }: Outcome): string[] {
  const refusals = counts.filter(({ refused }) => refused > 0);
  return [
    `${rowsOf(sum(counts, 'taken'))} taken, ${sum(counts, 'refused').toLocaleString('en')} refused`,
    ...refusals.map(
      ({ table, taken, refused }) => `  ${table}: ${refused} of ${rowsOf(taken + refused)} refused`,
    ),
    `Report: ${reportPath}`,
  ];
}

/** Whether there was a row that was not taken. */
export function hasRefusals({ counts }: Outcome): boolean {
  return sum(counts, 'refused') > 0;
}

/** Such as `1 row` and `24,000 rows`. */
export function rowsOf(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'row' : 'rows'}`;
}

function sum(counts: readonly TableCounts[], column: 'taken' | 'refused'): number {
  return counts.reduce((total, row) => total + row[column], 0);
}
