import { COUNTER_ACCOUNT, SIGNED_AMOUNT } from '../../modules/ledger/signed-amount';
import { PERIOD_KINDS, POINT_OF_POSTING } from '../../modules/maintenance/period-totals';
import type { LedgerCheck } from './check';

const DAY = (time: string): string => `(SELECT days[width_bucket(${time}, starts)] FROM calendar)`;

/** Rows of a table of totals, and of the same sums counted again, that are not the same. */
function difference(table: string, key: string, sums: readonly [string, string], counted: string): string {
  const columns = [key, ...sums].join(', ');
  const kept = /_minutes$/.test(table) ? ' WHERE minute >= (SELECT minutes_from FROM totals_calendar)' : '';
  return `
    SELECT '${table}' AS of, concat_ws(' ', ${key}) AS period, kept.${sums[0]} AS kept, kept.${sums[1]} AS kept_sum,
           counted.${sums[0]} AS counted, counted.${sums[1]} AS counted_sum
    FROM (SELECT ${columns} FROM (SELECT ${NAMED[table] ?? '*'} FROM ${table}${kept}) totals) kept
    FULL JOIN (${counted} GROUP BY ${key}) counted USING (${key})
    WHERE (kept.${sums[0]}, kept.${sums[1]}) IS DISTINCT FROM (counted.${sums[0]}, counted.${sums[1]})`;
}

/** Where a key may be null, 0 stands for it, so that both sides can be joined. */
const NAMED: Readonly<Record<string, string>> = {
  boarding_hours: 'hour, coalesce(location_id, 0) AS location_id, boardings, revenue',
  boarding_days: 'day, coalesce(location_id, 0) AS location_id, boardings, revenue',
  recharge_point_days: 'day, kind, coalesce(recharge_point_id, 0) AS recharge_point_id, postings, amount',
};

const BOARDED = ['boardings', 'revenue'] as const;
const POSTED = ['postings', 'amount'] as const;
const COUNT_TRIPS = 'sum(boardings) AS boardings, sum(revenue) AS revenue FROM boarded';
const COUNT_POSTINGS = 'count(*) AS postings, sum(amount) AS amount FROM posted';
const IN_MINUTES = 'WHERE at >= (SELECT minutes_from FROM totals_calendar)';

export const periodCheck: LedgerCheck = {
  name: 'the totals by minute, hour and service day are those of their rows',
  breaks: `
    WITH calendar AS MATERIALIZED (
      SELECT array_agg(starts_at ORDER BY starts_at, day) AS starts, array_agg(day ORDER BY starts_at, day) AS days
      FROM service_days),
    boarded AS MATERIALIZED (
      SELECT id AS trip_id, boarding_time AS at, ${DAY('boarding_time')} AS day, date_trunc('hour', boarding_time, 'UTC') AS hour,
             date_trunc('minute', boarding_time, 'UTC') AS minute, boarding_station_id,
             CASE WHEN station_id IS NULL THEN -1 ELSE coalesce(location_id, 0) END AS location_id, boardings,
             revenue
      FROM boarding_revenue LEFT JOIN stations ON station_id = boarding_station_id
      WHERE id <= (SELECT watermark FROM totals_watermarks WHERE source = 'trip_periods')),
    posted AS MATERIALIZED (
      SELECT posted_at AS at, ${DAY('posted_at')} AS day, date_trunc('hour', posted_at, 'UTC') AS hour,
             date_trunc('minute', posted_at, 'UTC') AS minute, kind, ${COUNTER_ACCOUNT} AS account_id,
             CASE WHEN kind IN ('recharge', 'reversal') THEN coalesce(${POINT_OF_POSTING}, 0) END AS recharge_point_id,
             ${SIGNED_AMOUNT} AS amount
      FROM postings
      WHERE posting_id <= (SELECT watermark FROM totals_watermarks WHERE source = 'posting_periods')
        AND kind IN ${PERIOD_KINDS})
    ${[
      difference(
        'boarding_minutes',
        'minute, boarding_station_id',
        BOARDED,
        `SELECT minute, boarding_station_id, ${COUNT_TRIPS} ${IN_MINUTES}`,
      ),
      difference('boarding_hours', 'hour, location_id', BOARDED, `SELECT hour, location_id, ${COUNT_TRIPS}`),
      difference('boarding_days', 'day, location_id', BOARDED, `SELECT day, location_id, ${COUNT_TRIPS}`),
      difference(
        'posting_minutes',
        'minute, kind',
        POSTED,
        `SELECT minute, kind, ${COUNT_POSTINGS} ${IN_MINUTES}`,
      ),
      difference(
        'posting_hours',
        'hour, kind, account_id',
        POSTED,
        `SELECT hour, kind, account_id, ${COUNT_POSTINGS}`,
      ),
      difference(
        'posting_days',
        'day, kind, account_id',
        POSTED,
        `SELECT day, kind, account_id, ${COUNT_POSTINGS}`,
      ),
      difference(
        'recharge_point_days',
        'day, kind, recharge_point_id',
        POSTED,
        `SELECT day, kind, recharge_point_id, ${COUNT_POSTINGS} WHERE recharge_point_id IS NOT NULL`,
      ),
      difference(
        'service_days',
        'day',
        ['first_trip_id', 'last_trip_id'],
        'SELECT day, min(trip_id) AS first_trip_id, max(trip_id) AS last_trip_id FROM boarded WHERE boardings > 0',
      ),
    ].join(' UNION ALL ')}
    UNION ALL
    SELECT 'service_days', day::text, NULL, NULL, NULL, NULL
    FROM (SELECT day, starts_at, lag(starts_at) OVER (ORDER BY day) AS before FROM service_days) days
    WHERE starts_at < before
       OR abs(extract(epoch FROM starts_at - (day::timestamp AT TIME ZONE 'UTC'))) > 28 * 3600
    UNION ALL
    SELECT 'totals_calendar', NULL, NULL, NULL, NULL, NULL FROM totals_watermarks
    WHERE source IN ('trip_periods', 'posting_periods') AND watermark > 0
      AND NOT EXISTS (SELECT FROM totals_calendar WHERE time_zone IS NOT NULL)`,
};
