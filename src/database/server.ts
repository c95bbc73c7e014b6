import { StartupError } from '../common/startup-error';
import { Connection } from './connection';
import { requireUtf8 } from './encoding';

const OLDEST_SERVER = 130_000;

/**
 * Connects once, before anything else does, so that a wrong URL or database is one clear line.
 *
 * @returns the server's version as PostgreSQL counts it, such as 150018.
 * @throws StartupError without the password in it.
 */
export async function checkServer(url: string, connectTimeoutMs = 5_000): Promise<number> {
  const client = connectionTo(url, connectTimeoutMs);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: number }>(
      `SELECT current_setting('server_version_num')::int AS version`,
    );
    const version = rows[0]?.version ?? 0;
    if (version < OLDEST_SERVER) {
      throw new StartupError(`the database server is too old (${version}): PostgreSQL 13 or later is needed`);
    }
    await requireUtf8(client);
    return version;
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw new StartupError(`cannot use the database at ${withoutSecrets(url)}: ${reasonOf(error)}`);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** How many connections the server has for those who are no superusers. */
export async function countConnections(url: string): Promise<number> {
  const client = connectionTo(url, 5_000);
  try {
    await client.connect();
    const { rows } = await client.query<{ connections: number }>(
      `SELECT current_setting('max_connections')::int
              - current_setting('superuser_reserved_connections')::int AS connections`,
    );
    return rows[0]?.connections ?? 0;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function connectionTo(url: string, connectTimeoutMs: number): Connection {
  try {
    return new Connection({ connectionString: url, connectionTimeoutMillis: connectTimeoutMs });
  } catch {
    throw new StartupError('DATABASE_URL is not a valid URL');
  }
}

function withoutSecrets(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname}`;
  } catch {
    return 'DATABASE_URL';
  }
}

/** Why a connection failed. Node reports a refused host with several addresses as an error without a message. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
