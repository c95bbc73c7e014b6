import { migrate } from '../../src/platform/postgres/migrate';
import { dropDatabase, execute, uniqueName, urlOf } from './database';

/** Creates and migrates the database that the tests copy; answers its name. */
export async function createTemplate(server: string): Promise<string> {
  const name = uniqueName('template');
  await execute(server, `CREATE DATABASE ${name}`);
  try {
    await migrate(urlOf(server, name));
    // The first connection writes down what each one in a copy would otherwise have to find out.
    await execute(urlOf(server, name), 'SELECT FROM trips');
    // Nobody, autovacuum included, connects any more: a database in use can't be copied.
    await execute(server, `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  } catch (error) {
    await dropDatabase(server, name);
    throw error;
  }
  return name;
}
