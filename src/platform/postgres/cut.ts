import type { Client, PoolClient } from 'pg';

/** Ends a connection at once, even while it waits for a statement. The pool replaces it, and gives it to nobody in the meantime. */
export function cut(client: PoolClient): void {
  const connected = client as PoolClient & Client & { connection: { stream: { destroy(): void } } };
  connected.end().catch(() => undefined);
  connected.connection.stream.destroy();
}
