import { type Client, DatabaseError } from 'pg';
import { StartupError } from '../../../common/program/startup-error';
import { Connection } from '../connection';
import type { Cluster } from './cluster';
import { SUPERUSER } from './create-cluster';
import { messageOf } from './errno';

/** Any number, but the same in every release. */
const LOCK_KEY = 7_239_114_501;
/** The server needs a moment to notice that a service was killed, and to free its lock. */
const LOCK_TIMEOUT = '2s';
const LOCK_NOT_AVAILABLE = '55P03';
const INVALID_PASSWORD = '28P01';
const APPLICATION = 'travel-recharge service, pid ';

/** Another service holds these database files. */
export class ClusterInUseError extends StartupError {}

/**
 * Makes this process the only service of the cluster. It returns the connection that holds the lock. PostgreSQL frees the lock
 * when the connection ends, so the lock never outlives the process.
 */
export async function lockCluster(cluster: Cluster, port: number): Promise<Client> {
  const client = new Connection({
    host: '127.0.0.1',
    port,
    user: SUPERUSER,
    password: cluster.password,
    database: 'postgres',
    ssl: false,
    options: '',
    application_name: APPLICATION + String(process.pid),
    keepAlive: true,
  });
  try {
    await client.connect();
    await client.query(`SET lock_timeout = '${LOCK_TIMEOUT}'`);
    await client.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]);
    return client;
  } catch (error) {
    const refusal = await toStartupError(error, client, cluster);
    await client.end().catch(() => undefined);
    throw refusal;
  }
}

async function toStartupError(error: unknown, client: Client, cluster: Cluster): Promise<StartupError> {
  const code = error instanceof DatabaseError ? error.code : undefined;
  if (code === LOCK_NOT_AVAILABLE) {
    return new ClusterInUseError(
      `The database files ${cluster.home} are in use by another service (${await findHolder(client)}): stop that service first, or set another DATA_DIR`,
    );
  }
  if (code === INVALID_PASSWORD) {
    return new StartupError(
      `The database does not accept the password in ${cluster.home}/password: restore that file from a backup`,
    );
  }
  return new StartupError(`The database in ${cluster.home} can't be used: ${messageOf(error)}`);
}

async function findHolder(client: Client): Promise<string> {
  const { rows } = await client.query<{ application_name: string }>(
    `SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND granted AND classid::bigint << 32 | objid::bigint = $1`,
    [LOCK_KEY],
  );
  return rows[0]?.application_name.replace(APPLICATION, 'pid ') ?? 'which has just ended';
}
