import { resolve } from 'node:path';
import { Client } from 'pg';
import { StartupError } from '../../common/program/startup-error';
import { reasonOf } from '../../platform/postgres/server';
import { ImportRecord, findCounts, readFindings } from './record';
import { TableCounts } from './write';
import { writeReport } from './write-report';

/** What became of an import, as a whole. */
export interface Outcome {
  readonly counts: readonly TableCounts[];
  readonly reportPath: string;
}

/**
 * Writes the report of an import as CSV: a line for each row that was refused and for each note, with the old table and
 * id, the outcome and the reasons.
 *
 * @throws StartupError when the file can't be written; the import stays, and a second run writes the report again.
 */
export async function report(target: Client, record: ImportRecord, path?: string): Promise<Outcome> {
  const reportPath = resolve(path ?? `import-report-${record.fingerprint.toString('hex').slice(0, 12)}.csv`);
  const counts = await findCounts(target, record.importId);
  try {
    const findings = readFindings(target, record.importId);
    await writeReport(reportPath, ['table', 'id', 'outcome', 'reason'], findings);
  } catch (error) {
    throw new StartupError(
      `the rows are imported, but not the report written: ${reasonOf(error)}; run it again`,
    );
  }
  return { counts, reportPath };
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
