import { toJson } from '../../common/http/json';
import { isHelpAsked } from '../../common/program/options';
import { runUntilStopped } from '../../common/program/run-command';
import { AppConfig } from '../../platform/config/app-config';
import { readEnvironment } from '../../platform/config/environment';
import { locateDatabaseToRead } from '../../platform/postgres/locate';
import { verifyFares } from './verify-fares';

const HELP = `Decides every fare and every use of credit again, and prints those that differ from the rules.

npm run fares:verify

It reads one snapshot of the database in DATABASE_URL, or of the embedded one under DATA_DIR, and changes nothing. The
service can keep running. The exit code is 0 if all are right, and 1 if one is not.
`;

/**
 * `npm run fares:verify`: prints every fare and credit that differs from the rules; the exit code is 1 if there is one.
 */
runUntilStopped(async ({ aborted }) => {
  if (isHelpAsked(process.argv.slice(2))) {
    console.log(HELP);
    return 0;
  }
  const config = new AppConfig(readEnvironment());
  const database = await locateDatabaseToRead(config, (line) => console.error(line), aborted);
  const timeZone = config.get('SERVICE_TIME_ZONE');
  const tally = { trips: 0, imported: 0, cards: 0 };
  let wrong = 0;
  try {
    for await (const difference of verifyFares(database.url, timeZone, tally, aborted)) {
      console.log(`WRONG  ${toJson(difference)}`);
      wrong += 1;
    }
  } finally {
    await database.stop();
  }
  const { trips, imported, cards } = tally;
  console.log(
    `Checked ${trips} trips of ${cards} cards. ${imported} imported trips have no decision to check.`,
  );
  console.log(wrong === 0 ? 'The fares are right.' : `The fares are wrong. Rows that differ: ${wrong}.`);
  return wrong === 0 ? 0 : 1;
});
