import type { Client } from 'pg';
import { StartupError } from '../../common/program/startup-error';
import { Connection, type ConnectionConfig } from '../../platform/postgres/connection';
import { reasonOf } from '../../platform/postgres/server';
import type { SessionSettings } from '../../platform/postgres/session-settings';
import { valueParsers } from '../../platform/postgres/value-parsers';

const CONNECT_TIMEOUT_MS = 5_000;

/** What a session has beside its time zone. */
interface SessionOptions {
  readonly session?: SessionSettings;
  /** Ends it at the server, in the middle of a table: what it had begun is rolled back. */
  readonly signal?: AbortSignal;
}

/**
 * Opens a session without timeouts, in which a time without a zone, or a date where a time is wanted, is one in
 * `timeZone`.
 *
 * @throws StartupError without the password in it.
 */
export async function openSession(
  url: string,
  timeZone: string,
  { session, signal }: SessionOptions = {},
): Promise<Client> {
  const client = newConnection({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'travel-recharge import',
    keepAlive: true,
    types: valueParsers,
    session: { TimeZone: timeZone, ...session },
    signal,
  });
  try {
    await client.connect();
    return client;
  } catch (error) {
    signal?.throwIfAborted();
    await client.end().catch(() => undefined);
    throw new StartupError(`cannot use the database ${nameOf(client)}: ${reasonOf(error)}`);
  }
}

/** Host, port and database: which one it is, without secrets. */
export function nameOf({ host, port, database }: Client): string {
  return `${host}:${port}/${database ?? ''}`;
}

function newConnection(config: ConnectionConfig): Connection {
  try {
    return new Connection(config);
  } catch {
    throw new StartupError('the URL of a database is not valid');
  }
}
