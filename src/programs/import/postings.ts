import { Client } from 'pg';
import { createPartitions } from './write';

const OPENING = `(SELECT account_id FROM accounts WHERE kind = 'opening')`;

/**
 * Posts the past on the opening account, in the order in which it happened, then opens each card with its balance. The
 * past moves no card: the balances of the replaced service do not follow from its recharges and trips.
 */
export async function post(target: Client, openedAt: Date): Promise<void> {
  await createPartitions(target, 'postings', await lastPostingId(target));
  await target.query(`
    INSERT INTO postings (kind, debit_account_id, credit_account_id, amount, recharge_id, trip_id, posted_at)
    SELECT kind, debit_account_id, credit_account_id, amount, recharge_id, trip_id, posted_at FROM (
      SELECT 'recharge' AS kind, cash.account_id AS debit_account_id, ${OPENING} AS credit_account_id, amount,
        recharge_id, NULL::bigint AS trip_id, recharge_timestamp AS posted_at
      FROM recharges JOIN accounts cash USING (channel)
      UNION ALL
      SELECT 'fare', ${OPENING}, revenue.account_id, fare_amount, NULL, trip_id, boarding_time
      FROM trips JOIN routes USING (route_id) JOIN accounts revenue
        ON revenue.kind = 'fare_revenue'
        AND coalesce(revenue.concessionaire_id, 0) = coalesce(routes.concessionaire_id, 0)
      WHERE fare_amount > 0
    ) past ORDER BY posted_at, recharge_id, trip_id`);
  await target.query(
    `INSERT INTO postings
       (kind, debit_account_id, credit_account_id, amount, card_id, card_version, card_balance, posted_at)
     SELECT 'opening', CASE WHEN balance > 0 THEN ${OPENING} ELSE account_id END,
       CASE WHEN balance > 0 THEN account_id ELSE ${OPENING} END, abs(balance), card_id, version, balance, $1
     FROM cards WHERE balance <> 0 ORDER BY card_id`,
    [openedAt],
  );
}

async function lastPostingId(target: Client): Promise<number> {
  const { rows } = await target.query<{ id: number }>(
    `SELECT (SELECT last_value FROM postings_posting_id_seq) + (SELECT count(*) FROM recharges)
       + (SELECT count(*) FROM trips) + (SELECT count(*) FROM cards) AS id`,
  );
  return rows[0]?.id ?? 0;
}
