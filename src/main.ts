import 'reflect-metadata';
import { createApplication, listen } from './application';
import { createLogger } from './common/logger';
import { runCommand } from './common/run-command';
import { AppConfig } from './config/app-config';
import { readEnvironment } from './config/environment';
import { prepareDatabase } from './prepare-database';
import { StopSignal } from './stop-signal';
import { welcome } from './welcome';

/** `npm start`: the service, from its database to its last request. */
runCommand(async () => {
  const config = new AppConfig(readEnvironment());
  const logger = createLogger(config.get('LOG_LEVEL'));
  const stop = new StopSignal();
  const database = await prepareDatabase(config, logger);
  try {
    const app = await createApplication(config, database, logger);
    try {
      console.log(welcome(await listen(app, config)));
      await stop.received;
      logger.info('stopping: requests in flight may finish');
    } finally {
      await app.close();
    }
  } finally {
    await database.stop();
  }
  return 0;
});
