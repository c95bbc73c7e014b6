import type { Client } from 'pg';

/** The name of the service's database and of the role that owns it. */
export const APPLICATION_NAME = 'travel_recharge';

/**
 * Creates the service's role and database if they are missing. The role is not a superuser, so an injected statement could not
 * read files or run programs. It may create databases, because tests and imports do that.
 */
export async function ensureDatabase(client: Client, password: string): Promise<void> {
  if (!(await exists(client, 'SELECT FROM pg_roles WHERE rolname = $1'))) {
    await client.query(
      `CREATE ROLE ${APPLICATION_NAME} LOGIN CREATEDB PASSWORD ${client.escapeLiteral(password)}`,
    );
  }
  if (!(await exists(client, 'SELECT FROM pg_database WHERE datname = $1'))) {
    await client.query(`CREATE DATABASE ${APPLICATION_NAME} OWNER ${APPLICATION_NAME}`);
  }
}

/** The connection URL of the service's database. */
export function applicationUrl(password: string, port: number): string {
  return `postgresql://${APPLICATION_NAME}:${password}@127.0.0.1:${port}/${APPLICATION_NAME}?sslmode=disable`;
}

async function exists(client: Client, query: string): Promise<boolean> {
  const { rowCount } = await client.query(query, [APPLICATION_NAME]);
  return rowCount === 1;
}
