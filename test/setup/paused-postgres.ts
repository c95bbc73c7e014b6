import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { CLUSTER_FOLDER } from '../../src/platform/postgres/embedded/cluster';
import { reapAfterExit } from './reaper';

/**
 * Pauses every process of the embedded server under a folder, so that it answers nothing and refuses nothing.
 *
 * @returns lets them go on.
 */
export async function pausePostgres(dataDir: string, client: Client): Promise<() => Promise<void>> {
  const postmaster = await findPostmaster(dataDir);
  // It first: then no process is added to those that are listed.
  process.kill(postmaster, 'SIGSTOP');
  const { rows } = await client.query<{ pid: number }>('SELECT pid FROM pg_stat_activity');
  const pids = [postmaster, ...rows.map(({ pid }) => pid)];
  const callOffReaper = reapAfterExit('kill -CONT "$@"', ...pids.map(String));
  pids.forEach((pid) => signal(pid, 'SIGSTOP'));
  return () => {
    pids.forEach((pid) => signal(pid, 'SIGCONT'));
    callOffReaper();
    return Promise.resolve();
  };
}

/**
 * Ends the embedded server under a folder. Who holds it starts it again, as a standby of no primary.
 *
 * @returns promotes it, as `pg_ctl promote` does.
 */
export async function demotePostgres(dataDir: string, client: Client): Promise<() => Promise<void>> {
  const data = join(dataDir, CLUSTER_FOLDER, 'data');
  await writeFile(join(data, 'standby.signal'), '');
  const ended = new Promise((resolve) => client.once('end', resolve));
  // A fast shutdown: no transaction is waited for.
  process.kill(await findPostmaster(dataDir), 'SIGINT');
  await ended;
  return async () => {
    await writeFile(join(data, 'promote'), '');
    process.kill(await findPostmaster(dataDir), 'SIGUSR1');
  };
}

async function findPostmaster(dataDir: string): Promise<number> {
  const file = await readFile(join(dataDir, CLUSTER_FOLDER, 'data', 'postmaster.pid'), 'utf8');
  return Number(file.split('\n')[0]);
}

/** A process that has ended meanwhile needs none. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
