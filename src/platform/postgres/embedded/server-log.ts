import { constants } from 'node:fs';
import { type FileHandle, open, readFile, rename } from 'node:fs/promises';
import { errnoOf } from './errno';

/** Opens the server's log for a new run; the log of the run before stays beside it as `.1`. */
export async function openServerLog(path: string): Promise<FileHandle> {
  await rename(path, `${path}.1`).catch((error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw error;
  });
  const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND, O_NOFOLLOW } = constants;
  // Not followed: as root, a link planted by the owner of the folder must not lead to another file.
  return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW, 0o600);
}

/** What the server said last before it gave up: its last FATAL or PANIC, else its last line; one line. */
export async function lastFailure(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return (lines.findLast((line) => /\b(FATAL|PANIC):/.test(line)) ?? lines.at(-1))
    ?.replace(/^.*?(?=FATAL|PANIC)/, '')
    .trim();
}
