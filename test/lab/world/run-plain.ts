import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Machine } from '../../setup/machine';
import { reapAfterExit } from '../../setup/reaper';
import type { CityProcess, Running } from './city-process';

const PROGRAM = join(__dirname, '..', 'plain-city', 'main.cjs');

/** Runs a process of the plain city. */
export function runPlain(
  { host, prefix }: Machine,
  socket: string,
): (process: CityProcess) => Promise<Running> {
  return async ({ name, port, links }) => {
    const [command, ...args] = [...prefix, process.execPath, PROGRAM];
    const child = spawn(command, args, {
      env: {
        PATH: process.env.PATH,
        HOST: host,
        PORT: String(port),
        DATABASE_URL: links.postgres.url,
        REDIS_URL: links.redis.url,
        LAB_SOCKET: socket,
        LAB_PROCESS: name,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'close');
    const callOffReaper = reapAfterExit('kill -KILL "$1"', String(child.pid));
    void exited.then(callOffReaper);
    const isReady = once(createInterface({ input: child.stdout }), 'line').then(() => true);
    if (!(await Promise.race([isReady, exited.then(() => false)])) || child.pid === undefined)
      throw new Error(`${name} of the plain city did not start`);
    const { pid } = child;
    return {
      pid,
      exited,
      kill: async () => {
        child.kill('SIGKILL');
        await exited;
      },
    };
  };
}
