import { isHelpAsked } from '../../common/program/options';
import { AppConfig } from '../../platform/config/app-config';
import { readEnvironment } from '../../platform/config/environment';
import { locateDatabaseToRead } from '../../platform/postgres/locate';
import { reportLedger } from '../ledger-checks/report-ledger';

const HELP = `Checks the books: prints for each check whether it holds, and the rows that break it.

npm run ledger:verify

It reads one snapshot of the database in DATABASE_URL, or of the embedded one under DATA_DIR, and changes nothing. The
service can keep running. The exit code is 0 if every check holds, and 1 if one does not.
`;

/**
 * The program as a whole: prints which checks hold, and which rows break one.
 *
 * @param signal gives the work up.
 * @returns its exit code: 0 when everything holds, 1 when anything breaks.
 * @throws StartupError when the database can't be read.
 */
export async function proveBooks(args: readonly string[], signal: AbortSignal): Promise<number> {
  if (isHelpAsked(args)) {
    console.log(HELP);
    return 0;
  }
  const config = new AppConfig(readEnvironment());
  const database = await locateDatabaseToRead(config, (line) => console.error(line), signal);
  try {
    const broken = await reportLedger(database.url, (line) => console.log(line), signal);
    return broken === 0 ? 0 : 1;
  } finally {
    await database.stop();
  }
}
