import { SingleBar } from 'cli-progress';
import { Clock } from '../../common/time/clock';
import { runUntilStopped } from '../../common/program/run-command';
import { AppConfig } from '../../platform/config/app-config';
import { readEnvironment } from '../../platform/config/environment';
import { locateDatabase } from '../../platform/postgres/locate';
import { migrate } from '../../platform/postgres/migrate';
import { HELP, parseSeedArguments } from './arguments';
import { seedDemonstration } from './seed-demonstration';
import { sizeOf } from './seed-options';

/** `npm run seed`: exit code 1 when anything is wrong, 130 or 143 when it was stopped; then the database is unchanged. */
runUntilStopped(async ({ aborted }) => {
  const { help, ...size } = parseSeedArguments(process.argv.slice(2));
  if (help) {
    console.log(HELP);
    return 0;
  }
  sizeOf(size);
  const config = new AppConfig(readEnvironment());
  const database = await locateDatabase(config, (line) => console.log(line), aborted);
  const bar = new SingleBar({
    format: '{bar} {percentage}% | {value} of {total} trips | {eta_formatted} left',
  });
  const start = performance.now();
  try {
    await migrate(database.url, aborted);
    const summary = await seedDemonstration(database.url, {
      ...size,
      now: new Clock().now(),
      timeZone: config.get('SERVICE_TIME_ZONE'),
      signal: aborted,
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
});
