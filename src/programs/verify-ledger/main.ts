import { runUntilStopped } from '../../common/program/run-command';
import { AppConfig } from '../../platform/config/app-config';
import { readEnvironment } from '../../platform/config/environment';
import { locateDatabaseToRead } from '../../platform/postgres/locate';
import { reportLedger } from '../../modules/ledger/verify/report-ledger';

/** `npm run ledger:verify`: prints what holds and what breaks; exit code 1 when anything breaks. */
runUntilStopped(async ({ aborted }) => {
  const config = new AppConfig(readEnvironment());
  const database = await locateDatabaseToRead(config, (line) => console.error(line), aborted);
  try {
    const broken = await reportLedger(database.url, (line) => console.log(line), aborted);
    return broken === 0 ? 0 : 1;
  } finally {
    await database.stop();
  }
});
