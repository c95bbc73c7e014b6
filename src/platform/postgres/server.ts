import { StartupError } from '../../common/program/startup-error';
import { Connection } from './connection';
import { requireUtf8 } from './encoding';

const OLDEST_SERVER_VERSION = 130_000;

/** What a program does with its database. */
export type Access = 'read' | 'write';

/**
 * Connects once, before anything else does, so that a database that cannot be used is one clear line.
 *
 * @throws StartupError without the password in it.
 */
export async function checkServer(
  url: string,
  access: Access,
  connectTimeoutMs: number,
  signal?: AbortSignal,
): Promise<void> {
  const client = connectionTo(url, connectTimeoutMs, signal);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: number; versionText: string; standby: boolean }>(
      `SELECT current_setting('server_version_num')::int AS version,
              current_setting('server_version') AS "versionText", pg_is_in_recovery() AS standby`,
    );
    const { version = 0, versionText = '', standby = false } = rows[0] ?? {};
    if (version < OLDEST_SERVER_VERSION) {
      throw new StartupError(`the database server is PostgreSQL ${versionText}: 13 or later is needed`);
    }
    if (standby && access === 'write') {
      throw new StartupError(
        `the database at ${withoutSecrets(url)} is a standby, which only reads: DATABASE_URL must be the primary's`,
      );
    }
    await requireUtf8(client);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof StartupError) throw error;
    throw new StartupError(`cannot use the database at ${withoutSecrets(url)}: ${reasonOf(error)}`);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** How many connections the server allows to roles that are not superusers. */
export async function countConnections(url: string): Promise<number> {
  const client = connectionTo(url, 5_000, undefined);
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

function connectionTo(url: string, connectTimeoutMs: number, signal: AbortSignal | undefined): Connection {
  try {
    return new Connection({
      connectionString: url,
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: connectTimeoutMs,
      signal,
    });
  } catch (error) {
    // Such as a certificate's file that is not there.
    throw new StartupError(`DATABASE_URL cannot be used: ${reasonOf(error)}`);
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
