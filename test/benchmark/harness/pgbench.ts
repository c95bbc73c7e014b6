import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cpuSeconds } from './cpu';

const execute = promisify(execFile);
/** Where Debian keeps the programs that are not on the PATH. */
const DEBIAN = '/usr/lib/postgresql';
const TURN_LIMIT_MS = 120_000;
/** Backends end, and are counted by the process above them, a moment after their clients. */
const BACKENDS_END_MS = 300;

/** The script of a transaction, and what it needs to know. */
export interface PgbenchJob {
  readonly database: string;
  readonly clients: number;
  readonly seconds: number;
  readonly script: string;
  readonly variables: Readonly<Record<string, number>>;
}

export interface PgbenchSample {
  readonly perSecond: number;
  /** CPU microseconds of PostgreSQL for each transaction; null when it runs elsewhere. */
  readonly databaseCpu: number | null;
}

/** The program, or null where there is none. */
export async function findPgbench(): Promise<string | null> {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).toSorted((a, b) => Number(b) - Number(a)) : [];
  for (const program of ['pgbench', ...versions.map((version) => `${DEBIAN}/${version}/bin/pgbench`)]) {
    const works = await execute(program, ['--version']).then(
      () => true,
      () => false,
    );
    if (works) return program;
  }
  return null;
}

/** Statements are prepared once a connection, as the service does it. */
export async function runPgbench(
  program: string,
  { database, clients, seconds, script, variables }: PgbenchJob,
  postmaster: number | null,
): Promise<PgbenchSample> {
  const args = [
    ...['--no-vacuum', '--protocol=prepared', `--client=${clients}`, '--jobs=1', `--time=${seconds}`],
    `--file=${script}`,
    ...Object.entries(variables).map(([name, value]) => `--define=${name}=${value}`),
  ];
  const begun = postmaster === null ? 0 : cpuSeconds(postmaster);
  const { stdout } = await execute(program, args, {
    timeout: TURN_LIMIT_MS + seconds * 1_000,
    // Not an argument: everybody may read those, and it has the password.
    env: { ...process.env, PGDATABASE: database },
  }).catch((error: unknown) => {
    const { stderr } = error as { stderr?: string };
    throw new Error(`pgbench failed: ${stderr}`);
  });
  await sleep(BACKENDS_END_MS);
  const cpu = postmaster === null ? null : cpuSeconds(postmaster) - begun;
  const transactions = figure(stdout, /transactions actually processed: (\d+)/);
  return {
    perSecond: figure(stdout, /^tps = ([\d.]+)/m),
    databaseCpu: cpu === null ? null : (cpu / transactions) * 1e6,
  };
}

function figure(output: string, pattern: RegExp): number {
  const found = pattern.exec(output)?.[1];
  if (found === undefined) throw new Error(`pgbench says something else than expected:\n${output}`);
  return Number(found);
}
