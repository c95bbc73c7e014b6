import { Environment } from '../config/environment';
import { startEmbeddedPostgres } from '../database/embedded/embedded-postgres';
import { checkServer } from '../database/server';

/** A server that is there until `stop`. */
export interface TargetServer {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * The service's own database: DATABASE_URL, else the embedded server, which is started.
 *
 * @throws StartupError when it can't be had, also while a service runs on the same DATA_DIR.
 */
export async function openTargetServer(
  { DATABASE_URL, DATABASE_CONNECT_TIMEOUT_MS, DATA_DIR }: Environment,
  log: (line: string) => void,
): Promise<TargetServer> {
  if (DATABASE_URL) {
    await checkServer(DATABASE_URL, DATABASE_CONNECT_TIMEOUT_MS);
    return { url: DATABASE_URL, stop: () => Promise.resolve() };
  }
  return startEmbeddedPostgres({ dataDir: DATA_DIR, log });
}
