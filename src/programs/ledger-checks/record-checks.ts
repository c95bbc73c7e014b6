import type { LedgerCheck } from './check';

/**
 * SQL: whether the row `route` of `routes` has not changed since a moment. Within a day after a change it is unknown which
 * state a ride saw, because clocks differ and a change takes time to be committed; such rides are not checked.
 */
export const unchangedSince = (moment: string): string =>
  `${moment} > coalesce(route.changed_at + interval '1 day', '-infinity'::timestamptz)`;

/** What must hold for the records beside the postings, because it follows from other rows. */
export const recordChecks: readonly LedgerCheck[] = [
  {
    name: 'a card that never boarded on credit may owe what it owed when it was imported, or nothing',
    breaks: `
      SELECT card_id, credit_limit, greatest(owed, 0) AS owed
      FROM cards LEFT JOIN (
        SELECT card_id, max(-card_balance) AS owed FROM postings WHERE kind = 'opening' GROUP BY card_id) taken
        USING (card_id)
      WHERE credit_used_at IS NULL AND credit_limit <> greatest(owed, 0)`,
  },
  {
    // For an imported card that has not boarded since, the replaced service said when it was last used.
    name: 'a card was last used when it last boarded',
    breaks: `
      WITH last AS (
        SELECT card_id, max(boarding_time) AS boarding_time FROM (
          SELECT card_id, boarding_time
          FROM (SELECT max(trip_id) AS trip_id FROM trips WHERE fare_reason IS NOT NULL AND validator_id IS NULL
                GROUP BY card_id) newest
          JOIN trips USING (trip_id)
          UNION ALL
          SELECT card_id, max(boarding_time) FROM trips WHERE validator_id IS NOT NULL GROUP BY card_id) boardings
        GROUP BY card_id)
      SELECT card_id, last_used_date, boarding_time FROM cards LEFT JOIN last USING (card_id)
      WHERE last_used_date IS DISTINCT FROM boarding_time
        AND (boarding_time IS NOT NULL OR NOT EXISTS (SELECT FROM imports))`,
  },
  {
    /*
     * A free ride has no posting. A card's rides are charged in the order of their ids, whatever the clocks said, so the
     * rides around it tell its place among the card's postings. It must leave the balance that the ride before it left,
     * or that a posting between the two left which was no fare.
     */
    name: 'a ride that cost nothing left the balance that its card had',
    breaks: `
      WITH rides AS (
        SELECT trip_id, card_id, fare_amount, new_balance,
               lag(new_balance, 1, 0::bigint) OVER (PARTITION BY card_id ORDER BY trip_id) AS balance_before
        FROM trips WHERE fare_reason IS NOT NULL OR new_balance IS NOT NULL)
      SELECT trip_id, card_id, new_balance, balance_before FROM rides ride
      WHERE fare_amount = 0 AND new_balance IS DISTINCT FROM balance_before AND NOT EXISTS (
        SELECT FROM postings between_rides
        WHERE between_rides.card_id = ride.card_id AND kind <> 'fare' AND card_balance = new_balance AND NOT EXISTS (
          SELECT FROM postings fare
          WHERE fare.card_id = ride.card_id AND fare.kind = 'fare'
            AND (fare.trip_id < ride.trip_id) = (fare.card_version > between_rides.card_version)))`,
  },
  {
    name: 'each ride begins and ends at stops of its route, and was charged the price for the type of its route',
    breaks: `
      WITH stops AS (SELECT DISTINCT route_id, station_id FROM route_stops),
      rides AS (
        SELECT route_id, boarding_station_id, disembarking_station_id, fare_product, max(boarding_time) AS last_at,
               max(trip_id) AS last_trip_id, count(*) AS rides
        FROM trips WHERE fare_reason IS NOT NULL
        GROUP BY route_id, boarding_station_id, disembarking_station_id, fare_product)
      SELECT rides.*, route_type FROM rides JOIN routes route USING (route_id)
      LEFT JOIN stops boarding ON (boarding.route_id, boarding.station_id) = (rides.route_id, boarding_station_id)
      LEFT JOIN stops alighting ON (alighting.route_id, alighting.station_id) = (rides.route_id, disembarking_station_id)
      WHERE ${unchangedSince('last_at')}
        AND (boarding.station_id IS NULL OR (disembarking_station_id IS NOT NULL AND alighting.station_id IS NULL)
          OR (fare_product = 'trunk') <> (route_type IN ('TRONCAL', 'DUAL', 'CABLE')))`,
  },
  {
    name: 'each imported ride cost what one of the imported fares says, and has no explanation',
    breaks: `
      SELECT trip_id, fare_product, fare_amount, new_balance, on_credit, passback, capped, transfers_left, window_ends_at
      FROM trips
      WHERE CASE WHEN fare_reason IS NOT NULL THEN transfer_group_id IS NOT NULL
        ELSE num_nonnulls(base_price, concession, anchor_trip_id, transfers_used, transfers_left,
                          window_ends_at) > 0 OR on_credit OR passback OR capped
          OR (EXISTS (SELECT FROM imports) AND (fare_product, fare_amount) <> ('NONE', 0)
            AND (fare_product, fare_amount) NOT IN (SELECT fare_type, value FROM imported_fares)) END`,
  },
  {
    name: 'all imported rows are there, and opening balances have the time of an import',
    breaks: `
      SELECT source_table, rows_taken AS said, found, NULL::bigint AS posting_id
      FROM import_tables RIGHT JOIN (
        SELECT 'recharges' AS source_table, count(*) AS found FROM recharges WHERE new_balance IS NULL
        UNION ALL SELECT 'trips', count(*) FROM trips WHERE fare_reason IS NULL
        UNION ALL SELECT 'fares', count(*) FROM imported_fares) counted USING (source_table)
      WHERE found <> coalesce(rows_taken, 0) AND EXISTS (SELECT FROM imports)
      UNION ALL
      SELECT source_table, rows_refused, count(*), NULL
      FROM import_findings LEFT JOIN import_tables USING (import_id, source_table)
      WHERE outcome = 'refused' GROUP BY import_id, source_table, rows_refused
      HAVING count(*) > coalesce(rows_refused, 0)
      UNION ALL
      SELECT 'postings', NULL, NULL, posting_id FROM postings
      WHERE kind = 'opening' AND posted_at NOT IN (SELECT imported_at FROM imports)`,
  },
  {
    name: 'there is one account for each concessionaire, each channel, openings, adjustments and other fare revenue',
    breaks: `
      SELECT concessionaire_id, account_id FROM concessionaires
      LEFT JOIN accounts USING (concessionaire_id) WHERE account_id IS NULL
      UNION ALL
      SELECT NULL, count(account_id) FROM (VALUES ('opening'), ('adjustment'), ('fare_revenue'), ('pending_load')) AS single (kind)
      LEFT JOIN (SELECT kind, account_id FROM accounts WHERE concessionaire_id IS NULL) known USING (kind)
      GROUP BY kind HAVING count(account_id) <> 1
      UNION ALL
      SELECT concessionaire_id, min(account_id) FROM accounts WHERE concessionaire_id IS NOT NULL
      GROUP BY concessionaire_id HAVING count(*) > 1 OR min(kind) <> 'fare_revenue'
      UNION ALL
      SELECT NULL, min(account_id) FROM accounts WHERE channel IS NOT NULL OR kind = 'cash'
      GROUP BY channel HAVING count(*) > 1 OR channel IS NULL OR min(kind) <> 'cash'`,
  },
  {
    // Sequences are not part of the snapshot, but their values only grow.
    name: 'no id and no watermark is above the last id that its sequence has given',
    breaks: `
      WITH drawn AS (
        SELECT 'trips' AS source, CASE WHEN is_called THEN last_value ELSE 0 END AS id FROM trips_trip_id_seq
        UNION ALL
        SELECT 'postings', CASE WHEN is_called THEN last_value ELSE 0 END FROM postings_posting_id_seq
        UNION ALL
        SELECT 'recharges', CASE WHEN is_called THEN last_value ELSE 0 END FROM recharges_recharge_id_seq
        UNION ALL
        SELECT 'open_trip_changes', CASE WHEN is_called THEN last_value ELSE 0 END FROM open_trip_changes_change_id_seq
        UNION ALL
        SELECT 'trip_periods', CASE WHEN is_called THEN last_value ELSE 0 END FROM trips_trip_id_seq
        UNION ALL
        SELECT 'posting_periods', CASE WHEN is_called THEN last_value ELSE 0 END FROM postings_posting_id_seq
        UNION ALL
        SELECT 'epochs', last_value FROM cache_epochs),
      used AS (
        SELECT 'trips' AS source, max(trip_id) AS id FROM trips
        UNION ALL SELECT 'trips', max(adjustment_id) FROM fare_adjustments
        UNION ALL SELECT 'postings', max(posting_id) FROM postings
        UNION ALL SELECT 'recharges', max(recharge_id) FROM recharges
        UNION ALL SELECT 'open_trip_changes', max(change_id) FROM open_trip_changes
        UNION ALL SELECT 'epochs', max(epoch) FROM cache_epoch
        UNION ALL SELECT source, greatest(watermark, next_watermark) FROM totals_watermarks)
      SELECT source, used.id AS used, drawn.id AS drawn FROM used JOIN drawn USING (source) WHERE used.id > drawn.id`,
  },
  {
    name: 'each table that must have exactly one row, or one for each source, has it',
    breaks: `
      SELECT name, rows FROM (
        SELECT 'fare_editions' AS name, count(*) AS rows FROM fare_editions
        UNION ALL SELECT 'cache_epoch', count(*) FROM cache_epoch
        UNION ALL SELECT 'access_version', count(*) FROM access_version
        UNION ALL SELECT 'totals_calendar', count(*) FROM totals_calendar
        UNION ALL SELECT 'device_lists: ' || name, count(list) FROM (VALUES ('hotlist'), ('actions')) AS lists (name)
        LEFT JOIN device_lists ON list = name GROUP BY name
        UNION ALL SELECT 'totals_watermarks: ' || source, count(watermark)
        FROM (VALUES ('trips'), ('postings'), ('open_trip_changes'), ('trip_periods'), ('posting_periods')) AS sources (source)
        LEFT JOIN totals_watermarks USING (source) GROUP BY source) counts
      WHERE rows <> 1`,
  },
  {
    name: 'a payout leaves nothing on a card of an erased rider, and no such card has money, owes any, or can be used',
    breaks: `
      SELECT posting_id, card_id, card_balance, NULL::bigint AS balance, NULL AS status
      FROM postings JOIN cards USING (card_id) LEFT JOIN users USING (user_id)
      WHERE kind = 'payout' AND (card_balance <> 0 OR erased_at IS NULL)
      UNION ALL
      SELECT NULL, card_id, NULL, balance, status FROM cards JOIN users USING (user_id)
      WHERE erased_at IS NOT NULL AND (balance <> 0 OR debt <> 0 OR status NOT IN ('blocked', 'lost'))`,
  },
];
