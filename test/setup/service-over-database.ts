import type { Client } from 'pg';
import { connect } from '../builders/connect';
import { afterFile } from './after-test';
import { createDatabase, type TestDatabase } from './database';
import { startService, type Service, type ServiceOptions } from './service';
import { untilTrusted } from './until-trusted';

/** A service, the database under it, and a connection of the test's own to that. */
export interface ServiceOverDatabase {
  readonly database: TestDatabase;
  readonly client: Client;
  readonly service: Service;
}

/** Starts them for all tests of a file, and clears up after the last, also where not all of them came up. */
export async function startOverDatabase(env: ServiceOptions['env'] = {}): Promise<ServiceOverDatabase> {
  const database = await createDatabase();
  afterFile(() => database.drop());
  const client = await connect(database.url);
  afterFile(() => client.end());
  const service = await startService({ databaseUrl: database.url, env });
  afterFile(() => service.stop());
  await untilTrusted(service);
  return { database, client, service };
}
