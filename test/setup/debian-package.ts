import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A program that was unpacked, not installed, and the libraries it needs. */
export interface UnpackedProgram {
  readonly command: string;
  readonly libraryPath: string;
}

/** Where a program is among the distribution's packages. */
export interface DebianPackage {
  /** Of its folder in the cache. */
  readonly name: string;
  readonly packages: readonly string[];
  /** Its path below the root. */
  readonly command: string;
  /** How it is asked for its version; `--version` by default. */
  readonly versionArgument?: string;
}

/** How far the libraries' own libraries are followed. */
const MAX_DEPTH = 6;

/**
 * Fetches a program of the distribution and unpacks it into the user's cache folder, without installing it or touching the
 * system's package lists. Needs apt-get and dpkg-deb, but not root.
 */
export async function fetchDebianPackage(wanted: DebianPackage): Promise<UnpackedProgram> {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const folder = join(cache, 'travel-recharge', `${wanted.name}-${process.arch}`);
  if (!(await isThere(folder))) await unpack(folder, wanted);
  const program = await locate(folder, wanted);
  await run(program.command, [wanted.versionArgument ?? '--version'], {
    env: { ...process.env, LD_LIBRARY_PATH: program.libraryPath },
  });
  return program;
}

/** Unpacks beside the place and renames the whole: another run may do the same at this moment. */
async function unpack(folder: string, program: DebianPackage): Promise<void> {
  const site = `${folder}.new-${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(site, { recursive: true });
    const apt = new AptDownload(site);
    for (let wanted = program.packages, depth = 0; wanted.length > 0 && depth < MAX_DEPTH; depth++) {
      const dependencies = await apt.unpack(wanted);
      wanted = (await findMissingLibraries(site, program)).length > 0 ? dependencies : [];
    }
    const missing = await findMissingLibraries(site, program);
    if (missing.length > 0) throw new Error(`libraries missing: ${missing.join(', ')}`);
    await apt.removeLists();
    await rename(site, folder);
  } catch (error) {
    await rm(site, { recursive: true, force: true });
    if (!(await isThere(folder))) throw error;
  }
}

class AptDownload {
  private readonly fetched = new Set<string>();
  private options: string[] = [];

  private readonly lists: string;
  private readonly cache: string;

  constructor(private readonly folder: string) {
    this.lists = join(folder, 'apt-lists');
    this.cache = join(folder, 'apt-cache');
  }

  /** Downloads and unpacks these packages; answers the library packages that they depend on. */
  async unpack(packages: readonly string[]): Promise<string[]> {
    packages.forEach((name) => this.fetched.add(name));
    const dependencies: string[] = [];
    for (const file of await this.download(packages)) {
      await run('dpkg-deb', ['--extract', file, this.folder]);
      const { stdout } = await run('dpkg-deb', ['--field', file, 'Depends']);
      dependencies.push(
        ...stdout.split(/[,|]/).map((dependency) => dependency.trim().split(/[\s:(]/)[0] ?? ''),
      );
      await rm(file);
    }
    const isLibrary = (name: string): boolean => name.startsWith('lib') && name !== 'libc6';
    return [...new Set(dependencies)].filter((name) => isLibrary(name) && !this.fetched.has(name));
  }

  async removeLists(): Promise<void> {
    await Promise.all([this.lists, this.cache].map((path) => rm(path, { recursive: true, force: true })));
  }

  private async download(packages: readonly string[]): Promise<string[]> {
    try {
      await this.apt('download', ...packages);
    } catch {
      // No package lists yet, as in a fresh container, or outdated ones: use lists of our own.
      const lists = join(this.folder, 'apt-lists');
      this.options = [
        '-o',
        `Dir::State::Lists=${lists}`,
        '-o',
        `Dir::Cache=${join(this.folder, 'apt-cache')}`,
      ];
      await mkdir(join(lists, 'partial'), { recursive: true });
      await mkdir(join(this.folder, 'apt-cache', 'archives', 'partial'), { recursive: true });
      await this.apt('update');
      await this.apt('download', ...packages);
    }
    const names = await readdir(this.folder);
    return names.filter((name) => name.endsWith('.deb')).map((name) => join(this.folder, name));
  }

  private async apt(...args: string[]): Promise<void> {
    // As root, apt would fetch as the user _apt, who may not enter the cache folder.
    await run('apt-get', ['-q', '-o', 'APT::Sandbox::User=root', ...this.options, ...args], {
      cwd: this.folder,
    });
  }
}

async function findMissingLibraries(folder: string, program: DebianPackage): Promise<string[]> {
  const { command, libraryPath } = await locate(folder, program);
  const { stdout } = await run('ldd', [command], { env: { ...process.env, LD_LIBRARY_PATH: libraryPath } });
  return [...stdout.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1] ?? '');
}

async function locate(folder: string, { command }: DebianPackage): Promise<UnpackedProgram> {
  const entries = await readdir(folder, { recursive: true });
  const libraries = entries
    .filter((entry) => /\.so(\.\d+)*$/.test(entry))
    .map((entry) => join(folder, dirname(entry)));
  return { command: join(folder, command), libraryPath: [...new Set(libraries)].join(':') };
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
