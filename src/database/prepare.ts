import type { Logger } from 'pino';
import type { AppConfig } from '../config/app-config';
import { seedIfEmpty } from '../seed/seed-if-empty';
import { LocatedDatabase, locateDatabase } from './locate';
import { migrate } from './migrate';

/**
 * Finds or starts the database, brings its schema up to date, and seeds it if that is asked for.
 *
 * @throws StartupError when it cannot be used.
 */
export async function prepareDatabase(config: AppConfig, logger: Logger): Promise<LocatedDatabase> {
  const database = await locateDatabase(config, (line) => logger.info(line));
  try {
    await migrate(database.url);
    if (wantsDemoData(config, database)) await seedIfEmpty(database.url, config, logger);
    return database;
  } catch (error) {
    await database.stop();
    throw error;
  }
}

function wantsDemoData(config: AppConfig, { isEmbedded }: LocatedDatabase): boolean {
  return (config.get('DEMO_DATA') ?? (isEmbedded ? 'on' : 'off')) === 'on';
}
