import { SIGNED_AMOUNT } from '../../modules/ledger/signed-amount';
import type { LedgerCheck } from './check';

/** What a trip costs now is what it was first charged, and all that was adjusted since. */
export const adjustmentCheck: LedgerCheck = {
  name: 'each adjustment of a fare follows from the fare before it, and is posted once, for its trip and its card, at its time',
  breaks: `
    WITH steps AS (
      SELECT adjustment_id, adjustment.trip_id, adjustment.card_id, adjustment.amount, adjustment.fare_amount,
             lag(adjustment.fare_amount, 1, trip.fare_amount) OVER (PARTITION BY adjustment.trip_id ORDER BY adjustment_id) AS before,
             trip.card_id = adjustment.card_id AND trip.boarding_station_id = adjustment.boarding_station_id
               AND trip.boarding_time = adjustment.boarding_time AND trip.validator_id IS NOT NULL
               AND cause.card_id = adjustment.card_id AND cause.validator_id IS NOT NULL
               AND cause.trip_id <> adjustment.trip_id AS is_of_trip
      FROM fare_adjustments adjustment LEFT JOIN trips trip USING (trip_id)
      LEFT JOIN trips cause ON cause.trip_id = adjustment.caused_by_trip_id)
    SELECT adjustment_id, trip_id, card_id, amount, fare_amount, before FROM steps
    WHERE fare_amount IS DISTINCT FROM before + amount OR is_of_trip IS NOT TRUE
    UNION ALL
    SELECT NULL, trip_id, card_id, said.amount, posted.amount, said.postings - posted.postings
    FROM (SELECT trip_id, card_id, adjusted_at AS at, sum(amount) AS amount, count(*) AS postings
          FROM fare_adjustments WHERE amount <> 0 GROUP BY 1, 2, 3) said
    FULL JOIN (SELECT trip_id, card_id, posted_at AS at, sum(${SIGNED_AMOUNT}) AS amount, count(*) AS postings
               FROM postings WHERE kind = 'fare_adjustment' GROUP BY 1, 2, 3) posted USING (trip_id, card_id, at)
    WHERE said.amount IS DISTINCT FROM posted.amount OR said.postings IS DISTINCT FROM posted.postings`,
};
