import { toJson } from '../../common/http/json';
import { runUntilStopped } from '../../common/program/run-command';
import { AppConfig } from '../../platform/config/app-config';
import { readEnvironment } from '../../platform/config/environment';
import { locateDatabaseToRead } from '../../platform/postgres/locate';
import { verifyFares } from './verify-fares';

/** `npm run fares:verify`: prints every fare and credit that the rules don't explain; exit code 1 when there is one. */
runUntilStopped(async ({ aborted }) => {
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
  console.log(`Checked ${trips} trips of ${cards} cards, beside ${imported} that were imported.`);
  console.log(wrong === 0 ? 'The fares are right.' : `Fares and credits that are wrong: ${wrong}.`);
  return wrong === 0 ? 0 : 1;
});
