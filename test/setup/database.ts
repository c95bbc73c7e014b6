import { randomBytes } from 'node:crypto';
import { Client, DatabaseError, Pool, type QueryResultRow } from 'pg';
import { readVariable } from './variables';

const INSUFFICIENT_PRIVILEGE = '42501';

declare global {
  var testAdministration: Pool | undefined;
}

/** A database of one test. */
export interface TestDatabase {
  readonly url: string;
  /** Removes it, together with the connections that are still open. */
  drop(): Promise<void>;
}

/** Creates an empty migrated database, a copy of the template. */
export async function createDatabase(): Promise<TestDatabase> {
  const server = readVariable('TEST_POSTGRES_URL');
  const template = readVariable('TEST_TEMPLATE');
  const name = uniqueName('test');
  await administer(
    server,
    `CREATE DATABASE ${name} TEMPLATE ${template} ${readVariable('TEST_COPY_STRATEGY')}`,
  );
  return { url: urlOf(server, name), drop: () => dropDatabase(server, name) };
}

/** Creates a database without tables. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const server = readVariable('TEST_POSTGRES_URL');
  const name = uniqueName('test');
  await administer(server, `CREATE DATABASE ${name}`);
  return { url: urlOf(server, name), drop: () => dropDatabase(server, name) };
}

/** Creates a database without tables that has its text in another encoding, such as LATIN1. */
export async function createDatabaseIn(encoding: string): Promise<TestDatabase> {
  const server = readVariable('TEST_POSTGRES_URL');
  const name = uniqueName('test');
  // The locale C is one of every encoding; older servers know no provider but libc, and not its name.
  const provider = (await versionOf(server)) >= 150_000 ? 'LOCALE_PROVIDER libc' : '';
  await administer(
    server,
    `CREATE DATABASE ${name} TEMPLATE template0 ENCODING '${encoding}' ${provider} LC_COLLATE 'C' LC_CTYPE 'C'`,
  );
  return { url: urlOf(server, name), drop: () => dropDatabase(server, name) };
}

/** Creates a copy of a database that nobody is connected to, or will be again. */
export async function copyDatabase(source: TestDatabase): Promise<TestDatabase> {
  const server = readVariable('TEST_POSTGRES_URL');
  const template = new URL(source.url).pathname.slice(1);
  const name = uniqueName('test');
  await administer(server, `ALTER DATABASE ${template} ALLOW_CONNECTIONS false`);
  await administer(
    server,
    `CREATE DATABASE ${name} TEMPLATE ${template} ${readVariable('TEST_COPY_STRATEGY')}`,
  );
  return { url: urlOf(server, name), drop: () => dropDatabase(server, name) };
}

/** Removes a database, together with the connections that are still open. */
export async function dropDatabase(server: string, name: string): Promise<void> {
  try {
    await administer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== INSUFFICIENT_PRIVILEGE) throw error;
    // Autovacuum is at work in it, which only a superuser may end by force; without force it is asked to go.
    await administer(server, `DROP DATABASE IF EXISTS ${name}`);
  }
}

/** A name for a database, safe in SQL without quotes. */
export function uniqueName(kind: string): string {
  return `travel_recharge_${kind}_${randomBytes(6).toString('hex')}`;
}

/** The URL of a database on a server. */
export function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

/** Runs a statement about databases, over one connection for all test files of a process: each new one takes its time. */
async function administer(server: string, statement: string): Promise<void> {
  // It is lost when the server ends, which is after the last test.
  globalThis.testAdministration ??= new Pool({
    connectionString: server,
    max: 1,
    idleTimeoutMillis: 0,
    allowExitOnIdle: true,
  }).on('error', () => undefined);
  await globalThis.testAdministration.query(statement);
}

/** Runs one statement over a connection of its own. */
export async function execute(url: string, statement: string): Promise<void> {
  await rowsOf(url, statement);
}

/** As PostgreSQL counts it, such as 150018. */
async function versionOf(server: string): Promise<number> {
  const [row] = await rowsOf<{ version: string }>(
    server,
    `SELECT current_setting('server_version_num') AS version`,
  );
  return Number(row?.version);
}

async function rowsOf<Row extends QueryResultRow>(url: string, statement: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}
