import { chmod, mkdir } from 'node:fs/promises';

/** Creates a folder that every user may enter, whatever the umask; an existing one is left as it is. */
export async function makeOpenFolder(path: string): Promise<void> {
  const created = await mkdir(path, { recursive: true });
  if (created !== undefined) await chmod(path, 0o755);
}
