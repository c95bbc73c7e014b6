import 'reflect-metadata';
import type { Logger } from 'pino';
import type { DatabaseLocation } from '../app.module';
import { createApplication, listen } from './application';
import type { AppConfig } from '../platform/config/app-config';
import type { StopSignal } from '../common/program/stop-signal';

/** What a process that serves requests works with. */
export interface ServeOptions {
  readonly config: AppConfig;
  readonly database: DatabaseLocation;
  readonly logger: Logger;
  readonly stop: StopSignal;
  /** Hears the URL once requests are taken. */
  readonly onListening: (url: string) => void;
}

/**
 * Serves requests until the signal to stop, and finishes those in flight.
 *
 * @throws StartupError when the port or the host cannot be had.
 */
export async function serve({ config, database, logger, stop, onListening }: ServeOptions): Promise<void> {
  const app = await createApplication(config, database, logger);
  try {
    stop.aborted.throwIfAborted();
    onListening(await listen(app, config));
    await stop.received;
    logger.info('stopping: requests in flight are finished first');
  } finally {
    await app.close();
  }
}
