import { ADMINISTRATOR } from './host';
import { askPostgres, askRedis, askService, knock } from './attempts';
import type { Check } from './check';
import { askAsSuperuser } from './postgres-host';
import { askAsOperator } from './redis-host';
import type { ThreeMachines } from './three-machines';

const SESSIONS = `SELECT DISTINCT usename || ' of ' || client_addr || ', ' || CASE WHEN ssl THEN version ELSE 'plain' END
  FROM pg_stat_activity JOIN pg_stat_ssl USING (pid) WHERE datname = 'travel'`;
const RECHARGED = 20_000;

/** What must work, from a machine that has nothing to do with the three where it is not said. */
export const PASSES: readonly Check[] = [
  {
    title: "the guide's check of PostgreSQL, on the API machine",
    attempt: (machines) => askPostgres(machines, machines.hosts.api),
    says: /^1$/,
  },
  {
    title: "the guide's check of Redis, on the API machine",
    attempt: (machines) => askRedis(machines, machines.hosts.api, 'ping'),
    says: /^PONG$/,
  },
  {
    title: 'the service runs as its unit says',
    attempt: ({ hosts }) =>
      hosts.api.do(
        'sh',
        '-c',
        `pid=$(pgrep -o -u travel-recharge) && awk '/^(NoNewPrivs|CapBnd|CapEff):/ { printf "%s%s ", $1, $2 }' /proc/$pid/status`,
      ),
    says: /^CapEff:0+ CapBnd:0+ NoNewPrivs:1$/,
  },
  {
    title: 'the service has its database and its cache',
    attempt: (machines) => askService(machines, machines.hosts.other, '/health'),
    says: /^200 .*"status":"healthy"/,
  },
  {
    title: 'its sessions at PostgreSQL use TLS, and its own role',
    attempt: ({ hosts }) => askAsSuperuser(hosts.postgres, SESSIONS),
    says: /^travel of 192\.168\.100\.10\/32, TLSv1\.[23]$/,
  },
  {
    title: 'its connections to Redis use its own user',
    attempt: callersOfRedis,
    says: /^travel of 192\.168\.100\.10$/,
  },
  {
    title: 'a card is handed out, recharged, and read: from the database, then from the cache',
    attempt: useCard,
    says: /^MISS \{"card_id":\d+,"balance":20000.*HIT \{"card_id":\d+,"balance":20000/,
  },
  {
    title: "an administrator's machine reads the list of keys",
    attempt: (machines) => askService(machines, ADMINISTRATOR, '/keys', { key: machines.api.key }),
    says: /^200 \{"keys":\[/,
  },
  {
    title: "an administrator's machine reaches the port of SSH (where nobody listens here)",
    attempt: ({ hosts }) => knock(ADMINISTRATOR, hosts.api.address, 22),
    says: /^ECONNREFUSED$/,
  },
  {
    title: 'a caller without TLS is led to it',
    attempt: ({ api, hosts }) => api.locationOf(hosts.other, '/health'),
    says: /^301 https:\/\/travel\.example\/health$/,
  },
  {
    title: 'the key of one address is taken from there, through nginx',
    attempt: useKeyOfAddress,
    says: /^200 /,
  },
  {
    title: 'Redis has refused nothing that the service wanted',
    attempt: refusedCommands,
    says: /^nothing$/,
  },
  {
    title: 'the books are right, by the program that the guide names',
    attempt: ({ api }) => api.runProgram('verify-ledger'),
    says: /^The books are right\.$/,
  },
  {
    title: 'the service has logged no error',
    attempt: ({ api }) =>
      Promise.resolve(api.service.output.split('\n').find((line) => /"level":[456]0/.test(line)) ?? 'none'),
    says: /^none$/,
  },
];

async function callersOfRedis({ hosts, guide, programs }: ThreeMachines): Promise<string> {
  const clients = await askAsOperator(hosts.redis, guide, programs, 'CLIENT', 'LIST');
  const others = clients.split('\n').filter((line) => !line.includes('user=operator'));
  return [
    ...new Set(others.map((line) => line.replace(/.* addr=([\d.]+):.* user=(\w+).*/, '$2 of $1'))),
  ].join(', ');
}

async function useCard({ api, hosts }: ThreeMachines): Promise<string> {
  const key = await api.keyFor('agent');
  const { card_id } = await api.ask<{ card_id: number }>(hosts.other, '/cards', key, {});
  await api.ask(hosts.other, '/recharges', key, { card_id, amount: RECHARGED });
  const headers = { authorization: `Bearer ${key}` };
  const replies = await api.askAll(hosts.other, `/cards/${card_id}/balance`, { headers, times: 2 });
  if (typeof replies === 'string') return replies;
  return replies.map(({ headers: sent, body }) => `${sent['x-cache']} ${body}`).join(' ');
}

async function useKeyOfAddress(machines: ThreeMachines): Promise<string> {
  const key = await machines.api.keyFor('auditor', [machines.hosts.other.address]);
  return askService(machines, machines.hosts.other, '/cards', { key });
}

async function refusedCommands({ hosts, guide, programs }: ThreeMachines): Promise<string> {
  const log = await askAsOperator(hosts.redis, guide, programs, 'ACL', 'LOG');
  return (
    log
      .split('\n')
      .filter((line, at, lines) => lines[at - 1] === 'object' && line !== 'client|setinfo')
      .join(', ') || 'nothing'
  );
}
