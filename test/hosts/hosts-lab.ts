import { once } from 'node:events';
import { type Check, judge } from './check';
import { SILENCES, SLOW_NETWORKS, slowDown, type Slowness } from './delays';
import { PASSES } from './passes';
import { REFUSALS, REFUSALS_WITHOUT_FIREWALL } from './refusals';
import { type CleanUp, guard, setUpMachines, type ThreeMachines, unguard } from './three-machines';

const WIDTH = 76;

export interface HostsLabOptions {
  /** Whether the machines are kept until the program is stopped. */
  readonly stay: boolean;
  readonly say: (line: string) => void;
}

/**
 * Sets up the three machines of the guide from its own files, and tries what must pass and what must be refused.
 *
 * @returns how much was otherwise.
 */
export async function runHostsLab({ stay, say }: HostsLabOptions, signal: AbortSignal): Promise<number> {
  const cleanUps: CleanUp[] = [];
  try {
    const machines = await setUpMachines((cleanUp) => cleanUps.push(cleanUp), say, signal);
    const faults = await tryAll(machines, say, signal);
    if (stay) {
      say(invitation(machines));
      if (!signal.aborted) await once(signal, 'abort');
    }
    return faults;
  } finally {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  }
}

async function tryAll(
  machines: ThreeMachines,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  let faults = 0;
  const tell = (isRight: boolean, title: string, said: string): void => {
    if (!isRight) faults += 1;
    say(`${isRight ? 'ok   ' : 'WRONG'}  ${title}\n         ${said.slice(0, 2 * WIDTH)}`);
  };
  const tryThese = async (checks: readonly Check[]): Promise<void> => {
    for (const check of checks) {
      signal.throwIfAborted();
      const { isRight, title, said } = await judge(check, machines);
      tell(isRight, title, said);
    }
  };
  const { api, redis, postgres } = machines.hosts;

  say('\nWhat must pass\n');
  await tryThese(PASSES);
  say('\nWhat must be refused\n');
  await tryThese(REFUSALS);
  say('\nWhat must be refused without the firewalls, too\n');
  for (const host of [api, redis, postgres]) await unguard(host);
  await tryThese(REFUSALS_WITHOUT_FIREWALL);
  for (const host of [api, redis, postgres]) await guard(host, machines.guide);
  say('\nA slower network: medians through nginx, in milliseconds\n');
  for (const { title, qdisc } of SLOW_NETWORKS) {
    signal.throwIfAborted();
    const slowness = await slowDown(machines, qdisc);
    if (slowness) tell(slowness.faults.length === 0, title, slowness.faults[0] ?? figuresOf(slowness));
    else say(`NOT TRIED  ${title}: the kernel of this machine cannot do that (${qdisc})`);
  }
  say('\nServers that are silent\n');
  await tryThese(SILENCES);
  return faults;
}

function figuresOf({ rechargeMs, firstReadMs, hitMs }: Slowness): string {
  return `recharge ${rechargeMs.toFixed(1)}, first read ${firstReadMs.toFixed(1)}, hit ${hitMs.toFixed(1)}`;
}

function invitation({ hosts, api }: ThreeMachines): string {
  const ways = Object.values(hosts).map(({ name, prefix }) => `  ${name.padEnd(9)} ${prefix.join(' ')} bash`);
  return ['', 'Have a look, and end it with Ctrl-C. The administrator’s key: ' + api.key, ...ways].join('\n');
}
