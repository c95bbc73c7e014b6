-- What a batch of taps sends, one statement after the other: -D first, share, batch, validator, route, station, vehicle, account, n.
-- Each client has a device and cards of its own. What the service makes of the rows in its memory are expressions here.
\set n :n + 1
\set device :validator + :client_id
\set before (:n - 1) * :batch
\set card :first + :client_id * :share + mod(:before, :share - mod(:share, :batch))
BEGIN ISOLATION LEVEL READ COMMITTED;
SELECT pg_advisory_xact_lock_shared(7316010);
SELECT epoch::text, state, redis_run_id, pg_current_xact_id()::text FROM cache_epoch;
SELECT validator_id, number, concessionaire_id, station_id, vehicle_id, route_id, status, hotlist_version,
       clock_offset_ms, last_heard_at, received_through, highest_sequence
FROM validators WHERE validator_id = :device FOR NO KEY UPDATE;
SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true);
SELECT count(*)
FROM generate_series(:before::bigint + 1, :before::bigint + :batch) AS asked (sequence) CROSS JOIN LATERAL (
  SELECT sequence, kind, decision, card_number, route_id, station_id, tapped_at FROM taps
  WHERE validator_id = :device AND taps.sequence = asked.sequence OFFSET 0) tap;
SELECT array_agg(card_id)::text AS cards, array_agg(card_number)::text AS numbers, array_agg(balance)::text AS balances,
       array_agg(debt)::text AS debts
FROM (SELECT card_id, account_id, card_number, user_id, status, balance, credit_limit, debt, credit_used, credit_used_at, version,
             acquisition_date, last_used_date, updated_at
      FROM cards WHERE card_id >= :card AND card_id < :card::bigint + :batch ORDER BY card_id FOR NO KEY UPDATE) locked
\gset
SELECT count(*) FROM (SELECT card_id, rider_category, erased_at FROM cards JOIN users USING (user_id)
                      WHERE card_number = ANY (:numbers::text[])) riders;
SELECT station_id, coalesce((SELECT json_agg(route_id) FROM route_stops WHERE route_stops.station_id = stations.station_id), '[]')
FROM stations WHERE station_id = :station;
SELECT route_id, route_type, concessionaire_id FROM routes WHERE route_id = :route;
WITH reach AS (
  SELECT make_interval(secs => greatest(coalesce(max(window_seconds), 0), 3600)) AS window FROM transfer_rules)
SELECT count(*), count(trip.boarding_time), count(adjustment.trip_id), max(trip.fare_amount), max(route_type)
FROM unnest(:numbers::text[]) AS asked (card_number)
JOIN cards USING (card_number) LEFT JOIN users USING (user_id) CROSS JOIN reach
CROSS JOIN LATERAL (
  SELECT * FROM trips
  WHERE trips.card_id = cards.card_id AND trips.boarding_time >=
    least(CASE coalesce(rider_category, 'standard') WHEN 'standard' THEN date_trunc('day', now()) ELSE date_trunc('month', now()) END,
          now() - reach.window) - reach.window
  OFFSET 0) trip
JOIN routes USING (route_id)
LEFT JOIN LATERAL (
  SELECT * FROM fare_adjustments
  WHERE trip.validator_id IS NOT NULL AND fare_adjustments.trip_id = trip.trip_id
  ORDER BY adjustment_id DESC LIMIT 1) adjustment ON true;
SELECT coalesce(array_agg(trip_id), '{}')::text AS open
FROM (SELECT open.trip_id, cards.card_id, open.boarding_time, open.is_of_tap
      FROM cards CROSS JOIN LATERAL (
        SELECT trip_id, boarding_time, is_of_tap FROM open_trips WHERE open_trips.card_id = cards.card_id OFFSET 0) open
      WHERE card_number = ANY (:numbers::text[])) open
\gset
SELECT count(*) FROM (
  SELECT card_id, validator_id, sequence, corrected_at AS at
  FROM cards CROSS JOIN LATERAL (
    SELECT validator_id, sequence, corrected_at, station_id FROM taps
    WHERE taps.card_id = cards.card_id AND kind = 'exit' AND outcome = 'rated' AND trip_id IS NULL
      AND corrected_at >= now() - interval '1 day'
    OFFSET 0) tap
  WHERE cards.card_number = ANY (:numbers::text[])) lonely;
SELECT edition FROM fare_editions;
SELECT array_agg(nextval('trips_trip_id_seq'))::text AS trips FROM generate_series(1, :batch)
\gset
WITH ends AS (
  SELECT trip_id, card_id FROM open_trips WHERE trip_id = ANY (:open::bigint[])),
open AS (
  DELETE FROM open_trips USING ends WHERE open_trips.card_id = ends.card_id AND open_trips.trip_id = ends.trip_id
  RETURNING boarding_station_id),
noted AS (
  INSERT INTO open_trip_changes (boarding_station_id, change) SELECT boarding_station_id, -1 FROM open),
ended AS (
  UPDATE trips trip SET status = 'closed_without_exit', disembarking_station_id = NULL, disembarking_time = NULL
  FROM ends WHERE trip.trip_id = ends.trip_id AND trip.card_id = ends.card_id
  RETURNING trip.trip_id)
SELECT count(*) FROM ended;
WITH movements AS (
  SELECT card_id, -3000::bigint AS change, 'fare' AS kind, :account::bigint AS counter_id, NULL::bigint AS recharge_id, trip_id,
         now() AS at, now() AS used_at, n
  FROM unnest(:cards::bigint[], :trips::bigint[]) WITH ORDINALITY AS movement (card_id, trip_id, n)),
sums AS (
  SELECT card_id, sum(change)::bigint AS change, count(*) AS postings, bool_or(counter_id IS NULL) AS concerns_debt,
         coalesce(sum(change) FILTER (WHERE counter_id IS NULL), 0)::bigint AS lent,
         max(at) AS at, max(used_at) AS used_at
  FROM movements GROUP BY card_id),
planned AS MATERIALIZED (
  SELECT sums.*, before.balance, before.debt, debt_account_id IS NULL AND concerns_debt AS has_first_debt,
         coalesce(debt_account_id, CASE WHEN concerns_debt THEN nextval('accounts_account_id_seq') END) AS account_of_debt
  FROM unnest(:cards::bigint[], :balances::bigint[], :debts::bigint[]) AS before (card_id, balance, debt)
  JOIN sums USING (card_id) JOIN cards USING (card_id)),
opened AS (
  INSERT INTO accounts (account_id, kind) SELECT account_of_debt, 'debt' FROM planned WHERE has_first_debt),
moved AS (
  UPDATE cards
  SET balance = planned.balance + change, debt = planned.debt + lent, debt_account_id = account_of_debt,
      version = version + postings, updated_at = greatest(updated_at, at),
      last_used_date = greatest(last_used_date, used_at)
  FROM planned
  WHERE cards.card_id = planned.card_id AND cards.balance = planned.balance AND cards.debt = planned.debt
  RETURNING cards.card_id, account_id, account_of_debt, planned.balance AS balance_before, version - postings AS version_before)
INSERT INTO postings (kind, debit_account_id, credit_account_id, amount,
                      card_id, card_version, card_balance, recharge_id, trip_id, posted_at)
SELECT kind, CASE WHEN change > 0 THEN coalesce(counter_id, account_of_debt) ELSE account_id END,
       CASE WHEN change > 0 THEN account_id ELSE coalesce(counter_id, account_of_debt) END, abs(change),
       moved.card_id, version_before + row_number() OVER history, balance_before + sum(change) OVER history,
       recharge_id, trip_id, at
FROM movements LEFT JOIN moved USING (card_id)
WINDOW history AS (PARTITION BY movements.card_id ORDER BY n ROWS UNBOUNDED PRECEDING)
ORDER BY n;
WITH trip AS (
  INSERT INTO trips (trip_id, card_id, route_id, boarding_station_id, boarding_time, disembarking_station_id, disembarking_time,
                     vehicle_id, driver_id, status, new_balance, validator_id, tap_sequence, fare_amount, fare_product, base_price,
                     fare_reason, is_transfer, concession, on_credit, capped, passback, anchor_trip_id, transfers_used,
                     transfers_left, window_ends_at)
  SELECT trip_id, card_id, :route, :station, now(), NULL, NULL, :vehicle, NULL, 'in_progress', balance - 3000, :device, :before + n,
         3000, 'trunk', 3000, 'full_fare', false, NULL, false, false, false, trip_id, 0, 2, now() + interval '110 minutes'
  FROM unnest(:trips::bigint[], :cards::bigint[], :balances::bigint[]) WITH ORDINALITY AS tap (trip_id, card_id, balance, n)
  RETURNING card_id, trip_id, boarding_time, boarding_station_id, status),
open AS (
  INSERT INTO open_trips (card_id, trip_id, boarding_time, boarding_station_id, is_of_tap)
  SELECT card_id, trip_id, boarding_time, boarding_station_id, true FROM trip WHERE status = 'in_progress'
  RETURNING boarding_station_id)
INSERT INTO open_trip_changes (boarding_station_id, change) SELECT boarding_station_id, 1 FROM open;
INSERT INTO taps (validator_id, received_at, sequence, kind, decision, card_number, route_id, station_id, tapped_at,
                  corrected_at, hotlist_version, outcome, card_id, trip_id)
SELECT :device, now(), :before + n, 'entry', 'accepted', card_number, :route, :station, now(), now(), NULL, 'rated', card_id, trip_id
FROM unnest(:numbers::text[], :cards::bigint[], :trips::bigint[]) WITH ORDINALITY AS tap (card_number, card_id, trip_id, n);
UPDATE validators SET clock_offset_ms = 0, last_heard_at = now(), received_through = :before::bigint + :batch, highest_sequence = :before::bigint + :batch
WHERE validator_id = :device;
INSERT INTO audit_entries (occurred_at, client, key_id, role, request_id, operation, object_kind, object_id, outcome,
                           changes, reason, address)
VALUES (now(), '', NULL, NULL, '1f2e3d4c-2s', 'POST /taps', 'validator', :device::text, 'changed',
        '{"taps": "6cf615d5bcaa", "suspended": "4f53cda18c2b"}', NULL, '127.0.0.1');
COMMIT;
