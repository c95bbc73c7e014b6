import type { ClientBase } from 'pg';
import type { Database } from './access-key-store';

/** Lets the functions for keys use the connection of a program. */
export function databaseOf(connection: Pick<ClientBase, 'query'>): Database {
  return {
    query: async <Rows>(statement: string, values: unknown[]) =>
      (await connection.query<Record<string, unknown>>(statement, values)).rows as Rows,
  };
}
