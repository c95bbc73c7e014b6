import { parseOptions } from '../../common/program/options';
import { isDatabaseUrl } from '../../platform/config/server-url';
import { StartupError } from '../../common/program/startup-error';

/** The arguments of the program. */
export interface ImportArguments {
  readonly from: string;
  readonly reportPath?: string;
}

export const HELP = `Takes over a database of the replaced service.

  npm run import -- --from postgres://user@host:5432/database [--report FILE]

  --from URL     the old database; it is only read. The password can also be in PGPASSWORD
                 or in the password file of PostgreSQL
  --report FILE  where to write the report (CSV): every row that was refused, and why,
                 and notes about rows that were imported; by default import-report-….csv
                 in this folder
  --help         shows this text

The target is the database in DATABASE_URL, or else the embedded one under DATA_DIR. It must be
empty. All rows are imported in one transaction, so an interrupted import leaves nothing. A second
import of the same rows changes nothing and writes the report again. Times without a time zone are
read in SERVICE_TIME_ZONE.

Exit codes: 0 all rows were imported, 2 some rows were refused (also on a second run), 1 the import
failed and printed the reason.`;

/** @throws StartupError for anything that is not understood; returns null when help was asked for. */
export function parseImportArguments(args: string[]): ImportArguments | null {
  const { from, report, help } = parseOptions({
    args,
    options: {
      from: { type: 'string' },
      report: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  }).values;
  if (help) return null;
  if (!from) throw new StartupError('--from is missing: see npm run import -- --help');
  if (!isDatabaseUrl(from)) {
    throw new StartupError(
      '--from must be a URL such as postgres://user:password@host:5432/database, with special characters percent-encoded',
    );
  }
  return { from, reportPath: report };
}
