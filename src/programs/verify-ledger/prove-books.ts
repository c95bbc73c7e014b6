import { isHelpAsked } from '../../common/program/options';
import { AppConfig } from '../../platform/config/app-config';
import { readEnvironment } from '../../platform/config/environment';
import { locateDatabaseToRead } from '../../platform/postgres/locate';
import { reportLedger } from '../../modules/ledger/verify/report-ledger';

const HELP = `Proves the books: prints what holds, and the rows where it does not.

npm run ledger:verify

It reads one snapshot of the database in DATABASE_URL, or of the embedded one under DATA_DIR, and changes nothing. The
service may go on meanwhile. The exit code is 0 when everything holds, and 1 when anything does not.
`;

/**
 * The program as a whole: prints what holds and what breaks.
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
