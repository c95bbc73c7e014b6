import { chmod } from 'node:fs/promises';
import { resolve } from 'node:path';
import { makeFolder } from '../../../common/program/make-folder';

/** Creates a folder that every user may enter, with any umask. An existing folder is not changed. */
export async function makeOpenFolder(path: string): Promise<void> {
  const created = await makeFolder(resolve(path));
  if (created !== undefined) await chmod(path, 0o755);
}
