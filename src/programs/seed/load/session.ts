import type { Client } from 'pg';
import { StartupError } from '../../../common/program/startup-error';
import { isDatabaseAway } from '../../../common/http/problem/database-errors';
import { Connection } from '../../../platform/postgres/connection';
import { reasonOf } from '../../../platform/postgres/server';
import { valueParsers } from '../../../platform/postgres/value-parsers';

/** The lock that only one process at a time can have, for seeding a database. The number is arbitrary. */
const SEED_LOCK = 7_316_002;

/**
 * Works in one transaction. Nobody else can seed this database at the same time.
 *
 * @param signal cancels the work. Then nothing is written.
 * @throws StartupError if the database cannot be reached.
 */
export async function inTransaction<Result>(
  url: string,
  signal: AbortSignal | undefined,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = await connect(url, signal);
  try {
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await client.query('SELECT pg_advisory_xact_lock($1)', [SEED_LOCK]);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    signal?.throwIfAborted();
    if (isDatabaseAway(error))
      throw new StartupError('the connection to the database was lost: nothing is written');
    throw error;
  } finally {
    // When the connection ends, PostgreSQL rolls back what was not committed.
    await client.end().catch(() => undefined);
  }
}

async function connect(url: string, signal: AbortSignal | undefined): Promise<Client> {
  const client = new Connection({
    connectionString: url,
    application_name: 'travel-recharge seed',
    connectionTimeoutMillis: 5_000,
    signal,
    keepAlive: true,
    types: valueParsers,
  });
  try {
    await client.connect();
    return client;
  } catch (error) {
    signal?.throwIfAborted();
    throw new StartupError(`cannot use the database ${client.host}:${client.port}: ${reasonOf(error)}`);
  }
}
