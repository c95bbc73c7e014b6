import { SingleBar } from 'cli-progress';
import { Clock } from '../../common/time/clock';
import { AppConfig } from '../../platform/config/app-config';
import { readEnvironment } from '../../platform/config/environment';
import { locateDatabase } from '../../platform/postgres/locate';
import { migrate } from '../../platform/postgres/migrate';
import { HELP, parseSeedArguments } from './arguments';
import { seedDemonstration } from './seed-demonstration';
import { sizeOf } from './seed-options';

/**
 * Runs the whole program.
 *
 * @param signal cancels the work. Then the database is not changed.
 * @returns the exit code, 0.
 * @throws StartupError if it failed.
 */
export async function seed(args: readonly string[], signal: AbortSignal): Promise<number> {
  const size = parseSeedArguments(args);
  if (!size) {
    console.log(HELP);
    return 0;
  }
  // The size is checked before a server is started.
  sizeOf(size);
  const config = new AppConfig(readEnvironment());
  const database = await locateDatabase(config, (line) => console.log(line), signal);
  const bar = new SingleBar({
    format: '{bar} {percentage}% | {value} of {total} trips | {eta_formatted} left',
  });
  const start = performance.now();
  try {
    await migrate(database.url, signal, (line) => console.log(line));
    const summary = await seedDemonstration(database.url, {
      ...size,
      now: new Clock().now(),
      timeZone: config.get('SERVICE_TIME_ZONE'),
      signal,
      log: (line) => {
        bar.stop();
        console.log(line);
      },
      progress: (done, total) => {
        if (bar.isActive) bar.update(done);
        else bar.start(total, done);
      },
    });
    bar.stop();
    const counts = Object.entries(summary).map(([name, count]) => `${count} ${name}`);
    console.log(`Seeded in ${((performance.now() - start) / 1_000).toFixed(1)} s: ${counts.join(', ')}`);
    return 0;
  } finally {
    bar.stop();
    await database.stop();
  }
}
