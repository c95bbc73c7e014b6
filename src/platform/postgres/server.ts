import { StartupError } from '../../common/program/startup-error';
import { Connection } from './connection';
import { requireUtf8 } from './encoding';

const OLDEST_SERVER_VERSION = 130_000;

/** Whether a program only reads from its database, or also writes. */
export type Access = 'read' | 'write';

/**
 * Connects once, before all other connections, so that the operator gets one clear line if the database cannot be used.
 *
 * @throws StartupError whose text does not contain the password.
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
    // For example, the file of a certificate is missing.
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

/** Returns why a connection failed. If a host has several addresses and all refuse, Node's error has no message. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
