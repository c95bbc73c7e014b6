import { askFrom, type Question } from './asking';
import type { Ended, Place } from './host';
import { AUTHORITY, type ThreeMachines } from './three-machines';

/** What is otherwise than in the guide. */
interface DatabaseOptions {
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  readonly statement?: string;
  /** Further parameters of the URL; they win. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Asks PostgreSQL by psql, as the guide's check does. @returns what was said, also where it was refused. */
export async function askPostgres(
  { hosts, guide }: ThreeMachines,
  from: Place,
  {
    user = 'travel',
    password = guide.password('database'),
    database = 'travel',
    ...rest
  }: DatabaseOptions = {},
): Promise<string> {
  const parameters = {
    sslmode: 'verify-full',
    sslrootcert: AUTHORITY,
    connect_timeout: '2',
    ...rest.parameters,
  };
  const query = new URLSearchParams(parameters).toString();
  const url = `postgres://${user}@${hosts.postgres.address}:5432/${database}?${query}`;
  const psql = [
    'psql',
    '--no-psqlrc',
    '--tuples-only',
    '--no-align',
    url,
    `--command=${rest.statement ?? 'SELECT 1'}`,
  ];
  return told(await from.run(['env', `PGPASSWORD=${password}`, ...psql]));
}

interface RedisOptions {
  /** Null: nobody says who asks. */
  readonly user?: string | null;
  readonly password?: string;
  readonly authority?: string;
  readonly hasTls?: boolean;
}

/** Asks Redis by redis-cli, as the guide's check does. */
export async function askRedis(
  { hosts, guide, programs }: ThreeMachines,
  from: Place,
  command: string,
  {
    user = 'travel',
    password = guide.password('redis'),
    authority = AUTHORITY,
    hasTls = true,
  }: RedisOptions = {},
): Promise<string> {
  const tls = hasTls ? ['--tls', '--cacert', authority] : [];
  const who = user === null ? [] : ['--user', user];
  const env = ['env', ...(user === null ? [] : [`REDISCLI_AUTH=${password}`])];
  const cli = [...programs.redisCli, '-h', hosts.redis.address, ...tls, ...who, ...command.split(' ')];
  return told(await from.run([...env, ...cli]));
}

/** Whether a port can be reached: `open`, or why not. */
export async function knock(from: Place, host: string, port: number): Promise<string> {
  const replies = await askFrom(from, { host, port });
  return typeof replies === 'string' ? replies : 'open';
}

/** Asks the service through nginx. @returns the status and the body, or why there is none. */
export async function askService(
  { api }: ThreeMachines,
  from: Place,
  path: string,
  { key, headers, ...given }: Partial<Question> & { readonly key?: string } = {},
): Promise<string> {
  const replies = await api.askAll(from, path, {
    ...given,
    headers: { ...headers, ...(key && { authorization: `Bearer ${key}` }) },
  });
  if (typeof replies === 'string') return replies;
  return replies.map(({ status, body }) => `${status} ${body}`).join('\n');
}

function told({ exitCode, output }: Ended): string {
  return output.trim() || `exit code ${exitCode}`;
}
