import { isHelpAsked } from '../../common/program/options';
import { runUntilStopped } from '../../common/program/run-command';
import { AppConfig } from '../../platform/config/app-config';
import { readEnvironment } from '../../platform/config/environment';
import { locateDatabaseToRead } from '../../platform/postgres/locate';
import { reportLedger } from '../ledger-checks/report-ledger';

const HELP = `Checks the books: prints for each check whether it holds, and the rows that break it.

npm run ledger:verify

It reads one snapshot of the database in DATABASE_URL, or of the embedded one under DATA_DIR, and changes nothing. The
service can keep running. The exit code is 0 if every check holds, and 1 if one does not.
`;

/** `npm run ledger:verify`: prints which checks hold and which rows break one; the exit code is 1 if any row does. */
runUntilStopped(async ({ aborted }) => {
  if (isHelpAsked(process.argv.slice(2))) {
    console.log(HELP);
    return 0;
  }
  const config = new AppConfig(readEnvironment());
  const database = await locateDatabaseToRead(config, (line) => console.error(line), aborted);
  try {
    const broken = await reportLedger(database.url, (line) => console.log(line), aborted);
    return broken === 0 ? 0 : 1;
  } finally {
    await database.stop();
  }
});
