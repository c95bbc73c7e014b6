import type { Client } from 'pg';
import { PERIOD_TABLES } from '../../src/modules/maintenance/period-totals';

/** Lets time pass for a card: everything that ever happened to it is so many seconds further back. */
export async function letTimePass(client: Client, card_id: number, seconds: number): Promise<void> {
  const span = `make_interval(secs => ${seconds})`;
  await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
  // Postings refuse to be changed; here the past itself is moved.
  await client.query('ALTER TABLE postings DISABLE TRIGGER postings_append_only');
  await client.query(
    `UPDATE trips SET boarding_time = boarding_time - ${span}, disembarking_time = disembarking_time - ${span},
            window_ends_at = window_ends_at - ${span} WHERE card_id = $1`,
    [card_id],
  );
  await client.query(`UPDATE open_trips SET boarding_time = boarding_time - ${span} WHERE card_id = $1`, [
    card_id,
  ]);
  await client.query(`UPDATE postings SET posted_at = posted_at - ${span} WHERE card_id = $1`, [card_id]);
  await client.query(
    `UPDATE recharges SET recharge_timestamp = recharge_timestamp - ${span} WHERE card_id = $1`,
    [card_id],
  );
  await client.query(
    `UPDATE cards SET credit_used_at = credit_used_at - ${span}, last_used_date = last_used_date - ${span}
     WHERE card_id = $1`,
    [card_id],
  );
  await client.query('ALTER TABLE postings ENABLE TRIGGER postings_append_only');
  await recountPeriods(client);
  await client.query('COMMIT');
}

/** Totals by period don't know that the past can change: they are counted again. In the transaction that changes it. */
export async function recountPeriods(client: Client): Promise<void> {
  await client.query(
    `UPDATE totals_watermarks SET watermark = 0, next_watermark = NULL, announced_by = NULL
     WHERE source IN ('trip_periods', 'posting_periods')`,
  );
  for (const table of PERIOD_TABLES) await client.query(`DELETE FROM ${table}`);
}
