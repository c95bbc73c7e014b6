import type { Logger } from 'pino';
import { AppConfig } from '../config/app-config';
import { seedIfEmpty } from '../seed/seed-if-empty';
import { startEmbeddedPostgres } from './embedded/embedded-postgres';
import { migrate } from './migrate';
import { checkServer } from './server';

/** A database that is ready to be served from. */
export interface PreparedDatabase {
  readonly url: string;
  /** As PostgreSQL counts it, such as 150018. */
  readonly serverVersion: number;
  readonly isEmbedded: boolean;
  stop(): Promise<void>;
}

/**
 * Finds or starts the database, brings its schema up to date, and seeds it if that is asked for.
 *
 * @throws StartupError when it cannot be used.
 */
export async function prepareDatabase(config: AppConfig, logger: Logger): Promise<PreparedDatabase> {
  const located = await locate(config, logger);
  try {
    const serverVersion = await checkServer(located.url, config.get('DATABASE_CONNECT_TIMEOUT_MS'));
    await migrate(located.url);
    if (wantsDemoData(config, located.isEmbedded)) await seedIfEmpty(located.url, config, logger);
    return { ...located, serverVersion };
  } catch (error) {
    await located.stop();
    throw error;
  }
}

function wantsDemoData(config: AppConfig, isEmbedded: boolean): boolean {
  return (config.get('DEMO_DATA') ?? (isEmbedded ? 'on' : 'off')) === 'on';
}

async function locate(config: AppConfig, logger: Logger): Promise<Omit<PreparedDatabase, 'serverVersion'>> {
  const url = config.get('DATABASE_URL');
  if (url) return { url, isEmbedded: false, stop: () => Promise.resolve() };
  const embedded = await startEmbeddedPostgres({
    dataDir: config.get('DATA_DIR'),
    log: (line) => logger.info(line),
  });
  return { url: embedded.url, isEmbedded: true, stop: () => embedded.stop() };
}
