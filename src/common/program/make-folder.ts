import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { types } from 'node:util';

/**
 * Creates a folder, and missing folders above it. Node's own option `recursive` never returns for folders where nobody can
 * create anything, such as /proc.
 *
 * @returns the first folder that it created, or undefined if the folder was already there.
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
  // If the folder is still missing now, it cannot be created.
  await mkdir(path);
  return first ?? path;
}
