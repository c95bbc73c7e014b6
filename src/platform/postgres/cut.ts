import type { PoolClient } from 'pg';

/** Ends a connection at once, even while it waits for a statement. The pool replaces it. */
export function cut(client: PoolClient): void {
  (client as PoolClient & { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}
