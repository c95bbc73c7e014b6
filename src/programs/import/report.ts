import { resolve } from 'node:path';
import { Client } from 'pg';
import { StartupError } from '../../common/program/startup-error';
import { reasonOf } from '../../platform/postgres/server';
import { ImportRecord, findCounts, readFindings } from './record';
import type { Outcome } from '../bulk-load/outcome';
import { writeReport } from '../bulk-load/write-report';

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
      `the rows are imported, but the report could not be written: ${reasonOf(error)}; run the program again to write it`,
    );
  }
  return { counts, reportPath };
}
