import 'reflect-metadata';
import type { Logger } from 'pino';
import type { DatabaseLocation } from '../app.module';
import { createApplication, listen } from './application';
import type { AppConfig } from '../platform/config/app-config';
import type { StopSignal } from '../common/program/stop-signal';
import { announceStop } from './announce-stop';
import type { MetricsServer } from './metrics-server';
import { Scrape } from '../platform/metrics/scrape';

/** What a process that serves requests works with. */
export interface ServeOptions {
  readonly config: AppConfig;
  readonly database: DatabaseLocation;
  readonly logger: Logger;
  readonly stop: StopSignal;
  /** Hears the URL once requests are taken. */
  readonly onListening: (url: string) => void;
  /** Where the metrics are served beside the requests; null: nowhere, or by the first process. */
  readonly metricsServer: MetricsServer | null;
}

/**
 * Serves requests until the signal to stop, and finishes those in flight.
 *
 * @throws StartupError when the port or the host cannot be had.
 */
export async function serve(options: ServeOptions): Promise<void> {
  const { config, database, logger, stop, onListening, metricsServer } = options;
  const app = await createApplication(config, database, logger);
  try {
    stop.aborted.throwIfAborted();
    metricsServer?.show(() => app.get(Scrape).text());
    onListening(await listen(app, config));
    await stop.received;
    await announceStop(app, config.get('SHUTDOWN_DELAY_MS'), stop, logger);
    logger.info('stopping: requests in flight are finished first');
  } finally {
    await app.close();
  }
}
