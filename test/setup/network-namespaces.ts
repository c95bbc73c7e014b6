import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { StartupError } from '../../src/common/program/startup-error';
import type { Machine } from './machine';
import { reapAfterExit } from './reaper';

const run = promisify(execFile);

const NETWORK = '192.168.100';
/** The address of this machine, where the switch is. */
export const SWITCH_ADDRESS = `${NETWORK}.1`;
/** The classic set-up of three machines, and one that has no business with them. */
const NUMBERS = { api: 10, redis: 20, postgres: 30, other: 40 } as const;
export type MachineName = keyof typeof NUMBERS;
/** Names of interfaces have at most 15 characters. */
const BRIDGE = 'labswitch';

export interface Namespaces<Name extends MachineName> {
  readonly machines: Readonly<Record<Name, Machine>>;
  /** Takes them away. */
  readonly remove: () => Promise<void>;
}

/**
 * Network namespaces at 192.168.100.10, .20, .30 and .40, and a switch between them at .1, which is this machine.
 *
 * @param program what the operator started, such as `lab:hosts`.
 * @throws StartupError that says in one line what is missing.
 */
export async function makeNamespaces<Name extends MachineName>(
  program: string,
  names: readonly Name[],
): Promise<Namespaces<Name>> {
  if (process.platform !== 'linux') throw new StartupError(`${program} needs Linux: its network namespaces`);
  if (process.getuid?.() !== 0) throw new StartupError(`${program} needs root, to make network namespaces`);
  const hasIp = await run('ip', ['-V']).then(
    () => true,
    () => false,
  );
  if (!hasIp) throw new StartupError(`${program} needs the program ip: install the package iproute2`);
  const { stdout } = await run('ip', ['-o', '-4', 'addr']);
  if (stdout.includes(BRIDGE)) throw new StartupError(`${program}: another lab on this machine uses them`);
  if (stdout.includes(`${NETWORK}.`))
    throw new StartupError(`${program} needs the network ${NETWORK}.0/24, which this machine already has`);
  const removal = removalOf(names);
  // However the program ends; what runs in the namespaces is ended otherwise.
  const callOffReaper = reapAfterExit(`sleep 1; ${removal.map((words) => words.join(' ')).join('; ')}`);
  const remove = async (): Promise<void> => {
    for (const [command = '', ...args] of removal) await run(command, args).catch(() => undefined);
    callOffReaper();
  };
  try {
    for (const words of creationOf(names)) await run('ip', [...words]);
  } catch (error) {
    await remove();
    throw new StartupError(`${program}: network namespaces cannot be made here: ${lastLine(error)}`);
  }
  const machines = Object.fromEntries(names.map((name) => [name, machineOf(name)])) as Record<Name, Machine>;
  return { machines, remove };
}

function creationOf(names: readonly MachineName[]): readonly (readonly string[])[] {
  return [
    ['link', 'add', BRIDGE, 'type', 'bridge'],
    ['addr', 'add', `${SWITCH_ADDRESS}/24`, 'dev', BRIDGE],
    ['link', 'set', BRIDGE, 'up'],
    ...names.flatMap((name) => [
      ['netns', 'add', namespaceOf(name)],
      ['link', 'add', portOf(name), 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespaceOf(name)],
      ['link', 'set', portOf(name), 'master', BRIDGE, 'up'],
      ['-n', namespaceOf(name), 'addr', 'add', `${NETWORK}.${NUMBERS[name]}/24`, 'dev', 'eth0'],
      ['-n', namespaceOf(name), 'link', 'set', 'eth0', 'up'],
      ['-n', namespaceOf(name), 'link', 'set', 'lo', 'up'],
    ]),
  ];
}

function removalOf(names: readonly MachineName[]): readonly (readonly string[])[] {
  return [
    ...names.flatMap((name) => [
      ['ip', 'link', 'del', portOf(name)],
      ['ip', 'netns', 'del', namespaceOf(name)],
    ]),
    ['ip', 'link', 'del', BRIDGE],
  ];
}

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
