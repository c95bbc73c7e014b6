import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { type Entry, type ZipFile, openPromise } from 'yauzl';
import type { Feed } from './feed';
import { byFeedName, isFeedFile, type FeedFile } from './feed-file';

/** No feed has so many files; each one costs two reads. */
const MOST_ENTRIES = 10_000;

/** Methods of compression that yauzl reads: none, and deflate. */
const METHODS = [0, 8];

/** What Unix systems say about the kind of a file, and what they call a link. */
const FILE_TYPE = 0o170000;
const SYMBOLIC_LINK = 0o120000;

/** Files are only streamed, never written to disk; yauzl refuses names that lead out of the archive. */
export async function openZipFeed(path: string): Promise<Feed> {
  const zip = await openPromise(path, { autoClose: false, lazyEntries: true });
  try {
    const entries = inOneFolder(await readEntries(zip));
    const entryOf = (file: string): Entry => {
      const entry = entries.get(file);
      if (!entry) throw new Error(`${file} is not in ${path}`);
      return entry.source;
    };
    return {
      files: [...entries.keys()].sort(),
      sizeOf: (file) => entryOf(file).uncompressedSize,
      open: (file) => openEntry(zip, entryOf(file)),
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

/** @throws Error when there is nothing to be read, but for another zip file. */
async function readEntries(zip: ZipFile): Promise<Entry[]> {
  if (zip.entryCount > MOST_ENTRIES) throw new Error(`it has more than ${MOST_ENTRIES} files`);
  const entries: Entry[] = [];
  const inner: string[] = [];
  for await (const entry of zip.eachEntry()) {
    if (isFeedFile(posix.basename(entry.fileName))) entries.push(entry);
    else if (/\.zip$/i.test(entry.fileName)) inner.push(entry.fileName);
  }
  if (entries.length === 0 && inner.length > 0) {
    throw new Error(`it has no files of GTFS, but other zip files: unpack it and take ${inner.join(' or ')}`);
  }
  return entries;
}

/** By name: those at the root, else those of the only folder that has any. */
function inOneFolder(entries: readonly Entry[]): ReadonlyMap<string, FeedFile<Entry>> {
  const files = entries.filter(({ fileName }) => !fileName.endsWith('/'));
  const folders = new Set(
    files.map(folderOf).filter((name) => !name.split('/').some((part) => /^(\.(?!$)|__MACOSX$)/.test(part))),
  );
  const [folder = '.'] = folders.has('.') ? ['.'] : folders;
  if (folder !== '.' && folders.size > 1) {
    throw new Error(`it is not one folder: it has files in ${[...folders].sort().join(', ')}`);
  }
  return byFeedName(
    files
      .filter((entry) => folderOf(entry) === folder)
      .map((entry) => ({ name: posix.basename(entry.fileName), path: entry.fileName, source: entry })),
  );
}

function folderOf({ fileName }: Entry): string {
  return posix.dirname(posix.normalize(fileName));
}

async function openEntry(zip: ZipFile, entry: Entry): Promise<Readable> {
  if (entry.isEncrypted()) throw new Error('it is encrypted');
  if (!METHODS.includes(entry.compressionMethod)) {
    throw new Error(`it is compressed by the method ${entry.compressionMethod}, which is not read here`);
  }
  if (((entry.externalFileAttributes >>> 16) & FILE_TYPE) === SYMBOLIC_LINK) throw new Error('it is a link');
  const file = await zip.openReadStreamPromise(entry);
  return Readable.from(checked(file, entry.crc32), { objectMode: false });
}

/** yauzl checks the size and leaves the checksum to its callers. */
async function* checked(file: AsyncIterable<Buffer>, expected: number): AsyncGenerator<Buffer> {
  let checksum = 0;
  for await (const chunk of file) {
    checksum = crc32(chunk, checksum);
    yield chunk;
  }
  if (checksum !== expected) throw new Error('it is damaged: its checksum is wrong');
}
