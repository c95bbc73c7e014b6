import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { types } from 'node:util';

/**
 * Creates a folder, and those above it, where they are missing. Node's own `recursive` never comes back from where the
 * system lets nobody create anything, such as /proc.
 *
 * @returns the first folder that it created; undefined when it was there.
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  try {
    await mkdir(path);
    return path;
  } catch (error) {
    const code = types.isNativeError(error) && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return undefined;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
  }
  const first = await makeFolder(dirname(path));
  // What is still missing now cannot be had.
  await mkdir(path);
  return first ?? path;
}
