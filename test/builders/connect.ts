import type { Client } from 'pg';
import { Connection } from '../../src/platform/postgres/connection';
import { valueParsers } from '../../src/platform/postgres/value-parsers';

/** A connection that reads bigint as numbers, and has a session, as the service does. */
export async function connect(url: string): Promise<Client> {
  const client = new Connection({ connectionString: url, types: valueParsers });
  await client.connect();
  return client;
}
