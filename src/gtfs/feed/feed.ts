import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { StartupError } from '../../common/startup-error';
import { reasonOf } from '../../database/server';
import { openFolderFeed } from './folder-feed';
import { openZipFeed } from './zip-feed';

/** The text files of a GTFS feed. */
export interface Feed {
  /** Their names, sorted, without a folder. */
  readonly files: readonly string[];
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
    return (await stat(path)).isDirectory() ? await openFolderFeed(path) : await openZipFeed(path);
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw new StartupError(`cannot read the feed ${path}: ${reasonOf(error)}`);
  }
}
