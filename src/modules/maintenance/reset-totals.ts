import type { Client } from 'pg';
import { PERIOD_TABLES } from './period-totals';

/**
 * Lets the totals begin anew: empties them, sets their watermarks to 0, and lists the open trips as changes. A program that
 * fills an empty database with ids of its own needs it, because some of those ids may have been drawn, and passed by the
 * watermark, before. Call it right before the commit: until then it blocks `TotalsRollup`.
 */
export async function resetTotals(client: Client): Promise<void> {
  await client.query(
    'UPDATE totals_watermarks SET watermark = 0, next_watermark = NULL, announced_by = NULL',
  );
  await client.query('DELETE FROM trip_totals');
  await client.query('DELETE FROM posting_totals');
  for (const table of PERIOD_TABLES) await client.query(`DELETE FROM ${table}`);
  await client.query('DELETE FROM open_trip_changes');
  await client.query(
    `INSERT INTO open_trip_changes (boarding_station_id, change) SELECT boarding_station_id, 1 FROM open_trips`,
  );
}
