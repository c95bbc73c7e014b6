import type { ClientBase } from 'pg';
import type { Database } from './access-key-store';

/** A connection of a program's own, as what the keys are kept in. */
export function databaseOf(connection: Pick<ClientBase, 'query'>): Database {
  return {
    query: async <Rows>(statement: string, values: unknown[]) =>
      (await connection.query<Record<string, unknown>>(statement, values)).rows as Rows,
  };
}
