import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { StartupError } from '../../src/common/program/startup-error';
import { type DebianPackage, fetchDebianPackage } from '../setup/debian-package';
import { fetchRedisPackage } from '../setup/redis-package';

const run = promisify(execFile);

/** Programs of this machine, as the words that run them. */
export interface Programs {
  readonly redisServer: readonly string[];
  readonly redisCli: readonly string[];
  readonly nginx: readonly string[];
}

/** Programs that must be installed, their packages, and how each says its version. */
const NEEDED = [
  ['ip', 'iproute2', '-V'],
  ['tc', 'iproute2', '-V'],
  ['nft', 'nftables', '--version'],
  ['psql', 'postgresql-client', '--version'],
  ['openssl', 'openssl', 'version'],
  ['unshare', 'util-linux', '--version'],
  ['nsenter', 'util-linux', '--version'],
  ['setpriv', 'util-linux', '--version'],
  ['useradd', 'passwd', '--help'],
  ['pgrep', 'procps', '--version'],
] as const;

const NGINX: DebianPackage = {
  name: 'nginx',
  packages: ['nginx'],
  command: 'usr/sbin/nginx',
  versionArgument: '-v',
};

/** @throws StartupError that names all packages that are missing. */
export async function findPrograms(): Promise<Programs> {
  const missing: string[] = [];
  for (const [program, name, argument] of NEEDED) if (!(await works(program, argument))) missing.push(name);
  if (missing.length > 0)
    throw new StartupError(
      `lab:hosts needs further packages: apt-get install ${[...new Set(missing)].join(' ')}`,
    );
  return { ...(await findRedis()), nginx: await findNginx() };
}

async function findRedis(): Promise<Pick<Programs, 'redisServer' | 'redisCli'>> {
  for (const name of ['redis', 'valkey'])
    if ((await works(`${name}-server`, '--version')) && (await works(`${name}-cli`, '--version')))
      return { redisServer: [`${name}-server`], redisCli: [`${name}-cli`] };
  const { command, libraryPath } = await fetchRedisPackage();
  const at = (path: string): readonly string[] => ['env', `LD_LIBRARY_PATH=${libraryPath}`, path];
  return { redisServer: at(command), redisCli: at(join(dirname(command), 'redis-cli')) };
}

async function findNginx(): Promise<readonly string[]> {
  if (await works('nginx', '-v')) return ['nginx'];
  const { command, libraryPath } = await fetchDebianPackage(NGINX);
  return ['env', `LD_LIBRARY_PATH=${libraryPath}`, command];
}

function works(command: string, argument: string): Promise<boolean> {
  return run(command, [argument]).then(
    () => true,
    () => false,
  );
}
