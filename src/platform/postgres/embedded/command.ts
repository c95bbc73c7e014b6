import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ServerUser } from './server-user';

const execute = promisify(execFile);

/**
 * The whole environment of the server and its tools: the service's secrets stay out of it, and so do the
 * operator's PGDATA, PGOPTIONS and locale, which would change what a cluster looks like.
 */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const { PATH, LD_LIBRARY_PATH } = process.env;
  return { PATH, ...(LD_LIBRARY_PATH && { LD_LIBRARY_PATH }), LC_ALL: 'C', TZ: 'UTC' };
}

/**
 * Runs a command to its end and answers its standard output; throws with what it wrote to standard error.
 *
 * @param signal ends it early, which is awaited all the same.
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

/** The spawn options that make a child run as this user; none keeps the service's own. */
export function idsOf(user: ServerUser | undefined): { uid?: number; gid?: number } {
  return user ? { uid: user.uid, gid: user.gid } : {};
}
