import 'reflect-metadata';
import { SingleBar } from 'cli-progress';
import { Clock } from '../common/clock';
import { StartupError } from '../common/startup-error';
import { readEnvironment, type Environment } from '../config/environment';
import { startEmbeddedPostgres } from '../database/embedded/embedded-postgres';
import { migrate } from '../database/migrate';
import { checkServer } from '../database/server';
import { HELP, parseSeedArguments, type SeedArguments } from './arguments';
import { seedDemonstration } from './seed-demonstration';
import { sizeOf } from './seed-options';

void run();

async function run(): Promise<void> {
  try {
    const args = parseSeedArguments(process.argv.slice(2));
    if (args.help) {
      process.stdout.write(HELP);
      return;
    }
    sizeOf(args);
    await withDatabase(readEnvironment(), (url, environment) => seed(url, environment, args));
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(
      `${error instanceof StartupError ? error.message : String((error as Error).stack)}\n`,
    );
  }
}

async function withDatabase(
  environment: Environment,
  work: (url: string, environment: Environment) => Promise<void>,
): Promise<void> {
  if (environment.DATABASE_URL !== undefined) return work(environment.DATABASE_URL, environment);
  const server = await startEmbeddedPostgres({ dataDir: environment.DATA_DIR, log });
  // An interrupted run leaves nothing: the server rolls it back.
  const interrupt = (): void => void server.stop().finally(() => process.exit(130));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    await work(server.url, environment);
  } finally {
    await server.stop();
  }
}

async function seed(url: string, environment: Environment, size: SeedArguments): Promise<void> {
  await checkServer(url);
  await migrate(url);
  const bar = new SingleBar({
    format: '{bar} {percentage}% | {value} of {total} trips | {eta_formatted} left',
  });
  const started = performance.now();
  try {
    const summary = await seedDemonstration(url, {
      ...size,
      now: new Clock().now(),
      timeZone: environment.SERVICE_TIME_ZONE,
      log: (line) => {
        bar.stop();
        log(line);
      },
      progress: (done, total) => (bar.isActive ? bar.update(done) : bar.start(total, done)),
    });
    bar.stop();
    const counts = Object.entries(summary).map(([name, count]) => `${count} ${name}`);
    log(`seeded in ${((performance.now() - started) / 1_000).toFixed(1)} s: ${counts.join(', ')}`);
  } finally {
    bar.stop();
  }
}

function log(line: string): void {
  process.stdout.write(`${line}\n`);
}
