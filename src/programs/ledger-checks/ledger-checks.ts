import { SIGNED_AMOUNT } from '../../modules/ledger/signed-amount';
import type { LedgerCheck } from './check';
import { actionChecks } from './action-checks';
import { adjustmentCheck } from './adjustment-check';
import { debtChecks } from './debt-checks';
import { deviceListChecks } from './device-list-checks';
import { recordChecks, unchangedSince } from './record-checks';
import { periodCheck } from './period-check';
import { referenceCheck } from './reference-check';

/** What must hold for the postings, and for the rows of other tables that repeat what a posting says. */
const bookChecks: readonly LedgerCheck[] = [
  {
    name: 'every posting moves an amount from one account to another',
    breaks: `
      SELECT posting_id, debit_account_id, credit_account_id, amount FROM postings
      WHERE amount <= 0 OR debit_account_id = credit_account_id`,
  },
  {
    name: 'debits equal credits, summed over all accounts',
    breaks: `
      WITH sides AS (
        SELECT debit_account_id AS account_id, amount AS debit, 0 AS credit FROM postings
        UNION ALL SELECT credit_account_id, 0, amount FROM postings),
      totals AS (
        SELECT sum(debit) AS debits, sum(credit) AS credits FROM sides JOIN accounts USING (account_id))
      SELECT debits, credits FROM totals WHERE debits IS DISTINCT FROM credits`,
  },
  {
    name: "every card's balance is the sum of its account's postings",
    breaks: `
      WITH sides AS (
        SELECT credit_account_id AS account_id, amount FROM postings
        UNION ALL SELECT debit_account_id, -amount FROM postings),
      sums AS (SELECT account_id, sum(amount) AS total FROM sides GROUP BY account_id)
      SELECT card_id, balance, coalesce(total, 0) AS postings
      FROM cards LEFT JOIN sums USING (account_id)
      WHERE balance <> coalesce(total, 0)`,
  },
  {
    // A change of status updates a card too, at the time of another process's clock: two clocks may differ by a minute.
    name: "every card's balance and version are those of its last posting, and it was not updated before that",
    breaks: `
      WITH last AS (
        SELECT card_id, card_version, card_balance, kind, posted_at
        FROM (SELECT max(posting_id) AS posting_id FROM postings WHERE card_id IS NOT NULL GROUP BY card_id) newest
        JOIN postings USING (posting_id))
      SELECT card_id, balance, version, card_balance AS last_balance, card_version AS last_version, updated_at, posted_at
      FROM cards LEFT JOIN last USING (card_id)
      WHERE balance <> coalesce(card_balance, 0) OR version <> coalesce(card_version, 0)
         OR (kind <> 'opening' AND updated_at < posted_at - interval '1 minute')`,
  },
  {
    name: 'the postings of a card are numbered without gaps, and each leaves the balance before it plus its amount',
    breaks: `
      WITH steps AS (
        SELECT posting_id, posting.card_id, card_version, card_balance,
               CASE credit_account_id WHEN card.account_id THEN amount ELSE -amount END AS change,
               lag(card_version, 1, 0::bigint) OVER card_history AS version_before,
               lag(card_balance, 1, 0::bigint) OVER card_history AS balance_before,
               card.account_id IN (debit_account_id, credit_account_id) AS names_its_account
        FROM postings posting JOIN cards card USING (card_id)
        WINDOW card_history AS (PARTITION BY posting.card_id ORDER BY posting_id))
      SELECT posting_id, card_id, card_version, version_before, card_balance, balance_before, change FROM steps
      WHERE card_version <> version_before + 1 OR card_balance <> balance_before + change OR NOT names_its_account`,
  },
  {
    name: 'no card owes more than it may',
    breaks: 'SELECT card_id, balance, credit_limit FROM cards WHERE balance < -credit_limit',
  },
  {
    name: "a posting that names no card moves no card's account",
    breaks: `
      SELECT posting_id FROM postings JOIN accounts ON account_id IN (debit_account_id, credit_account_id)
      WHERE accounts.kind = 'card' AND card_id IS NULL`,
  },
  {
    name: 'every card has a card account, and every card account a card',
    breaks: `
      SELECT account_id, card_id, kind FROM accounts FULL JOIN cards USING (account_id)
      WHERE (kind = 'card') IS DISTINCT FROM (card_id IS NOT NULL)`,
  },
  {
    name: 'each kind of posting debits and credits the kinds of account that it may',
    breaks: `
      SELECT posting_id, posting.kind, debit.kind AS debits, credit.kind AS credits
      FROM postings posting
      JOIN accounts debit ON debit.account_id = debit_account_id
      JOIN accounts credit ON credit.account_id = credit_account_id
      WHERE NOT CASE posting.kind
        WHEN 'recharge' THEN debit.kind = 'cash' AND credit.kind IN ('card', 'opening', 'pending_load')
        WHEN 'reversal' THEN debit.kind IN ('card', 'pending_load') AND credit.kind = 'cash'
        WHEN 'payout' THEN debit.kind = 'card' AND credit.kind = 'cash'
        WHEN 'fare' THEN debit.kind IN ('card', 'opening') AND credit.kind = 'fare_revenue'
        WHEN 'debt' THEN debit.kind = 'debt' AND credit.kind = 'card'
        WHEN 'debt_payment' THEN debit.kind = 'card' AND credit.kind = 'debt'
        WHEN 'load' THEN debit.kind = 'pending_load' AND credit.kind = 'card'
        WHEN 'fare_adjustment' THEN (debit.kind, credit.kind) IN (('card', 'fare_revenue'), ('fare_revenue', 'card'))
        WHEN 'opening' THEN 'opening' IN (debit.kind, credit.kind) AND 'card' IN (debit.kind, credit.kind)
        ELSE 'adjustment' IN (debit.kind, credit.kind) END`,
  },
  {
    name: 'each recharge is posted once, for its amount, its card and its channel, at its time',
    breaks: `
      WITH posted AS (
        SELECT recharge_id, count(*) AS postings, min(amount) AS amount, min(card_id) AS card_id,
               min(card_balance) AS card_balance, min(account.channel) AS channel, min(posted_at) AS posted_at
        FROM postings JOIN accounts account ON account_id = debit_account_id
        WHERE postings.kind = 'recharge' GROUP BY recharge_id),
      paid AS (
        SELECT recharge_id, sum(amount) AS debt_paid FROM postings
        WHERE kind = 'debt_payment' AND recharge_id IS NOT NULL AND recharge_id NOT IN (SELECT action_id FROM actions)
        GROUP BY recharge_id)
      SELECT recharge_id, recharge.amount, posted.amount AS posted, posted.postings, recharge.debt_paid, recharge_timestamp,
             posted_at
      FROM recharges recharge FULL JOIN posted USING (recharge_id) LEFT JOIN paid USING (recharge_id)
      WHERE posted.postings IS DISTINCT FROM 1 OR recharge.amount IS DISTINCT FROM posted.amount
         OR recharge.card_id <> coalesce(posted.card_id, recharge.card_id)
         OR (recharge.new_balance IS DISTINCT FROM posted.card_balance - recharge.debt_paid
             AND recharge_id NOT IN (SELECT action_id FROM actions))
         OR recharge.debt_paid IS DISTINCT FROM coalesce(paid.debt_paid, 0)
         OR recharge.channel IS DISTINCT FROM posted.channel
         OR recharge.recharge_timestamp IS DISTINCT FROM posted.posted_at`,
  },
  {
    name: 'each reversal is posted once, for the whole recharge, from its card to its channel, at its time',
    breaks: `
      WITH posted AS (
        SELECT recharge_id, count(*) AS postings, min(posting_id) AS posting_id, min(amount) AS amount,
               min(card_id) AS card_id, min(account.channel) AS channel, min(posted_at) AS posted_at
        FROM postings JOIN accounts account ON account_id = credit_account_id
        WHERE postings.kind = 'reversal' GROUP BY recharge_id)
      SELECT recharge_id, recharge.amount, posted.amount AS posted, posted.postings, reversed_at, posted_at
      FROM recharge_reversals reversal FULL JOIN posted USING (recharge_id) LEFT JOIN recharges recharge USING (recharge_id)
      WHERE posted.postings IS DISTINCT FROM 1 OR reversal.posting_id IS DISTINCT FROM posted.posting_id
         OR recharge.amount IS DISTINCT FROM posted.amount
         OR recharge.card_id <> coalesce(posted.card_id, recharge.card_id)
         OR recharge.channel IS DISTINCT FROM posted.channel
         OR reversal.reversed_at IS DISTINCT FROM posted.posted_at`,
  },
  {
    name: 'each transaction_id of a client belongs to one recharge that exists',
    breaks: `
      SELECT transaction_id, claimed.client, recharge_id, claims, owners
      FROM (SELECT transaction_id, recharge_id, min(client) AS client, count(*) AS owners,
                   max(claims) AS claims
            FROM (SELECT transaction_id, client, recharge_id,
                         count(*) OVER (PARTITION BY transaction_id, client) AS claims
                  FROM recharge_transactions) counted
            GROUP BY transaction_id, recharge_id) claimed
      FULL JOIN (SELECT transaction_id, recharge_id FROM recharges WHERE transaction_id IS NOT NULL) named
        USING (transaction_id, recharge_id)
      WHERE claims IS DISTINCT FROM 1 OR owners IS DISTINCT FROM 1 OR named.recharge_id IS NULL`,
  },
  {
    // If the route has changed since, only the posting says whose revenue the fare became: see unchangedSince.
    name: 'each fare above 0 is posted once, for its amount and its card, at its boarding, to the concessionaire of its route',
    breaks: `
      WITH posted AS (
        SELECT trip_id, count(*) AS postings, min(amount) AS amount, min(card_id) AS card_id,
               min(card_balance) AS card_balance, min(posted_at) AS posted_at, min(credit_account_id) AS account_id
        FROM postings WHERE kind = 'fare' GROUP BY trip_id),
      charged AS (
        SELECT trips.trip_id, trips.card_id, fare_amount, new_balance, boarding_time, fare_reason, trips.route_id,
               -- What a device reported is posted when it was received, or when a person decided about it.
               CASE WHEN trips.validator_id IS NULL THEN boarding_time
                    ELSE coalesce(suspended.resolved_at, taps.received_at) END AS charged_at
        FROM trips
        LEFT JOIN taps ON taps.validator_id = trips.validator_id AND taps.sequence = tap_sequence AND taps.trip_id = trips.trip_id
        LEFT JOIN suspended_taps suspended ON suspended.trip_id = trips.trip_id AND suspended.kind = 'entry'
        WHERE fare_amount > 0)
      SELECT trip_id, fare_amount, posted.amount AS posted, posted.postings, boarding_time, posted_at, route_id,
             route.concessionaire_id, account.concessionaire_id AS earned_by
      FROM charged FULL JOIN posted USING (trip_id)
      LEFT JOIN routes route USING (route_id) LEFT JOIN accounts account USING (account_id)
      WHERE posted.postings IS DISTINCT FROM 1 OR charged.fare_amount IS DISTINCT FROM posted.amount
         OR charged.card_id <> coalesce(posted.card_id, charged.card_id)
         OR charged.new_balance IS DISTINCT FROM posted.card_balance
         OR charged.charged_at IS DISTINCT FROM posted.posted_at
         OR (account.concessionaire_id IS DISTINCT FROM route.concessionaire_id AND fare_reason IS NOT NULL
             AND ${unchangedSince('boarding_time')})`,
  },
  {
    name: 'revenue is the same by postings, by trips, by concessionaire and by locality',
    breaks: `
      WITH revenue AS (
        SELECT (SELECT coalesce(sum(${SIGNED_AMOUNT}), 0) FROM postings
                WHERE kind IN ('fare', 'fare_adjustment')) AS by_postings,
               (SELECT coalesce(sum(revenue), 0) FROM boarding_revenue) AS by_trips,
               (SELECT coalesce(sum(total), 0) FROM (
                  SELECT sum(CASE account_id WHEN credit_account_id THEN amount ELSE -amount END) AS total
                  FROM postings JOIN accounts ON account_id IN (credit_account_id, debit_account_id)
                  WHERE accounts.kind = 'fare_revenue' GROUP BY account_id) accounts) AS by_concessionaire,
               (SELECT coalesce(sum(total), 0) FROM (
                  SELECT sum(revenue) AS total FROM boarding_revenue
                  JOIN stations ON station_id = boarding_station_id
                  LEFT JOIN locations USING (location_id) GROUP BY location_id) localities) AS by_locality)
      SELECT * FROM revenue
      WHERE by_postings <> by_trips OR by_postings <> by_concessionaire OR by_postings <> by_locality`,
  },
  {
    name: 'the open trips are exactly the trips in progress, at most one for each card',
    breaks: `
      SELECT trip_id, open.card_id, trip.card_id AS trip_card_id, open_trips_of_card
      FROM (SELECT *, count(*) OVER (PARTITION BY card_id) AS open_trips_of_card FROM open_trips) open
      FULL JOIN (SELECT trip_id, card_id, boarding_time, boarding_station_id FROM trips WHERE status = 'in_progress')
        trip USING (trip_id)
      WHERE open.card_id IS DISTINCT FROM trip.card_id OR open.boarding_time IS DISTINCT FROM trip.boarding_time
         OR open.boarding_station_id IS DISTINCT FROM trip.boarding_station_id OR open_trips_of_card > 1`,
  },
  {
    name: 'the running totals are those of their rows',
    breaks: `
      SELECT 'trips' AS source, locality::text AS of, kept.trips, kept.open_trips, kept.revenue,
             counted.trips AS counted, counted.open_trips AS counted_open, counted.revenue AS summed
      FROM (SELECT coalesce(location_id, 0) AS locality, trips, open_trips, revenue FROM trip_totals) kept
      FULL JOIN (
        SELECT CASE WHEN station_id IS NULL THEN -1 ELSE coalesce(location_id, 0) END AS locality,
               sum(trips) AS trips, sum(open_trips) AS open_trips, sum(revenue) AS revenue
        FROM (
          SELECT boarding_station_id, boardings AS trips, 0 AS open_trips, revenue FROM boarding_revenue
          WHERE id <= (SELECT watermark FROM totals_watermarks WHERE source = 'trips')
          UNION ALL SELECT boarding_station_id, 0, 1, 0 FROM open_trips
          UNION ALL SELECT boarding_station_id, 0, -change, 0 FROM open_trip_changes
          WHERE change_id > (SELECT watermark FROM totals_watermarks WHERE source = 'open_trip_changes')) rows
        LEFT JOIN stations ON station_id = boarding_station_id GROUP BY 1) counted USING (locality)
      WHERE (coalesce(kept.trips, 0), coalesce(kept.open_trips, 0), coalesce(kept.revenue, 0))
            IS DISTINCT FROM
            (coalesce(counted.trips, 0), coalesce(counted.open_trips, 0), coalesce(counted.revenue, 0))
      UNION ALL
      SELECT 'postings', kind, NULL, NULL, kept.amount, NULL, NULL, counted.amount
      FROM posting_totals kept
      FULL JOIN (
        SELECT kind, sum(${SIGNED_AMOUNT}) AS amount FROM postings
        WHERE posting_id <= (SELECT watermark FROM totals_watermarks WHERE source = 'postings')
        GROUP BY kind) counted USING (kind)
      WHERE kept.amount IS DISTINCT FROM counted.amount`,
  },
  periodCheck,
  {
    // A card that was tapped at devices may have been told less than there was to tell: fares:verify has its journeys.
    // An imported transfer belongs to a journey too, but the import does not say to which. So the count of a journey that
    // follows it may begin above 1.
    name: 'the transfers after an anchor are numbered 1, 2, … and are of its card, and no other trip has a number',
    breaks: `
      WITH transfers AS (
        SELECT trip.trip_id, trip.card_id, trip.anchor_trip_id, trip.transfers_used, trip.is_transfer,
               anchor.card_id AS anchor_card_id, anchor.is_transfer AS anchor_is_transfer,
               row_number() OVER journey AS nth,
               CASE WHEN anchor.fare_reason IS NULL THEN min(trip.transfers_used) OVER journey ELSE 1 END AS first
        FROM trips trip LEFT JOIN trips anchor ON anchor.trip_id = trip.anchor_trip_id
        LEFT JOIN (SELECT DISTINCT card_id FROM trips WHERE validator_id IS NOT NULL) tapped ON tapped.card_id = trip.card_id
        WHERE trip.fare_reason IS NOT NULL AND (trip.is_transfer OR trip.transfers_used <> 0) AND tapped.card_id IS NULL
        WINDOW journey AS (PARTITION BY trip.anchor_trip_id ORDER BY trip.trip_id
                           ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING))
      SELECT trip_id, card_id, anchor_trip_id, anchor_card_id, transfers_used, nth FROM transfers
      WHERE NOT is_transfer OR transfers_used IS DISTINCT FROM first + nth - 1
         OR anchor_card_id IS DISTINCT FROM card_id OR anchor_is_transfer`,
  },
];

/** What must hold for the books. Every query reads the same snapshot. */
export const ledgerChecks: readonly LedgerCheck[] = [
  referenceCheck,
  ...bookChecks,
  ...recordChecks,
  ...debtChecks,
  ...deviceListChecks,
  ...actionChecks,
  adjustmentCheck,
];
