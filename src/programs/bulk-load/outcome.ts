/** How many rows of a table were accepted, and how many were refused. */
export interface TableCounts {
  readonly table: string;
  readonly accepted: number;
  readonly refused: number;
}

/** The result of an import. */
export interface Outcome {
  readonly counts: readonly TableCounts[];
  readonly reportPath: string;
}

/** The lines that the program prints at its end. */
export function summarize({ counts, reportPath }: Outcome): string[] {
  const refusals = counts.filter(({ refused }) => refused > 0);
  return [
    `${rowsOf(sum(counts, 'accepted'))} accepted, ${sum(counts, 'refused').toLocaleString('en')} refused`,
    ...refusals.map(
      ({ table, accepted, refused }) => `  ${table}: ${refused} of ${rowsOf(accepted + refused)} refused`,
    ),
    `Report: ${reportPath}`,
  ];
}

/** Whether any row was refused. */
export function hasRefusals({ counts }: Outcome): boolean {
  return sum(counts, 'refused') > 0;
}

/** Such as `1 row` and `24,000 rows`. */
export function rowsOf(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'row' : 'rows'}`;
}

function sum(counts: readonly TableCounts[], column: 'accepted' | 'refused'): number {
  return counts.reduce((total, row) => total + row[column], 0);
}
