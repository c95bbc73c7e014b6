import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ServerUser } from './server-user';

const execute = promisify(execFile);

/**
 * Returns the whole environment of the server and its tools. It contains neither the service's secrets nor the operator's
 * PGDATA, PGOPTIONS and locale, which would change the cluster.
 */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const { PATH, LD_LIBRARY_PATH } = process.env;
  return { PATH, ...(LD_LIBRARY_PATH && { LD_LIBRARY_PATH }), LC_ALL: 'C', TZ: 'UTC' };
}

/**
 * Runs a command to its end and returns its standard output. If it fails, the error contains its standard error.
 *
 * @param signal ends the command early. The function still waits until it has ended.
 */
export async function run(
  file: string,
  args: readonly string[],
  user?: ServerUser,
  signal?: AbortSignal,
): Promise<string> {
  signal?.throwIfAborted();
  const running = execute(file, args, { env: serverEnvironment(), cwd: '/', ...idsOf(user) });
  const end = (): void => void running.child.kill();
  signal?.addEventListener('abort', end);
  try {
    return (await running).stdout;
  } finally {
    signal?.removeEventListener('abort', end);
  }
}

/** Returns the spawn options that make a child run as this user. Without a user, it runs as the service's own. */
export function idsOf(user: ServerUser | undefined): { uid?: number; gid?: number } {
  return user ? { uid: user.uid, gid: user.gid } : {};
}
