import type { PoolClient } from 'pg';

/** Ends a connection at once, whatever it waits for; the pool replaces it. */
export function cut(client: PoolClient): void {
  (client as PoolClient & { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}
