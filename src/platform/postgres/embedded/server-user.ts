import { userInfo } from 'node:os';
import { StartupError } from '../../../common/program/startup-error';
import { messageOf } from './errno';
import { run } from './command';

/** An unprivileged user of the operating system, because PostgreSQL refuses to run as root. */
export interface ServerUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const CREATED_USER = 'travel-recharge';

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Returns the owner for a new cluster. Undefined means the service's own user, which can be used unless it is root. */
export async function findServerUser(): Promise<ServerUser | undefined> {
  if (!isRoot()) return undefined;
  return (await lookUp('postgres')) ?? (await lookUp(CREATED_USER)) ?? (await createUser());
}

/** Returns the owner of an existing cluster, because PostgreSQL starts only as the owner of its files. */
export function ownerOf(path: string, stats: { uid: number; gid: number }): ServerUser | undefined {
  if (stats.uid === process.getuid?.()) {
    if (stats.uid !== 0) return undefined;
    throw new StartupError(
      `The database files ${path} belong to root, and PostgreSQL refuses to run as root: give them to an unprivileged user (chown -R postgres ${path})`,
    );
  }
  if (isRoot()) return { name: `uid ${stats.uid}`, uid: stats.uid, gid: stats.gid };
  throw new StartupError(
    `The database files ${path} belong to the user with uid ${stats.uid}, and this process runs as ${userInfo().username} (uid ${userInfo().uid}): start it as that user or as root, or set another DATA_DIR`,
  );
}

async function lookUp(name: string): Promise<ServerUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { name, uid: Number(uid), gid: Number(gid) };
  } catch {
    return undefined;
  }
}

async function createUser(): Promise<ServerUser> {
  const failures: string[] = [];
  const attempts: [string, string[]][] = [
    ['useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', CREATED_USER]],
    ['adduser', ['-S', '-D', '-H', '-s', '/bin/false', CREATED_USER]], // BusyBox
  ];
  for (const [command, args] of attempts) {
    await run(command, args).catch((error: unknown) => failures.push(messageOf(error).replace(/\s+/g, ' ')));
    // This also follows a failure, because another process may have created the user at the same time.
    const user = await lookUp(CREATED_USER);
    if (user) return user;
  }
  throw new StartupError(
    `PostgreSQL refuses to run as root, and no unprivileged user could be created for it (${failures.join('; ')}): create a user named ${CREATED_USER}, start the service as another user, or set DATABASE_URL`,
  );
}
