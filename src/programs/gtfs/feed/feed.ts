import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { StartupError } from '../../../common/program/startup-error';
import { reasonOf } from '../../../platform/postgres/server';
import { openFolderFeed } from './folder-feed';
import { openZipFeed } from './zip-feed';

/** The text files of a GTFS feed. */
export interface Feed {
  /** Their names in lower case, sorted, without a folder. */
  readonly files: readonly string[];
  /** How many bytes a file has when it is read; never more can be read of it. */
  sizeOf(file: string): number;
  /** @throws Error when the file can't be read. */
  open(file: string): Promise<Readable>;
  close(): Promise<void>;
}

/**
 * Opens a feed: a zip file with its files at the root or inside one folder, or a folder.
 *
 * @throws StartupError when it can't be read.
 */
export async function openFeed(path: string): Promise<Feed> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return await openFolderFeed(path);
    // A pipe or a device may have no end, and may never say anything.
    if (!found.isFile()) throw new Error('it is neither a file nor a folder');
    return await openZipFeed(path);
  } catch (error) {
    throw new StartupError(`cannot read the feed ${path}: ${reasonOf(error)}`);
  }
}
