import { MetricsServer } from './metrics-server';
import { requirePort } from './require-port';
import type { Logger } from 'pino';
import { openLogOutput } from '../common/program/log-output';
import { createLogger } from '../common/program/logger';
import { signInSettings } from '../platform/access/sign-in/sign-in-settings';
import { AppConfig } from '../platform/config/app-config';
import { readEnvironment } from '../platform/config/environment';
import { prepareDatabase } from './prepare-database';
import type { StopSignal } from '../common/program/stop-signal';
import { welcomeText } from './welcome';
import { checkConnections } from './workers/check-connections';
import { countProcesses } from './workers/count-processes';
import { Workers } from './workers/workers';

/** `npm start`: the service, from its database to its last request. */
export async function start(stop: StopSignal): Promise<void> {
  const config = new AppConfig(readEnvironment());
  signInSettings(config);
  const logger = createLogger(config.get('LOG_LEVEL'), await openLogOutput(config.get('LOG_FORMAT')));
  await requirePort(config);
  const metricsServer = await MetricsServer.listen(config, logger);
  try {
    await prepareAndServe(config, logger, stop, metricsServer);
  } finally {
    await metricsServer?.close();
  }
}

async function prepareAndServe(
  config: AppConfig,
  logger: Logger,
  stop: StopSignal,
  metricsServer: MetricsServer | null,
): Promise<void> {
  const processes = countProcesses(config, logger);
  const database = await prepareDatabase(config, logger, stop.aborted);
  if (config.authMode === 'trusted-network')
    logger.warn(
      'AUTH=trusted-network: whoever reaches this service may do everything; it is for what is in front to decide who does',
    );
  const onListening = (url: string): void => console.log(welcomeText(url, config.authMode === 'required'));
  try {
    if (processes > 1) {
      await checkConnections(processes, database.url, config, logger);
      const environment = { DATABASE_URL: database.url, DATABASE_URL_FILE: '', AUTH: config.authMode };
      const workers = new Workers(processes, environment, logger, onListening);
      metricsServer?.show(() => workers.metrics.text());
      // The workers take this time before they stop.
      void stop.received.then(() => stop.allow(config.get('SHUTDOWN_DELAY_MS')));
      await workers.run(stop);
    } else {
      // Loaded only here, so that a process that keeps workers does not hold the application in memory.
      const { serve } = await import('./serve.js');
      await serve({ config, database, logger, stop, onListening, metricsServer });
    }
  } finally {
    await database.stop();
  }
}
