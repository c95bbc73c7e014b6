import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { makeFolder } from '../../../common/program/make-folder';
import { StartupError } from '../../../common/program/startup-error';
import { reasonOf } from '../../../platform/postgres/server';

/**
 * Writes files into a folder, or into a zip file where the path ends so; what is there is replaced.
 *
 * @throws StartupError
 */
export async function writeFiles(path: string, files: ReadonlyMap<string, string>): Promise<void> {
  try {
    await (path.endsWith('.zip') ? writeZip(path, files) : writeFolder(path, files));
  } catch (error) {
    throw new StartupError(`cannot write ${path}: ${reasonOf(error)}`);
  }
}

async function writeFolder(path: string, files: ReadonlyMap<string, string>): Promise<void> {
  await makeFolder(resolve(path));
  for (const [name, text] of files) await writeFile(join(path, name), text);
}

async function writeZip(path: string, files: ReadonlyMap<string, string>): Promise<void> {
  const zip = new ZipFile();
  // The first day that a zip file knows: the same fares are the same bytes.
  const mtime = new Date(1980, 0, 1);
  for (const [name, text] of files) {
    zip.addBuffer(Buffer.from(text), name, { mtime, mode: 0o100644, forceDosTimestamp: true });
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
}
