import type { AppConfig } from '../config/app-config';
import { startEmbeddedPostgres } from './embedded/embedded-postgres';
import { findRunningPostgres } from './embedded/running-postgres';
import { checkServer } from './server';

/** The database of the service, there until `stop`. */
export interface LocatedDatabase {
  readonly url: string;
  readonly isEmbedded: boolean;
  /** As PostgreSQL counts it, such as 150018. */
  readonly serverVersion: number;
  stop(): Promise<void>;
}

/**
 * DATABASE_URL, else the embedded server, which is started and held by this process alone.
 *
 * @throws StartupError when it cannot be had, also while another process holds the embedded one.
 */
export async function locateDatabase(
  config: AppConfig,
  log: (line: string) => void,
): Promise<LocatedDatabase> {
  const url = config.get('DATABASE_URL');
  if (url) return reached(config, url, false, () => Promise.resolve());
  const embedded = await startEmbeddedPostgres({ dataDir: config.get('DATA_DIR'), log });
  return reached(config, embedded.url, true, () => embedded.stop());
}

/** The same for a program that only reads: it may run beside the service. */
export async function locateDatabaseToRead(
  config: AppConfig,
  log: (line: string) => void,
): Promise<LocatedDatabase> {
  const running = config.get('DATABASE_URL') ? null : await findRunningPostgres(config.get('DATA_DIR'));
  return running ? reached(config, running, true, () => Promise.resolve()) : locateDatabase(config, log);
}

async function reached(
  config: AppConfig,
  url: string,
  isEmbedded: boolean,
  stop: () => Promise<void>,
): Promise<LocatedDatabase> {
  try {
    return {
      url,
      isEmbedded,
      serverVersion: await checkServer(url, config.get('DATABASE_CONNECT_TIMEOUT_MS')),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
