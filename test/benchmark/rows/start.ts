import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Bench } from '../harness/bench';
import { residentBytes } from '../harness/cpu';
import type { Readiness, RunningServer } from '../harness/running-server';
import { openScratch } from '../harness/scratch';
import { alone, median, type Row } from '../row';

const LOAD = resolve(__dirname, '../../../scripts/load.mjs');
const CONNECTIONS = 16;
const LOAD_SECONDS = 60;
const QUICK_LOAD_SECONDS = 6;
const POLL_MS = 100;
const MEBIBYTE = 2 ** 20;

/** What a start on existing data takes, and how much memory the process has then and under load. */
export const start: Row = {
  name: 'start',
  isQuick: true,
  run: async (bench) => {
    const env = { DATABASE_URL: await openScratch(bench), REDIS_URL: await bench.redisUrl() };
    // Brings the files into memory, and the epoch of the cache into the copy.
    await (await bench.startService(env)).stop();
    const starts: Readiness[] = [];
    for (let round = 0; round < bench.rounds; round += 1) {
      const server = await bench.startService(env);
      starts.push(server.readiness);
      await server.stop();
    }
    const seconds = bench.isQuick ? QUICK_LOAD_SECONDS : LOAD_SECONDS;
    const most = await watchMemory(bench, await bench.startService(env), seconds);
    const name = 'start on existing data';
    return [
      alone(name, 'CPU s to ready', median(starts.map(({ cpu }) => cpu)), { mostValue: 1.2 }),
      alone(name, 'MiB when ready', median(starts.map(({ memory }) => memory)) / MEBIBYTE),
      alone(`${seconds} s of load, all kinds`, 'MiB at most', most / MEBIBYTE, { mostValue: 120 }),
    ];
  },
};

/** @returns the most memory that the service had while it was under load. */
async function watchMemory(bench: Bench, { pid, url }: RunningServer, seconds: number): Promise<number> {
  const load = spawn(
    process.execPath,
    [LOAD, `--url=${url}`, `--connections=${CONNECTIONS}`, `--duration=${seconds}`, '--seed=1'],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  bench.cleanup.add(() => Promise.resolve(load.kill()));
  let most = residentBytes(pid);
  const timer = setInterval(() => (most = Math.max(most, residentBytes(pid))), POLL_MS);
  const [code] = (await once(load, 'exit')) as [number | null];
  clearInterval(timer);
  if (code !== 0) throw new Error('requests of the load failed');
  return most;
}
