import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Feed } from './feed';
import { byFeedName, isFeedFile } from './feed-file';

/** Links are not followed: an unpacked archive of somebody else may have links to any file of this machine. */
export async function openFolderFeed(folder: string): Promise<Feed> {
  const names = (await readdir(folder)).filter(isFeedFile);
  const found = byFeedName(
    await Promise.all(
      names.map(async (name) => ({ name, path: name, source: await sizeOf(join(folder, name), name) })),
    ),
  );
  const fileNamed = (name: string): { path: string; source: number } => {
    const file = found.get(name);
    if (!file) throw new Error(`${name} is not in ${folder}`);
    return file;
  };
  return {
    files: [...found.keys()].sort(),
    sizeOf: (name) => fileNamed(name).source,
    open: (name) => {
      const { path, source: size } = fileNamed(name);
      return openFile(join(folder, path), size);
    },
    close: () => Promise.resolve(),
  };
}

async function sizeOf(path: string, name: string): Promise<number> {
  const found = await lstat(path);
  if (found.isSymbolicLink()) throw new Error(`${name} is a link: put the file itself there`);
  if (!found.isFile()) throw new Error(`${name} is not a file`);
  return found.size;
}

/** A file that grows meanwhile is read as far as it was. */
async function openFile(path: string, size: number): Promise<Readable> {
  if (size === 0) return Readable.from([]);
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  return file.createReadStream({ end: size - 1 });
}
