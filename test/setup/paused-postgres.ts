import { readFile } from 'node:fs/promises';
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
  const file = await readFile(join(dataDir, CLUSTER_FOLDER, 'data', 'postmaster.pid'), 'utf8');
  const postmaster = Number(file.split('\n')[0]);
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

/** A process that has ended meanwhile needs none. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
