import type { Reply } from './asking';
import { askService } from './attempts';
import type { Check } from './check';
import type { Host } from './host';
import type { ThreeMachines } from './three-machines';

const AMOUNT = 1_000;
const ROUNDS = 10;

/** Networks that are slower, as `tc` makes them for what Redis and PostgreSQL send. */
export const SLOW_NETWORKS = [
  { title: 'as it is', qdisc: null },
  { title: 'a line of 256 kbit/s from each', qdisc: 'tbf rate 256kbit burst 2kb latency 1s' },
  { title: '5 ms more', qdisc: 'netem delay 5ms' },
  { title: '20 ms more', qdisc: 'netem delay 20ms' },
] as const;

/** What callers see of a slow network. */
export interface Slowness {
  /** Medians in milliseconds, through nginx. */
  readonly rechargeMs: number;
  readonly firstReadMs: number;
  readonly hitMs: number;
  /** What was wrong, each as a sentence. */
  readonly faults: readonly string[];
}

/**
 * Recharges a card and reads its balance, over and over, while the network is slow.
 *
 * @returns null if the kernel cannot slow it down like that.
 */
export async function slowDown(machines: ThreeMachines, qdisc: string | null): Promise<Slowness | null> {
  const servers = [machines.hosts.redis, machines.hosts.postgres];
  if (qdisc === null) return recharge(machines);
  for (const server of servers) if (!(await slow(server, qdisc))) return null;
  try {
    return await recharge(machines);
  } finally {
    for (const server of servers) await server.do('tc', 'qdisc', 'del', 'dev', 'eth0', 'root');
  }
}

async function slow(host: Host, qdisc: string): Promise<boolean> {
  const { exitCode, output } = await host.run([
    'tc',
    'qdisc',
    'add',
    'dev',
    'eth0',
    'root',
    ...qdisc.split(' '),
  ]);
  if (exitCode === 0) return true;
  if (output.includes('qdisc kind is unknown')) return false;
  throw new Error(`${host.name}: ${qdisc} failed:\n${output}`);
}

async function recharge({ api, hosts }: ThreeMachines): Promise<Slowness> {
  const key = await api.keyFor('agent');
  const { card_id } = await api.ask<{ card_id: number }>(hosts.other, '/cards', key, {});
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ card_id, amount: AMOUNT });
  const warmUp = '/health/live';
  const times = { recharge: [] as number[], first: [] as number[], hit: [] as number[] };
  const faults: string[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const [recharge] = await replies(
      api.askAll(hosts.other, '/recharges', { method: 'POST', headers, body, warmUp }),
    );
    if (recharge?.status !== 201)
      faults.push(`a recharge was answered ${recharge?.status}: ${recharge?.body}`);
    const path = `/cards/${card_id}/balance`;
    const reads = await replies(api.askAll(hosts.other, path, { headers, warmUp, times: 3 }));
    const expected = `"balance":${round * AMOUNT}`;
    for (const read of reads)
      if (!read.body.includes(expected)) faults.push(`${read.body} has not ${expected}`);
    const [first, , hit] = reads;
    times.recharge.push(recharge?.ms ?? NaN);
    times.first.push(first?.ms ?? NaN);
    times.hit.push(hit?.ms ?? NaN);
  }
  return {
    rechargeMs: median(times.recharge),
    firstReadMs: median(times.first),
    hitMs: median(times.hit),
    faults,
  };
}

/** What must be seen while a server's packets are lost, and afterwards. */
export const SILENCES: readonly Check[] = [
  {
    title: 'Redis is silent: reads come from the database',
    attempt: (machines) => during(machines, machines.hosts.redis, '/cards', /^200 /),
    says: /^200 /,
  },
  {
    title: 'PostgreSQL is silent: requests are refused for now',
    attempt: (machines) => during(machines, machines.hosts.postgres, '/users/count', /^503 /),
    says: /^503 .*"code":"database_away"/,
  },
  {
    title: 'both are back: the service is healthy',
    attempt: (machines) => untilSaid(machines, '/health', /"status":"healthy"/),
    says: /^200 .*"status":"healthy"/,
  },
];

async function during(machines: ThreeMachines, host: Host, path: string, says: RegExp): Promise<string> {
  await host.do('nft', SILENCE);
  try {
    await untilSaid(machines, '/health', /"status":"(degraded|unhealthy)"/);
    return await untilSaid(machines, path, says);
  } finally {
    await host.do('nft', 'delete table inet silence');
  }
}

/** Drops every packet, also of connections that are open. */
const SILENCE =
  'table inet silence { chain input { type filter hook input priority -10; policy drop; iif lo accept; }; }';
const PATIENCE = 60;

/** Asks until it is said, or for the last time. */
async function untilSaid(machines: ThreeMachines, path: string, says: RegExp): Promise<string> {
  const key = await machines.api.keyFor('auditor');
  for (let time = 1; ; time += 1) {
    const said = await askService(machines, machines.hosts.other, path, { key });
    if (says.test(said) || time === PATIENCE) return said;
  }
}

async function replies(asking: Promise<readonly Reply[] | string>): Promise<readonly Reply[]> {
  const answers = await asking;
  if (typeof answers === 'string') throw new Error(`the service does not answer: ${answers}`);
  return answers;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
