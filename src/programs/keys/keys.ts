import { databaseOf } from '../../platform/access/program-database';
import { AppConfig } from '../../platform/config/app-config';
import { readEnvironment } from '../../platform/config/environment';
import { Connection } from '../../platform/postgres/connection';
import { locateDatabaseToRead } from '../../platform/postgres/locate';
import { valueParsers } from '../../platform/postgres/value-parsers';
import { HELP, parseKeysArguments } from './arguments';
import { runKeys } from './run-keys';

/**
 * The whole of `npm run keys`, to its exit code.
 *
 * @throws StartupError for what its operator can mend.
 */
export async function keys(
  args: readonly string[],
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const asked = parseKeysArguments(args);
  if (asked.command === 'help') {
    print(HELP);
    return 0;
  }
  const config = new AppConfig(readEnvironment());
  // A service that runs on the embedded database keeps it, and lets others in.
  const database = await locateDatabaseToRead(config, (line) => console.error(line), signal);
  const connection = new Connection({
    connectionString: database.url,
    application_name: 'travel-recharge keys',
    types: valueParsers,
    signal,
  });
  try {
    await connection.connect();
    await runKeys(asked, databaseOf(connection), config, print);
    return 0;
  } finally {
    await connection.end().catch(() => undefined);
    await database.stop();
  }
}
