import { runUntilStopped } from '../../common/program/run-command';
import { AppConfig } from '../../platform/config/app-config';
import { readEnvironment } from '../../platform/config/environment';
import { locateDatabaseToRead } from '../../platform/postgres/locate';
import { parseVerifyArguments } from '../../platform/audit/seals/verify-arguments';
import { reportLedger } from '../../modules/ledger/verify/report-ledger';

const HELP = `Proves the books: prints what holds, and the rows where it does not.

npm run ledger:verify -- [options]
  --head H    a head of the postings' chain of seals that was kept outside the database: 64 hexadecimal digits, or a file
              such as SEAL_FILE; may be given several times
  --full      reads everything, also what PROVEN_FILE says was proven before
  --help      shows this text

It reads one snapshot of the database in DATABASE_URL (a standby will do), or of the embedded one under DATA_DIR, and
changes nothing there. The service may go on meanwhile. With PROVEN_FILE it goes on from what it proved there the last time.
The exit code is 0 when everything holds, and 1 when anything does not.
`;

/** `npm run ledger:verify`: prints what holds and what breaks; exit code 1 when anything breaks. */
runUntilStopped(async ({ aborted }) => {
  const { help, full, heads } = parseVerifyArguments(process.argv.slice(2));
  if (help) {
    console.log(HELP);
    return 0;
  }
  const config = new AppConfig(readEnvironment());
  const database = await locateDatabaseToRead(config, (line) => console.error(line), aborted);
  try {
    const broken = await reportLedger(database.url, (line) => console.log(line), {
      signal: aborted,
      full,
      heads,
      provenPath: config.get('PROVEN_FILE'),
    });
    return broken === 0 ? 0 : 1;
  } finally {
    await database.stop();
  }
});
