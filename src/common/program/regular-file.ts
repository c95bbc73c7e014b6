import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** Opening a FIFO would wait for whoever writes to it. Windows has neither. */
const AT_ONCE = constants.O_NONBLOCK | 0;
const NO_LINK = constants.O_NOFOLLOW | 0;
/** What others may do with a file. */
const OTHERS = 0o077;

/**
 * Opens a file that an operator has named.
 *
 * @param flags of `open` (2).
 * @throws Error unless it is a regular file: a FIFO would keep the program waiting, and a device may have no end.
 */
export async function openRegularFile(path: string, flags: number, mode?: number): Promise<FileHandle> {
  const file = await open(path, flags | AT_ONCE, mode);
  try {
    requireRegular(await file.stat(), path);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * Reads a text that an operator has put into a file.
 *
 * @param most bytes.
 * @throws Error if it is no regular file, cannot be read, or is larger.
 */
export function readSmallFile(path: string, most: number): string {
  return read(path, most, 0, (stats) => requireRegular(stats, path));
}

/**
 * Reads a file that this program has written for itself alone.
 *
 * @param most bytes.
 * @throws Error also if it is a link, is another user's, or others may read or change it.
 */
export function readOwnFile(path: string, most: number): string {
  return read(path, most, NO_LINK, (stats) => {
    requireRegular(stats, path);
    // Windows has neither users nor modes here.
    const user = process.getuid?.();
    if (user === undefined) return;
    if (stats.uid !== user) throw new Error(`${path} is another user's`);
    if ((stats.mode & OTHERS) !== 0) throw new Error(`${path} is open to others: its mode must be 600`);
  });
}

function read(path: string, most: number, flags: number, check: (stats: Stats) => void): string {
  const file = openSync(path, constants.O_RDONLY | AT_ONCE | flags);
  try {
    check(fstatSync(file));
    // What its size says may have changed meanwhile.
    const bytes = Buffer.alloc(most + 1);
    let length = 0;
    for (let count = -1; count !== 0 && length < bytes.length; length += count)
      count = readSync(file, bytes, length, bytes.length - length, null);
    if (length > most) throw new Error(`${path} has more than ${most} bytes`);
    return bytes.toString('utf8', 0, length);
  } finally {
    closeSync(file);
  }
}

function requireRegular(stats: Stats, path: string): void {
  if (!stats.isFile()) throw new Error(`${path} is not a regular file`);
}
