import { posix } from 'node:path';
import { type Entry, type ZipFile, openPromise } from 'yauzl';
import { StartupError } from '../../common/startup-error';
import type { Feed } from './feed';
import { isFeedFile } from './feed-file';

/** More than any feed is; what is declared here is the most that yauzl lets through. */
const MOST_BYTES = 16 * 1024 ** 3;

/** Files are only streamed, never written to disk; yauzl refuses names that lead out of the archive. */
export async function openZipFeed(path: string): Promise<Feed> {
  const zip = await openPromise(path, { autoClose: false, lazyEntries: true });
  try {
    const entries = inOneFolder(await readEntries(zip));
    checkSize([...entries.values()]);
    return {
      files: [...entries.keys()].sort(),
      open: (file) => {
        const entry = entries.get(file);
        if (!entry) throw new Error(`${file} is not in ${path}`);
        return zip.openReadStreamPromise(entry);
      },
      close: () => {
        zip.close();
        return Promise.resolve();
      },
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function readEntries(zip: ZipFile): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of zip.eachEntry()) {
    if (isFeedFile(posix.basename(entry.fileName))) entries.push(entry);
  }
  return entries;
}

/** By name: those at the root, else those of the only folder that has any. */
function inOneFolder(entries: readonly Entry[]): ReadonlyMap<string, Entry> {
  const folders = new Set(
    entries
      .map(folderOf)
      .filter((name) => !name.split('/').some((part) => /^(\.(?!$)|__MACOSX$)/.test(part))),
  );
  const [folder = '.'] = folders.has('.') ? ['.'] : folders;
  if (folder !== '.' && folders.size > 1) {
    throw new StartupError(`the feed is not one folder: it has files in ${[...folders].sort().join(', ')}`);
  }
  return new Map(
    entries
      .filter((entry) => folderOf(entry) === folder)
      .map((entry) => [posix.basename(entry.fileName), entry]),
  );
}

function folderOf({ fileName }: Entry): string {
  return posix.dirname(fileName);
}

function checkSize(entries: readonly Entry[]): void {
  const bytes = entries.reduce((total, { uncompressedSize }) => total + uncompressedSize, 0);
  if (bytes > MOST_BYTES) throw new StartupError(`the feed is too large: ${bytes} bytes`);
}
