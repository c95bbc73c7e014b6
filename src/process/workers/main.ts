import cluster from 'node:cluster';
import { keepShapeOfTicks } from '../../common/program/keep-shape-of-ticks';
import { openLogOutput } from '../../common/program/log-output';
import { createLogger } from '../../common/program/logger';
import { runUntilStopped } from '../../common/program/run-command';
import { StartupError } from '../../common/program/startup-error';
import { AppConfig } from '../../platform/config/app-config';
import { readEnvironment } from '../../platform/config/environment';
import { locateDatabase } from '../../platform/postgres/locate';
import { serve } from '../serve';
import type { WorkerMessage } from './message';

keepShapeOfTicks();
process.exitCode = 0;

/** One of several processes that serve, started by `Workers` over a database that is ready. */
runUntilStopped(async (stop) => {
  const config = new AppConfig(readEnvironment());
  const logger = createLogger(config.get('LOG_LEVEL'), await openLogOutput(config.get('LOG_FORMAT')));
  try {
    const database = await locateDatabase(config, (line) => logger.info(line), stop.aborted);
    const onListening = (url: string): void => {
      stopWhenAlone();
      void tell({ listening: url });
    };
    await serve({ config, database, logger, stop, onListening, metricsServer: null });
    return 0;
  } catch (error) {
    if (!(error instanceof StartupError)) throw error;
    await tell({ failed: error.message });
    return 1;
  }
});

function tell(message: WorkerMessage): Promise<void> {
  return new Promise((resolve) => process.send?.(message, () => resolve()));
}

/** Node would end it at once with the process that started it; requests in flight may finish instead. */
function stopWhenAlone(): void {
  const { worker } = cluster;
  worker?.once('disconnect', () => {
    worker.exitedAfterDisconnect = true;
    process.kill(process.pid, 'SIGTERM');
  });
}
