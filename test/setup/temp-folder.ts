import { chmod, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where Linux has a file system in memory: there a database is copied in a tenth of the time, and most tests copy one. */
const IN_MEMORY = '/dev/shm';
const GIB = 2 ** 30;
/** Of it, and of memory at all. The tests have some hundred MiB of files at a time. */
const LEAST_SPACE = 2 * GIB;
const LEAST_MEMORY = 4 * GIB;

/** Creates an empty folder that every user may enter: run by root, the database server is another user. */
export async function createTempFolder(): Promise<string> {
  const folder = await mkdtemp(join(await fastestPlace(), 'travel-recharge-test-'));
  await chmod(folder, 0o755);
  return folder;
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** The place that the environment names, or else memory, if there is enough of it. */
async function fastestPlace(): Promise<string> {
  if (process.env.TMPDIR || process.availableMemory() < LEAST_MEMORY) return tmpdir();
  const { bavail, bsize } = await statfs(IN_MEMORY).catch(() => ({ bavail: 0, bsize: 0 }));
  return bavail * bsize < LEAST_SPACE ? tmpdir() : IN_MEMORY;
}
