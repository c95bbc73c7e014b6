-- What a boarding sends, message by message as the service sends it: -D first, count, callers, seed, n. No card boards
-- twice. Where it boards is filled in before: a choice of route, station, vehicle, driver and account.
\set n :n + 1
\set card :first + permute((:n - 1) * :callers + :client_id, :count, :seed)
{places}
\startpipeline
BEGIN ISOLATION LEVEL READ COMMITTED;
SELECT pg_advisory_xact_lock_shared(7316010);
SELECT epoch::text, state, redis_run_id, pg_current_xact_id()::text FROM cache_epoch;
SELECT card_id, account_id, card_number, user_id, status, balance, credit_limit, debt, credit_used, credit_used_at,
       version, acquisition_date, last_used_date, updated_at
FROM cards WHERE card_id = :card FOR NO KEY UPDATE;
SELECT CASE WHEN route.route_id IS NOT NULL THEN to_json(route) END AS route,
  (SELECT json_build_object('is_active', is_active, 'is_on_route',
            EXISTS (SELECT FROM route_stops WHERE station_id = :station AND route_id = :route))
   FROM stations WHERE station_id = :station) AS boarding,
  (SELECT vehicle_id FROM vehicles
   WHERE concessionaire_id = route.concessionaire_id AND status = 'active' AND vehicle_id >=
     (SELECT min(vehicle_id) + :card % (max(vehicle_id) - min(vehicle_id) + 1) FROM vehicles
      WHERE concessionaire_id = route.concessionaire_id AND status = 'active')
   ORDER BY vehicle_id LIMIT 1) AS vehicle_id,
  (SELECT driver_id FROM drivers
   WHERE concessionaire_id = route.concessionaire_id AND status = 'active' AND driver_id >=
     (SELECT min(driver_id) + :card % (max(driver_id) - min(driver_id) + 1) FROM drivers
      WHERE concessionaire_id = route.concessionaire_id AND status = 'active')
   ORDER BY driver_id LIMIT 1) AS driver_id
FROM (VALUES (true)) AS once
LEFT JOIN (SELECT route_id, route_type, is_active, concessionaire_id FROM routes) route ON route_id = :route;
SELECT nextval('trips_trip_id_seq') AS trip_id;
SELECT trip_id, card_id, boarding_time, is_of_tap FROM open_trip_of(:card);
WITH reach AS (
  SELECT coalesce(max(window_seconds), 0) AS longest,
         make_interval(secs => greatest(max(window_seconds), 3600)) AS window
  FROM transfer_rules),
rider AS (
  SELECT edition, longest, rider_category AS category,
         least(CASE coalesce(rider_category, 'standard') WHEN 'standard' THEN date_trunc('day', now())
               ELSE date_trunc('month', now()) END, now() - reach.window) - reach.window AS horizon
  FROM fare_editions CROSS JOIN reach
  LEFT JOIN users ON user_id = (SELECT user_id FROM cards WHERE card_id = :card))
SELECT edition, longest AS "longestWindow", category, boardings.*
FROM rider LEFT JOIN (
  SELECT trip_id, boarding_time, route_id, route_type, boarding_station_id, is_transfer, fare_amount, concession
  FROM trips JOIN routes USING (route_id)
  WHERE card_id = :card AND boarding_time >= (SELECT horizon FROM rider)
    AND boarding_time <= coalesce(NULL, 'infinity'::timestamptz)) AS boardings ON true
ORDER BY trip_id;
\endpipeline
\startpipeline
WITH card AS (
  UPDATE cards SET balance = balance - 3000, version = version + 1, updated_at = now(), last_used_date = now()
  WHERE card_id = :card
  RETURNING card_id, account_id, balance, version)
INSERT INTO postings (kind, debit_account_id, credit_account_id, amount, card_id, card_version, card_balance,
                      recharge_id, trip_id, posted_at)
SELECT 'fare', account_id, :account, 3000, card_id, version, balance, NULL, currval('trips_trip_id_seq'), now()
FROM (VALUES (true)) AS once LEFT JOIN card ON true
RETURNING posting_id, card_balance, card_version;
WITH trip AS (
  INSERT INTO trips (trip_id, card_id, route_id, boarding_station_id, boarding_time, disembarking_station_id,
                     disembarking_time, vehicle_id, driver_id, status, new_balance, fare_amount, fare_product,
                     base_price, fare_reason, is_transfer, concession, on_credit, capped, passback, anchor_trip_id,
                     transfers_used, transfers_left, window_ends_at)
  SELECT currval('trips_trip_id_seq'), card_id, :route, :station, now(), NULL, NULL, :vehicle, :driver,
         'in_progress', balance, 3000, 'trunk', 3000, 'full_fare', false, NULL, false, false, false,
         currval('trips_trip_id_seq'), 0, 2, now() + interval '110 minutes'
  FROM cards WHERE card_id = :card
  RETURNING card_id, trip_id, boarding_time, boarding_station_id, status),
open AS (
  INSERT INTO open_trips (card_id, trip_id, boarding_time, boarding_station_id)
  SELECT card_id, trip_id, boarding_time, boarding_station_id FROM trip WHERE status = 'in_progress'
  RETURNING boarding_station_id)
INSERT INTO open_trip_changes (boarding_station_id, change) SELECT boarding_station_id, 1 FROM open;
INSERT INTO audit_entries (occurred_at, client, key_id, role, request_id, operation, object_kind, object_id, outcome,
                           changes, reason, address)
VALUES (now(), '', NULL, NULL, '1f2e3d4c-2s', 'POST /trips/start', 'trip', currval('trips_trip_id_seq')::text, 'changed',
        '{"card_id": "6cf615d5bcaa", "route_id": "0f8eb4b72b6e", "boarding_station_id": "6cf615d5bcaa", "disembarking_station_id": "74234e98afe7", "status": "0f8eb4b72b6e", "fare_amount": "6cf615d5bcaa"}', NULL, '127.0.0.1');
COMMIT;
\endpipeline
