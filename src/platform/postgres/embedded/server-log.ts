import { constants } from 'node:fs';
import { type FileHandle, open, readFile, rename } from 'node:fs/promises';
import { errnoOf } from './errno';

/** Opens the server's log for a new run. The log of the run before is renamed to `.1`. */
export async function openServerLog(path: string): Promise<FileHandle> {
  await rename(path, `${path}.1`).catch((error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw error;
  });
  const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND, O_NOFOLLOW } = constants;
  // A link is not followed: the owner of the folder could make root write to another file.
  return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW, 0o600);
}

/** Returns one line about why the server ended: its last FATAL or PANIC, otherwise the last line of its log. */
export async function lastFailure(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return (lines.findLast((line) => /\b(FATAL|PANIC):/.test(line)) ?? lines.at(-1))
    ?.replace(/^.*?(?=FATAL|PANIC)/, '')
    .trim();
}
