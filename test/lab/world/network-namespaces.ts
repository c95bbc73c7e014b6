import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { StartupError } from '../../../src/common/program/startup-error';
import { reapAfterExit } from '../../setup/reaper';
import type { Machine } from '../../setup/machine';
import type { Machines } from './machines';

const run = promisify(execFile);

const NETWORK = '192.168.100';
/** The classic set-up of three machines. */
const NUMBERS = { api: 10, redis: 20, postgres: 30 } as const;
type MachineName = keyof typeof NUMBERS;
const NAMES = Object.keys(NUMBERS) as MachineName[];
/** Names of interfaces have at most 15 characters. */
const BRIDGE = 'labswitch';

/**
 * Three network namespaces at 192.168.100.10, .20 and .30, and a switch between them at .1, where the lab and its links are.
 *
 * @throws StartupError that says in one line what is missing.
 */
export async function makeNamespaces(): Promise<Machines> {
  if (process.platform !== 'linux') throw new StartupError('--hosts needs Linux: its network namespaces');
  if (process.getuid?.() !== 0) throw new StartupError('--hosts needs root, to make network namespaces');
  const hasIp = await run('ip', ['-V']).then(
    () => true,
    () => false,
  );
  if (!hasIp) throw new StartupError('--hosts needs the program ip: install the package iproute2');
  const { stdout } = await run('ip', ['-o', '-4', 'addr']);
  if (stdout.includes(BRIDGE)) throw new StartupError('--hosts is in use by another lab on this machine');
  if (stdout.includes(`${NETWORK}.`))
    throw new StartupError(`--hosts needs the network ${NETWORK}.0/24, which this machine already has`);
  // However the lab ends; the processes in the namespaces have reapers of their own.
  const callOffReaper = reapAfterExit(`sleep 1; ${REMOVAL.map((words) => words.join(' ')).join('; ')}`);
  const remove = async (): Promise<void> => {
    for (const [command = '', ...args] of REMOVAL) await run(command, args).catch(() => undefined);
    callOffReaper();
  };
  try {
    for (const words of CREATION) await run('ip', [...words]);
  } catch (error) {
    await remove();
    throw new StartupError(`--hosts: network namespaces cannot be made here: ${lastLine(error)}`);
  }
  return {
    api: machineOf('api'),
    redis: machineOf('redis'),
    postgres: machineOf('postgres'),
    links: `${NETWORK}.1`,
    remove,
  };
}

const CREATION: readonly (readonly string[])[] = [
  ['link', 'add', BRIDGE, 'type', 'bridge'],
  ['addr', 'add', `${NETWORK}.1/24`, 'dev', BRIDGE],
  ['link', 'set', BRIDGE, 'up'],
  ...NAMES.flatMap((name) => [
    ['netns', 'add', namespaceOf(name)],
    ['link', 'add', portOf(name), 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespaceOf(name)],
    ['link', 'set', portOf(name), 'master', BRIDGE, 'up'],
    ['-n', namespaceOf(name), 'addr', 'add', `${NETWORK}.${NUMBERS[name]}/24`, 'dev', 'eth0'],
    ['-n', namespaceOf(name), 'link', 'set', 'eth0', 'up'],
    ['-n', namespaceOf(name), 'link', 'set', 'lo', 'up'],
  ]),
];

const REMOVAL: readonly (readonly string[])[] = [
  ...NAMES.flatMap((name) => [
    ['ip', 'link', 'del', portOf(name)],
    ['ip', 'netns', 'del', namespaceOf(name)],
  ]),
  ['ip', 'link', 'del', BRIDGE],
];

function machineOf(name: MachineName): Machine {
  return { host: `${NETWORK}.${NUMBERS[name]}`, prefix: ['ip', 'netns', 'exec', namespaceOf(name)] };
}

function namespaceOf(name: MachineName): string {
  return `lab-${name}`;
}

function portOf(name: MachineName): string {
  return `lab${name}`;
}

function lastLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split('\n').at(-1) ?? '';
}
