import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isServerOf } from '../../src/platform/postgres/embedded/process';

/** The pid of the embedded PostgreSQL server that runs on this data directory, whoever started it. */
export async function findLeftServer(dataDir: string): Promise<number | null> {
  const dataFolder = join(dataDir, 'postgres', 'data');
  const text = await readFile(join(dataFolder, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  return pid > 0 && isServerOf(dataFolder, pid) ? pid : null;
}

/** Stops the server that a killed service left behind, if there is one. */
export async function stopLeftServer(dataDir: string): Promise<void> {
  const pid = await findLeftServer(dataDir);
  if (!pid) return;
  process.kill(pid, 'SIGINT');
  while (await findLeftServer(dataDir)) await sleep(20);
}
