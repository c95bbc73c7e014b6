import { runUntilStopped } from '../../common/program/run-command';
import { databaseOf } from '../../platform/access/program-database';
import { AppConfig } from '../../platform/config/app-config';
import { readEnvironment } from '../../platform/config/environment';
import { Connection } from '../../platform/postgres/connection';
import { locateDatabaseToRead } from '../../platform/postgres/locate';
import { valueParsers } from '../../platform/postgres/value-parsers';
import { HELP, parseKeysArguments } from './arguments';
import { runKeys } from './run-keys';

/** `npm run keys`: exit code 1 when anything is wrong. */
runUntilStopped(async ({ aborted }) => {
  const asked = parseKeysArguments(process.argv.slice(2));
  if (asked.command === 'help') {
    console.log(HELP);
    return 0;
  }
  const config = new AppConfig(readEnvironment());
  // A service that runs on the embedded database keeps it, and lets others in.
  const database = await locateDatabaseToRead(config, (line) => console.error(line), aborted);
  const connection = new Connection({
    connectionString: database.url,
    application_name: 'travel-recharge keys',
    types: valueParsers,
    signal: aborted,
  });
  try {
    await connection.connect();
    await runKeys(asked, databaseOf(connection), config, (line) => console.log(line));
    return 0;
  } finally {
    await connection.end().catch(() => undefined);
    await database.stop();
  }
});
