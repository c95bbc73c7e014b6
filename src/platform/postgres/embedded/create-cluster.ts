import { randomBytes } from 'node:crypto';
import { chown, mkdir, open, readdir, rename, rm, rmdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StartupError } from '../../../common/program/startup-error';
import { run } from './command';
import { errnoOf, messageOf } from './errno';
import { makeOpenFolder } from './open-folder';
import { isAlive } from './process';
import type { ServerUser } from './server-user';

/** The database superuser: it owns the cluster, the service works as an ordinary role. */
export const SUPERUSER = 'postgres';

/** Where root keeps the clusters whose user may not enter the data directory. */
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
  /** False leaves the new files to the operating system's own pace: for tests. */
  readonly durable: boolean;
  /** Gives it up: nothing is left of it. */
  readonly signal?: AbortSignal;
}

/**
 * Creates an empty cluster at `path`. It is built beside its place and renamed when whole, so an interrupted
 * creation leaves nothing in the way; where another process was faster, that one's cluster stays.
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
  // The site itself stays root's: the server's user can't put links where root will write.
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

/** An initdb that outlived its killed service may still write for a moment into what is being removed. */
const REMOVE = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 };

/** Removes what creations by processes that died left behind; what can't be removed now is left to the next start. */
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

/** Asked of the kernel by entering the folder as that user: mode bits alone don't tell it. */
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

/** The line in which initdb says what stopped it, out of all that it wrote. */
function reasonOf(error: unknown): string {
  const lines = messageOf(error).trim().split('\n');
  return lines.findLast((line) => /\b(error|FATAL|PANIC):/.test(line)) ?? lines[0] ?? 'unknown reason';
}
