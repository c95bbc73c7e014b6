import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { breaksOf } from '../setup/ledger';
import { aMetricsPort } from '../setup/open-metrics';
import { PostgresNode } from '../setup/postgres-node';
import { startRedis } from '../setup/redis-server';
import { startService } from '../setup/service';
import { until } from '../setup/until';
import { untilTrusted } from '../setup/until-trusted';
import { FAULTS, type Surroundings } from './faults';
import { type Sample, type Subject, takeSample } from './sample';

const LOAD = resolve(__dirname, '../../dist/programs/load/main.js');
const MINUTE_MS = 60_000;
/** A fault that has just been leaves connections and memory that soon go. */
const SETTLING_MS = 15_000;

export interface SoakOptions {
  readonly minutes: number;
  /** Requests a second. */
  readonly rate: number;
  /** From one fault to the next; 0: none. */
  readonly faultSeconds: number;
  readonly csv: string | null;
  readonly log: (line: string) => void;
}

type CleanUp = () => Promise<unknown>;

/** @returns what is wrong, each as a sentence. */
export async function soak(options: SoakOptions): Promise<string[]> {
  const cleanUps: CleanUp[] = [];
  try {
    return await run(options, (cleanUp) => cleanUps.push(cleanUp));
  } finally {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  }
}

async function run(options: SoakOptions, after: (cleanUp: CleanUp) => void): Promise<string[]> {
  const { minutes, rate, faultSeconds, csv, log } = options;
  const postgres = await PostgresNode.create();
  after(() => postgres.remove());
  await postgres.start();
  await postgres.ensureDatabase();
  const redis = await startRedis();
  after(() => redis.stop());
  const metrics = await aMetricsPort();
  const service = await startService({
    databaseUrl: postgres.url,
    redisUrl: redis.url,
    // The defaults, which tests change.
    env: {
      ...metrics.env,
      WORKERS: '2',
      DEMO_DATA: 'on',
      LOG_LEVEL: 'error',
      OVERLOAD_EVENT_LOOP_DELAY_MS: '1000',
      DATABASE_CONNECT_TIMEOUT_MS: '3000',
      DATABASE_STATEMENT_TIMEOUT_MS: '5000',
      DATABASE_TRANSACTION_TIMEOUT_MS: '5000',
      DATABASE_SILENCE_MS: '750',
      REDIS_TIMEOUT_MS: '100',
      MAX_CARD_BALANCE: '1000000000',
    },
  });
  after(() => service.stop());
  await untilTrusted(service);
  const subject: Subject = { service, redis, metricsUrl: metrics.url, databaseUrl: postgres.url };
  const stopping = new AbortController();
  const load = runLoad(service.url, minutes, rate, log);
  void load.then(() => stopping.abort());
  const faults = bringAbout({ service, postgres, redis }, faultSeconds, stopping.signal, log);
  const samples = await watch(subject, minutes, csv, log);
  await faults;
  await load;

  const complaints = compare(samples);
  const answered = async (): Promise<boolean> =>
    (await takeSample(minutes, subject)).unanswered_commits === 0;
  await until('every commit is answered', answered).catch((error: unknown) => complaints.push(String(error)));
  const { code, signal } = await service.stop();
  if (code !== 0) complaints.push(`the service ended with ${code ?? signal}`);
  for (const name of Object.keys(await breaksOf(postgres.url)))
    complaints.push(`it does not hold that ${name}`);
  return complaints;
}

async function runLoad(
  url: string,
  minutes: number,
  rate: number,
  log: (line: string) => void,
): Promise<void> {
  const args = { url, mix: 'city', connections: 16, rate, duration: minutes * 60 };
  const options = Object.entries(args).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(process.execPath, [LOAD, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
  await once(child, 'close');
  // Requests that came during a fault were refused.
  log(output);
}

async function bringAbout(
  surroundings: Surroundings,
  seconds: number,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<void> {
  for (let turn = 0; seconds > 0; turn += 1) {
    await sleep(seconds * 1_000, null, { signal }).catch(() => undefined);
    const fault = FAULTS[turn % FAULTS.length];
    if (!fault || signal.aborted) return;
    log(`fault: ${fault.name}`);
    await fault.happen(surroundings);
  }
}

/** A sample each minute; one that a fault made impossible is taken later. */
async function watch(
  subject: Subject,
  minutes: number,
  csv: string | null,
  log: (line: string) => void,
): Promise<Sample[]> {
  const begun = performance.now();
  const samples: Sample[] = [];
  for (let minute = 1; minute < minutes; minute += 1) {
    await sleep(Math.max(0, begun + minute * MINUTE_MS - SETTLING_MS - performance.now()));
    const sample = await takeSample(minute, subject).catch(() => null);
    if (!sample) continue;
    if (samples.length === 0) {
      const head = Object.keys(sample).join(',');
      log(head);
      if (csv) writeFileSync(csv, `${head}\n`);
    }
    samples.push(sample);
    const line = Object.values(sample).join(',');
    log(line);
    if (csv) appendFileSync(csv, `${line}\n`);
  }
  return samples;
}

/** What may not grow, and by how much the median of the last third may be above that of the first. */
const BOUNDS: Partial<Record<keyof Sample, (first: number) => number>> = {
  first_process_mib: (first) => 1.1 * first + 5,
  old_worker_mib: (first) => 1.2 * first + 10,
  file_handles: (first) => first + 6,
  database_connections: (first) => first + 6,
  stuck_transactions: () => 0,
  redis_connections: (first) => first + 3,
  fences: (first) => first + 1,
  unanswered_commits: () => 0,
};

function compare(samples: readonly Sample[]): string[] {
  const third = Math.ceil(samples.length / 3);
  return Object.entries(BOUNDS).flatMap(([name, bound]) => {
    const values = samples.map((sample) => sample[name as keyof Sample]);
    const [first, last] = [median(values.slice(0, third)), median(values.slice(-third))];
    return last > bound(first) ? [`${name} grew from ${first} to ${last}`] : [];
  });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
