import { randomBytes } from 'node:crypto';
import { chown, mkdir, open, readdir, rename, rm, rmdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StartupError } from '../../../common/program/startup-error';
import { run } from './command';
import { errnoOf, messageOf } from './errno';
import { makeOpenFolder } from './open-folder';
import { isAlive } from './process';
import type { ServerUser } from './server-user';

/** The database superuser. It owns the cluster, and the service uses an ordinary role. */
export const SUPERUSER = 'postgres';

/** The folder for clusters if the service runs as root and the server's user may not enter the data directory. */
const SHARED_FOLDER = '/var/lib/travel-recharge';

/** Code point order and UTF-8 on every machine, whatever locales it has. */
const INITDB_ARGS = [
  `--username=${SUPERUSER}`,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--no-instructions',
];

const BUILT_ELSEWHERE = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'];

interface CreateOptions {
  readonly binFolder: string;
  readonly user: ServerUser | undefined;
  /** False does not wait until the new files are on the disk. It is for tests. */
  readonly durable: boolean;
  /** Cancels the creation. No files are left. */
  readonly signal?: AbortSignal;
}

/**
 * Creates an empty cluster at `path`. It is built in a folder beside the final one, which is renamed when it is complete. So an
 * interrupted creation does not block the next one. If another process was faster, its cluster is used.
 */
export async function createCluster(path: string, options: CreateOptions): Promise<void> {
  try {
    await removeEmptyFolder(path);
    if (await canEnter(dirname(path), options.user)) await build(path, options);
    else await buildShared(path, options);
    await sync(dirname(path));
  } catch (error) {
    options.signal?.throwIfAborted();
    throw new StartupError(`No database could be created in ${path}: ${reasonOf(error)}`);
  }
}

async function buildShared(path: string, options: CreateOptions): Promise<void> {
  const home = join(SHARED_FOLDER, randomBytes(8).toString('hex'));
  await makeOpenFolder(SHARED_FOLDER);
  await build(home, options);
  await sync(SHARED_FOLDER);
  try {
    await symlink(home, path);
  } catch (error) {
    await rm(home, { recursive: true, force: true });
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}

async function build(home: string, options: CreateOptions): Promise<void> {
  await removeAbandoned(dirname(home));
  const site = `${home}.new-${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    await makeOpenFolder(site);
    await initialise(site, options);
    await rename(site, home);
  } catch (error) {
    await rm(site, REMOVE);
    if (!BUILT_ELSEWHERE.includes(errnoOf(error) ?? '')) throw error;
  }
}

async function initialise(site: string, { binFolder, user, durable, signal }: CreateOptions): Promise<void> {
  const [data, password] = [join(site, 'data'), join(site, 'password')];
  await mkdir(data, { mode: 0o700 });
  await writeSecret(password, randomBytes(24).toString('hex'));
  // The folder still belongs to root, so the server's user cannot put links to where root will write.
  if (user) await Promise.all([data, password].map((path) => chown(path, user.uid, user.gid)));
  const args = [
    ...INITDB_ARGS,
    `--pgdata=${data}`,
    `--pwfile=${password}`,
    ...(durable ? [] : ['--no-sync']),
  ];
  await run(join(binFolder, 'initdb'), args, user, signal);
  signal?.throwIfAborted();
  await sync(site);
}

/** The service may have been killed while its initdb goes on and still writes into the folder that is removed. */
const REMOVE = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 };

/** Removes the folders of interrupted creations. If one cannot be removed now, the next start tries again. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const creator = /^(?:postgres|[0-9a-f]{16})\.new-(\d+)-[0-9a-f]{8}$/.exec(name)?.[1];
    if (creator && !isAlive(Number(creator))) await rm(join(folder, name), REMOVE).catch(() => undefined);
  }
}

async function removeEmptyFolder(path: string): Promise<void> {
  await rmdir(path).catch((error: unknown) => {
    if (!['ENOENT', ...BUILT_ELSEWHERE].includes(errnoOf(error) ?? '')) throw error;
  });
}

/** Tests it by entering the folder as that user, because mode bits alone do not show it. */
async function canEnter(folder: string, user: ServerUser | undefined): Promise<boolean> {
  if (!user) return true;
  return run('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], user).then(
    () => true,
    () => false,
  );
}

async function writeSecret(path: string, secret: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  await file.writeFile(secret);
  await file.sync();
  await file.close();
}

async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
}

/** Returns the line of initdb's output that says why it stopped. */
function reasonOf(error: unknown): string {
  const lines = messageOf(error).trim().split('\n');
  return lines.findLast((line) => /\b(error|FATAL|PANIC):/.test(line)) ?? lines[0] ?? 'unknown reason';
}
