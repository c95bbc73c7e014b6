import type { Client } from 'pg';

/**
 * Lets the sums of closed rows begin anew: for a program that fills an empty database with ids of its own, some of which
 * may have been drawn, and closed, before. To be called right before its commit, since it holds up `ClosedTotals`.
 */
export async function reopenTotals(client: Client): Promise<void> {
  await client.query('DELETE FROM closed_trips');
  await client.query('DELETE FROM closed_postings');
  await client.query('UPDATE closed_totals SET through_id = 0, next_id = NULL, announced_by = NULL');
}
