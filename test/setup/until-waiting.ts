import type { Client } from 'pg';
import { until } from './until';

/** Waits until so many connections of a database wait for a lock, also where this one is in a transaction. */
export async function untilWaiting(client: Client, howMany: number): Promise<void> {
  await until(`${howMany} connections wait for a lock`, async () => {
    // A transaction is shown the connections that there were when it first looked.
    await client.query('SELECT pg_stat_clear_snapshot()');
    const { rowCount } = await client.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rowCount === howMany;
  });
}
