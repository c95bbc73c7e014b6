import { lstat, readFile, readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeFolder } from '../../../common/program/make-folder';
import { StartupError } from '../../../common/program/startup-error';
import { errnoOf, messageOf } from './errno';
import { ownerOf, type ServerUser } from './server-user';

/** The files of one database server: `data` (PostgreSQL's own), `password` and `server.log`. */
export interface Cluster {
  /** The path of the folder, without symbolic links. */
  readonly home: string;
  readonly dataFolder: string;
  readonly logFile: string;
  readonly password: string;
  /** The major version of PostgreSQL that wrote the files. */
  readonly version: string;
  /** The owner of the files. Undefined means the user of the service. */
  readonly user: ServerUser | undefined;
}

/** The name of the cluster's folder, or of the link to it, in the data directory. */
export const CLUSTER_FOLDER = 'postgres';

const NOTHING_CHANGED = 'Nothing was changed';

/** Creates the data directory if it is missing, and returns its path without symbolic links. */
export async function openDataDirectory(path: string): Promise<string> {
  try {
    await makeFolder(resolve(path));
    return await realpath(path);
  } catch (error) {
    const reason = errnoOf(error) === 'EEXIST' ? 'it is a file, not a folder' : messageOf(error);
    throw new StartupError(`DATA_DIR ${path} can't be used: ${reason}`);
  }
}

/** Finds the cluster at this path. It returns null if nothing is there, and throws if what is there cannot be used. */
export async function findCluster(path: string): Promise<Cluster | null> {
  try {
    if (await isVacant(path)) return null;
    const home = await realpath(path);
    const dataFolder = join(home, 'data');
    return {
      home,
      dataFolder,
      version: await readVersion(path, dataFolder),
      logFile: join(home, 'server.log'),
      password: await readPassword(path, home),
      user: ownerOf(dataFolder, await stat(dataFolder)),
    };
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw new StartupError(`The database files in ${path} can't be read: ${messageOf(error)}`);
  }
}

/** Refuses files of another major version of PostgreSQL. Only a dump can move them to this version. */
export function checkVersion(cluster: Cluster, serverVersion: string): void {
  if (cluster.version === serverVersion.split('.')[0]) return;
  throw new StartupError(
    `${cluster.home} holds data of PostgreSQL ${cluster.version}, and the embedded server is ${serverVersion}: dump it with PostgreSQL ${cluster.version} and restore the dump, or set DATABASE_URL to a PostgreSQL ${cluster.version} server. ${NOTHING_CHANGED}`,
  );
}

async function isVacant(path: string): Promise<boolean> {
  const entry = await lstat(path).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (!entry) return true;
  const target = await stat(path).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (!target) {
    throw new StartupError(
      `${path} links to database files that are gone: bring them back, or remove the link to start with an empty database`,
    );
  }
  if (!target.isDirectory()) {
    throw new StartupError(
      `${path} should be the folder of the database, but it is a file. ${NOTHING_CHANGED}`,
    );
  }
  return (await readdir(path)).length === 0;
}

async function readVersion(path: string, dataFolder: string): Promise<string> {
  const version = await readIfThere(join(dataFolder, 'PG_VERSION'));
  if (version) return version;
  throw new StartupError(
    `${path} is not empty and holds no usable database (data/PG_VERSION is missing or empty): restore it from a backup, or move it away to start with an empty database. ${NOTHING_CHANGED}`,
  );
}

async function readPassword(path: string, home: string): Promise<string> {
  const password = await readIfThere(join(home, 'password'));
  if (password) return password;
  throw new StartupError(
    `${join(path, 'password')}, the password of the database, is missing or empty: restore it from a backup. ${NOTHING_CHANGED}`,
  );
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return null;
    throw error;
  }
}
