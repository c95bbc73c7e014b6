import { toJson } from '../../common/json';
import { runCommand } from '../../common/run-command';
import { AppConfig } from '../../config/app-config';
import { readEnvironment } from '../../config/environment';
import { locateDatabaseToRead } from '../../database/locate';
import { verifyLedger } from './verify-ledger';

/** `npm run ledger:verify`: prints what holds and what breaks; exit code 1 when anything breaks. */
runCommand(async () => {
  const database = await locateDatabaseToRead(new AppConfig(readEnvironment()), (line) =>
    console.error(line),
  );
  try {
    let broken = 0;
    for await (const { name, breaks, count } of verifyLedger(database.url)) {
      console.log(`${count === 0 ? 'holds ' : 'BROKEN'}  ${name}${count === 0 ? '' : ` (${count})`}`);
      for (const found of breaks) console.log(`          ${toJson(found)}`);
      broken += count;
    }
    console.log(broken === 0 ? 'The books are right.' : `The books are wrong in ${broken} places.`);
    return broken === 0 ? 0 : 1;
  } finally {
    await database.stop();
  }
});
