import type { Logger } from 'pino';
import { requireAdministrator } from '../platform/access/first-administrator';
import type { AppConfig } from '../platform/config/app-config';
import { LocatedDatabase, locateDatabase } from '../platform/postgres/locate';
import { migrate } from '../platform/postgres/migrate';
import { refuseContracted } from '../platform/postgres/schema';

/**
 * Finds or starts the database, brings its schema up to date, seeds it if that is asked for, and sees to it that somebody
 * has a key where one is needed.
 *
 * @param signal gives it up: nothing half-done is left, and no server running.
 * @throws StartupError when it cannot be used.
 */
export async function prepareDatabase(
  config: AppConfig,
  logger: Logger,
  signal: AbortSignal,
): Promise<LocatedDatabase> {
  const database = await locateDatabase(config, (line) => logger.info(line), signal);
  try {
    logger.info('bringing the schema up to date');
    await migrate(database.url, signal, (line) => logger.info(line), refuseContracted);
    if (wantsDemoData(config, database)) await seed(database.url, config, logger, signal);
    if (config.authMode === 'required') await requireAdministrator(database.url, config, logger, signal);
    signal.throwIfAborted();
    return database;
  } catch (error) {
    await database.stop();
    throw error;
  }
}

function wantsDemoData(config: AppConfig, { isEmbedded }: LocatedDatabase): boolean {
  return (config.get('DEMO_DATA') ?? (isEmbedded ? 'on' : 'off')) === 'on';
}

async function seed(url: string, config: AppConfig, logger: Logger, signal: AbortSignal): Promise<void> {
  // Loaded only when it is needed: otherwise a process that keeps workers would hold this code in memory all the time.
  const [{ Clock }, { seedWhenEmpty }] = await Promise.all([
    import('../common/time/clock.js'),
    import('../programs/seed/seed-demonstration.js'),
  ]);
  const log = (line: string): void => logger.info(`demonstration city: ${line}`);
  const seeded = await seedWhenEmpty(url, {
    now: new Clock().now(),
    timeZone: config.get('SERVICE_TIME_ZONE'),
    log,
    progress: quarterly(log),
    signal,
  });
  if (seeded) logger.info(seeded, 'seeded the demonstration city');
}

/** Says how far it is, three times on the way: whoever waits sees that it goes on. */
function quarterly(log: (line: string) => void): (done: number, total: number) => void {
  let told = 0;
  return (done, total) => {
    const quarters = Math.floor((4 * done) / total);
    if (quarters <= told || quarters === 4) return;
    told = quarters;
    log(`${done} of ${total} trips are written`);
  };
}
