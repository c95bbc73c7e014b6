import { Client } from 'pg';
import { valueParsers } from '../../src/database/value-parsers';

/** A connection that reads bigint as numbers, as the service does. */
export async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url, types: valueParsers });
  // A test may stop the server under it.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
