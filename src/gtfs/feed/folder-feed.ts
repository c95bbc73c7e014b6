import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Feed } from './feed';
import { isFeedFile } from './feed-file';

export async function openFolderFeed(folder: string): Promise<Feed> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => !entry.isDirectory() && isFeedFile(entry.name));
  return {
    files: files.map(({ name }) => name).sort(),
    open: (file) => Promise.resolve(createReadStream(join(folder, file))),
    close: () => Promise.resolve(),
  };
}
