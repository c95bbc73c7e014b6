import type { AppConfig } from '../config/app-config';
import { startEmbeddedPostgres } from './embedded/embedded-postgres';
import { findRunningPostgres } from './embedded/running-postgres';
import { requireSchema } from './schema';
import { type Access, checkServer } from './server';

/** The database of the service. It can be used until `stop`. */
export interface LocatedDatabase {
  readonly url: string;
  readonly isEmbedded: boolean;
  stop(): Promise<void>;
}

type Log = (line: string) => void;

/**
 * Returns the database of DATABASE_URL. Without DATABASE_URL it starts the embedded server, which only this process holds.
 *
 * @param signal cancels the start and stops the embedded server.
 * @throws StartupError if the database cannot be used, for example while another process holds the embedded server.
 */
export async function locateDatabase(
  config: AppConfig,
  log: Log,
  signal?: AbortSignal,
): Promise<LocatedDatabase> {
  return check(config, 'write', await find(config, log, signal), signal);
}

/**
 * The same for a program that only reads. It can run while the service runs.
 *
 * @throws StartupError also if the program does not know the schema.
 */
export async function locateDatabaseToRead(
  config: AppConfig,
  log: Log,
  signal?: AbortSignal,
): Promise<LocatedDatabase> {
  const database = await locateDatabaseOfAnySchema(config, log, signal);
  try {
    await requireSchema(database.url);
    signal?.throwIfAborted();
    return database;
  } catch (error) {
    await database.stop();
    throw error;
  }
}

/** The same for a program that only looks how far the schema is. */
export async function locateDatabaseOfAnySchema(
  config: AppConfig,
  log: Log,
  signal?: AbortSignal,
): Promise<LocatedDatabase> {
  const running = config.get('DATABASE_URL') ? null : await findRunningPostgres(config.get('DATA_DIR'));
  const found = running ? of(running, true) : await find(config, log, signal);
  return check(config, 'read', found, signal);
}

async function find(config: AppConfig, log: Log, signal: AbortSignal | undefined): Promise<LocatedDatabase> {
  const url = config.get('DATABASE_URL');
  if (url) return of(url, false);
  const embedded = await startEmbeddedPostgres({ dataDir: config.get('DATA_DIR'), log, signal });
  return { url: embedded.url, isEmbedded: true, stop: () => embedded.stop() };
}

function of(url: string, isEmbedded: boolean): LocatedDatabase {
  return { url, isEmbedded, stop: () => Promise.resolve() };
}

async function check(
  config: AppConfig,
  access: Access,
  database: LocatedDatabase,
  signal: AbortSignal | undefined,
): Promise<LocatedDatabase> {
  try {
    await checkServer(database.url, access, config.get('DATABASE_CONNECT_TIMEOUT_MS'), signal);
    signal?.throwIfAborted();
    return database;
  } catch (error) {
    await database.stop();
    throw error;
  }
}
