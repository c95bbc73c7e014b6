import type { Client, ClientConfig } from 'pg';
import { StartupError } from '../common/startup-error';
import { Connection } from '../database/connection';
import { reasonOf } from '../database/server';
import { valueParsers } from '../database/value-parsers';

const CONNECT_TIMEOUT_MS = 5_000;

/** Off, because a table may take as long as it takes; some of them only newer servers know. */
const TIMEOUTS = [
  'statement_timeout',
  'idle_in_transaction_session_timeout',
  'idle_session_timeout',
  'transaction_timeout',
];

/**
 * Opens a session without timeouts, in which a time without a zone, or a date where a time is wanted, is one in
 * `timeZone`. Text arrives as UTF-8 whatever the encoding of the database; dates and doubles in a form that every
 * server reads.
 *
 * @throws StartupError without the password in it.
 */
export async function openSession(url: string, timeZone: string): Promise<Client> {
  const client = newClient({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'travel-recharge import',
    keepAlive: true,
    types: valueParsers,
  });
  try {
    await client.connect();
    await configure(client, {
      TimeZone: timeZone,
      client_encoding: 'UTF8',
      DateStyle: 'ISO',
      extra_float_digits: '3',
    });
    await configure(client, Object.fromEntries(TIMEOUTS.map((name) => [name, '0'])));
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw new StartupError(`cannot use the database ${nameOf(client)}: ${reasonOf(error)}`);
  }
}

/** Sets what this server knows of the settings, for the session. */
export async function configure(client: Client, settings: Readonly<Record<string, string>>): Promise<void> {
  await client.query(
    `SELECT set_config(known.name, wanted.value, false)
     FROM jsonb_each_text($1) AS wanted(name, value) JOIN pg_settings known ON lower(known.name) = lower(wanted.name)`,
    [JSON.stringify(settings)],
  );
}

/** Breaks the connection, which undoes a transaction and ends a COPY in the middle of a table. */
export function breakOff(client: Client): void {
  client.connection.stream.destroy();
}

/** Host, port and database: which one it is, without secrets. */
export function nameOf({ host, port, database }: Client): string {
  return `${host}:${port}/${database ?? ''}`;
}

function newClient(config: ClientConfig): Client {
  try {
    return new Connection(config);
  } catch {
    throw new StartupError('the URL of a database is not valid');
  }
}
