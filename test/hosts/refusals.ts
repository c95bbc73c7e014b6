import { ADMINISTRATOR } from './host';
import { askPostgres, askRedis, askService, knock } from './attempts';
import type { Check } from './check';
import { OTHER_AUTHORITY, type HostName } from './three-machines';

/** What a firewall that drops a packet looks like from outside. */
const NO_ANSWER = /^no answer$|timeout expired/;

const POSTGRES: readonly Check[] = [
  {
    title: 'PostgreSQL without TLS',
    attempt: (machines) => askPostgres(machines, machines.hosts.api, { parameters: { sslmode: 'disable' } }),
    says: /no pg_hba\.conf entry for host "192\.168\.100\.10", user "travel", database "travel", no encryption/,
  },
  ...['postgres', 'template1'].map(
    (database) =>
      ({
        title: `PostgreSQL: the database ${database}`,
        attempt: (machines) => askPostgres(machines, machines.hosts.api, { database }),
        says: new RegExp(
          `no pg_hba\\.conf entry for host "192\\.168\\.100\\.10", user "travel", database "${database}"`,
        ),
      }) satisfies Check,
  ),
  {
    title: 'PostgreSQL: the superuser over the network',
    attempt: (machines) => askPostgres(machines, machines.hosts.api, { user: 'postgres' }),
    says: /no pg_hba\.conf entry for host "192\.168\.100\.10", user "postgres"/,
  },
  {
    title: 'PostgreSQL: replication',
    attempt: (machines) => askPostgres(machines, machines.hosts.api, { parameters: { replication: 'true' } }),
    says: /no pg_hba\.conf entry for replication connection from host "192\.168\.100\.10"/,
  },
  {
    title: 'PostgreSQL: a wrong password',
    attempt: (machines) => askPostgres(machines, machines.hosts.api, { password: 'wrong' }),
    says: /password authentication failed for user "travel"/,
  },
  {
    title: "PostgreSQL: the password of Redis' user",
    attempt: (machines) =>
      askPostgres(machines, machines.hosts.api, { password: machines.guide.password('redis') }),
    says: /password authentication failed for user "travel"/,
  },
  {
    title: 'a PostgreSQL that another authority vouches for, by the caller',
    attempt: (machines) =>
      askPostgres(machines, machines.hosts.api, { parameters: { sslrootcert: OTHER_AUTHORITY } }),
    says: /certificate verify failed/,
  },
  {
    title: 'a PostgreSQL of another name, by the caller',
    attempt: (machines) =>
      askPostgres(machines, machines.hosts.api, {
        parameters: { host: 'postgres.example', hostaddr: machines.hosts.postgres.address },
      }),
    says: /does not match host name "postgres\.example"/,
  },
  ...(
    [
      ['a program on the server', `COPY (SELECT 1) TO PROGRAM 'cat'`],
      ["the server's files", `SELECT pg_read_file('/etc/passwd')`],
      ['a further role', 'CREATE ROLE intruder'],
      ['a further database', 'CREATE DATABASE intruder'],
      ["other roles' passwords", 'SELECT rolpassword FROM pg_authid'],
    ] as const
  ).map(
    ([what, statement]) =>
      ({
        title: `PostgreSQL: ${what}, for the service's role`,
        attempt: (machines) => askPostgres(machines, machines.hosts.api, { statement }),
        says: /permission denied/,
      }) satisfies Check,
  ),
];

/** What nobody but an operator may ask, and what would show or take the keys of somebody else. */
const FORBIDDEN_COMMANDS = [
  ...['FLUSHALL', 'FLUSHDB', 'CONFIG GET *', 'KEYS *', 'SHUTDOWN NOSAVE', 'SAVE', 'DEBUG SLEEP 0'],
  ...[
    'REPLICAOF NO ONE',
    'MODULE LIST',
    'ACL LIST',
    'CLIENT LIST',
    'SCRIPT FLUSH',
    'MIGRATE 192.168.100.40 6379 x 0 1000',
  ],
  ...['GET somebody', 'SET somebody 1', 'DEL somebody', 'PUBLISH channel 1'],
];

const REDIS: readonly Check[] = [
  {
    title: 'Redis without TLS',
    attempt: (machines) => askRedis(machines, machines.hosts.api, 'PING', { hasTls: false }),
    says: /closed the connection|reset by peer|I\/O error/,
  },
  {
    title: 'Redis without a user',
    attempt: (machines) => askRedis(machines, machines.hosts.api, 'PING', { user: null }),
    says: /^NOAUTH/,
  },
  ...(
    [
      ['the default user', { user: 'default' }],
      ['a user that there is not', { user: 'nobody' }],
      ['a wrong password', { password: 'wrong' }],
      ["the operator with the service's password", { user: 'operator' }],
    ] as const
  ).map(
    ([what, options]) =>
      ({
        title: `Redis: ${what}`,
        attempt: (machines) => askRedis(machines, machines.hosts.api, 'PING', options),
        says: /WRONGPASS/,
      }) satisfies Check,
  ),
  {
    title: 'a Redis that another authority vouches for, by the caller',
    attempt: (machines) => askRedis(machines, machines.hosts.api, 'PING', { authority: OTHER_AUTHORITY }),
    says: /certificate verify failed/,
  },
  ...FORBIDDEN_COMMANDS.map(
    (command) =>
      ({
        title: `Redis: ${command}, for the service's user`,
        attempt: (machines) => askRedis(machines, machines.hosts.api, command),
        // A server that knows no DEBUG says so to everybody.
        says: /^NOPERM|^ERR DEBUG command not allowed/,
      }) satisfies Check,
  ),
];

const CLOSED: readonly (readonly [from: HostName, to: HostName, port: number])[] = [
  ['redis', 'postgres', 5432],
  ['other', 'postgres', 5432],
  ['postgres', 'redis', 6379],
  ['other', 'redis', 6379],
  ['api', 'postgres', 22],
  ['api', 'redis', 22],
  ['api', 'redis', 16_379],
  ['other', 'api', 22],
  ['other', 'api', 8000],
  ['redis', 'api', 8000],
  ['postgres', 'api', 9464],
];

const PORTS: readonly Check[] = CLOSED.map(([from, to, port]) => ({
  title: `port ${port} of the ${to} machine from the ${from} machine`,
  attempt: ({ hosts }) => knock(hosts[from], hosts[to].address, port),
  says: NO_ANSWER,
}));

/** Ways to write what only an administrator's machine may ask for. */
const GUARDED_PATHS = [
  '/keys',
  '/api/v1/keys',
  '//keys',
  '/x/../keys',
  '/%6beys',
  '/keys/',
  '/keys?x=1',
  '/audit',
  '/cache/stats',
];

const API: readonly Check[] = [
  {
    title: 'the port of TLS without TLS',
    attempt: (machines) => askService(machines, machines.hosts.other, '/health', { ca: '' }),
    says: /^400 /,
  },
  {
    title: 'TLS 1.1',
    attempt: (machines) => askService(machines, machines.hosts.other, '/health', { version: 'TLSv1.1' }),
    says: /alert protocol version/,
  },
  {
    title: 'a request without a key',
    attempt: (machines) => askService(machines, machines.hosts.other, '/cards'),
    says: /^401 /,
  },
  {
    title: 'a key that nobody has made',
    attempt: (machines) => askService(machines, machines.hosts.other, '/cards', { key: 'trk_nobody' }),
    says: /^401 /,
  },
  {
    title: "the list of keys for an agent, on an administrator's machine",
    attempt: async (machines) =>
      askService(machines, ADMINISTRATOR, '/keys', { key: await machines.api.keyFor('agent') }),
    says: /^403 .*"code":"/,
  },
  ...GUARDED_PATHS.map(
    (path) =>
      ({
        title: `${path} with an administrator's key from another machine`,
        attempt: (machines) => askService(machines, machines.hosts.other, path, { key: machines.api.key }),
        says: /^(403 <html>|404 )/,
      }) satisfies Check,
  ),
  {
    title: 'the same by a header that names an administrator’s machine',
    attempt: (machines) =>
      askService(machines, machines.hosts.other, '/keys', {
        key: machines.api.key,
        headers: {
          'x-forwarded-for': '192.168.100.1',
          'x-real-ip': '192.168.100.1',
          forwarded: 'for=192.168.100.1',
        },
      }),
    says: /^403 <html>/,
  },
  {
    title: 'the key of one address from another one that says it is that one',
    attempt: async (machines) => {
      const { address } = machines.hosts.other;
      const key = await machines.api.keyFor('auditor', [address]);
      return askService(machines, ADMINISTRATOR, '/cards', { key, headers: { 'x-forwarded-for': address } });
    },
    says: /^40[13] /,
  },
];

export const REFUSALS: readonly Check[] = [...POSTGRES, ...REDIS, ...PORTS, ...API];

/** What must be refused although no firewall stands before it. */
export const REFUSALS_WITHOUT_FIREWALL: readonly Check[] = [
  ...(['redis', 'other'] as const).map(
    (from) =>
      ({
        title: `PostgreSQL from the ${from} machine, with the service's password`,
        attempt: (machines) => askPostgres(machines, machines.hosts[from]),
        says: /no pg_hba\.conf entry for host "192\.168\.100\.[24]0"/,
      }) satisfies Check,
  ),
  {
    title: 'Redis from the PostgreSQL machine, without a password',
    attempt: (machines) => askRedis(machines, machines.hosts.postgres, 'PING', { user: null }),
    says: /^NOAUTH/,
  },
  {
    title: "the service's own port, past nginx",
    attempt: ({ hosts }) => knock(hosts.other, hosts.api.address, 8000),
    says: /^ECONNREFUSED$/,
  },
];
