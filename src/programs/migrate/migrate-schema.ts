import { parseOptions } from '../../common/program/options';
import { AppConfig } from '../../platform/config/app-config';
import { readEnvironment } from '../../platform/config/environment';
import { locateDatabase, locateDatabaseOfAnySchema } from '../../platform/postgres/locate';
import { migrate } from '../../platform/postgres/migrate';
import { planMigrations } from '../../platform/postgres/migration-plan';

const HELP = `Brings the schema of the database up to date, as each start of the service does.

npm run migrate -- [--plan]
  --plan   prints the SQL that would run, and changes nothing
  --help   shows this text

It works on the database in DATABASE_URL, or on the embedded one under DATA_DIR. The release before this one can keep running on it.
Each migration waits for a table in use for two seconds at most, makes way for what came after it, and tries again.
`;

/**
 * The whole of `npm run migrate`, to its exit code.
 *
 * @throws StartupError for what its operator can mend.
 */
export async function migrateSchema(
  args: readonly string[],
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const flag = { type: 'boolean' } as const;
  const { help, plan } = parseOptions({ args: [...args], options: { help: flag, plan: flag } }).values;
  if (help) {
    print(HELP);
    return 0;
  }
  const config = new AppConfig(readEnvironment());
  const locate = plan ? locateDatabaseOfAnySchema : locateDatabase;
  const database = await locate(config, (line) => console.error(line), signal);
  try {
    const planned = await planMigrations(database.url);
    if (plan) {
      for (const { name, sql } of planned) print(`-- ${name}\n${sql}\n`);
      print(`-- ${planned.length} ${planned.length === 1 ? 'migration' : 'migrations'} would run.`);
      return 0;
    }
    for (const { name } of planned) print(`to run: ${name}`);
    await migrate(database.url, signal, print);
    print('The schema is up to date.');
    return 0;
  } finally {
    await database.stop();
  }
}
