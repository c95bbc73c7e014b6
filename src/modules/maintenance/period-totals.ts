import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '../../common/time/clock';
import { ServiceCalendar } from '../../common/time/service-calendar';
import { COUNTER_ACCOUNT, SIGNED_AMOUNT } from '../ledger/signed-amount';

/** What totals by period are made of: the trips, and the postings of money that was paid. */
export type PeriodSource = 'trip_periods' | 'posting_periods';

/** How long totals by minute are kept. */
export const MINUTES_KEPT_DAYS = 8;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** The kinds of postings by which money comes in or goes out. */
export const PERIOD_KINDS = `('fare', 'recharge', 'reversal', 'payout', 'fare_adjustment')`;

export const POINT_OF_POSTING =
  '(SELECT recharge_point_id FROM recharges WHERE recharges.recharge_id = postings.recharge_id)';

const NEWEST_IDS: Readonly<Record<PeriodSource, string>> = {
  trip_periods: 'SELECT last_value FROM trips_trip_id_seq',
  posting_periods: 'SELECT last_value FROM postings_posting_id_seq',
};

/** A reader adds so many rows that are not in the totals yet, and no more. */
const MOST_ROWS_TO_ADD = 500_000;

/**
 * SQL: one row with the watermark of a source and whether the totals have nearly all rows, by the days of a time zone.
 *
 * @param timeZone a parameter of the query, such as `$2`.
 */
export const stateOf = (source: PeriodSource, timeZone: string): string => `
  SELECT watermark, (${NEWEST_IDS[source]}) - watermark <= ${MOST_ROWS_TO_ADD}
         AND (watermark = 0 OR time_zone = ${timeZone}::text) AS "isComplete"
  FROM totals_watermarks CROSS JOIN totals_calendar WHERE source = '${source}'`;

const TIMES: Readonly<Record<PeriodSource, string>> = {
  trip_periods: 'SELECT boarding_time AS at FROM boarding_revenue WHERE id > $1 AND id <= $2',
  posting_periods: `SELECT posted_at AS at FROM postings WHERE posting_id > $1 AND posting_id <= $2 AND kind IN ${PERIOD_KINDS}`,
};

/** A day that is known already has the same beginning. */
const ADD_DAYS = `
  INSERT INTO service_days (day, starts_at)
  SELECT day, starts_at FROM unnest($1::date[], $2::timestamptz[]) AS days (day, starts_at) ORDER BY day
  ON CONFLICT (day) DO NOTHING`;

const ADD_POSTINGS = `DO UPDATE SET postings = totals.postings + excluded.postings, amount = totals.amount + excluded.amount`;
const ADD_BOARDINGS = `DO UPDATE SET boardings = totals.boardings + excluded.boardings, revenue = totals.revenue + excluded.revenue`;

/** Adds the rows whose ids are above $1 and at most $2. Their days, $3, and the beginnings of these, $4, are sorted. */
const ADD: Readonly<Record<PeriodSource, string>> = {
  trip_periods: `
    WITH boarded AS MATERIALIZED (
      SELECT id, boarding_time, boarding_station_id, location_id, boardings, revenue,
             ($3::date[])[width_bucket(boarding_time, $4::timestamptz[])] AS day
      FROM boarding_revenue JOIN stations ON station_id = boarding_station_id
      WHERE id > $1 AND id <= $2),
    minutes AS (
      INSERT INTO boarding_minutes AS totals (minute, boarding_station_id, boardings, revenue)
      SELECT date_trunc('minute', boarding_time, 'UTC'), boarding_station_id, sum(boardings), sum(revenue)
      FROM boarded WHERE boarding_time >= (SELECT minutes_from FROM totals_calendar) GROUP BY 1, 2
      ON CONFLICT (minute, boarding_station_id) ${ADD_BOARDINGS}),
    hours AS (
      INSERT INTO boarding_hours AS totals (hour, location_id, boardings, revenue)
      SELECT date_trunc('hour', boarding_time, 'UTC'), location_id, sum(boardings), sum(revenue)
      FROM boarded GROUP BY 1, 2
      ON CONFLICT (hour, (coalesce(location_id, 0))) ${ADD_BOARDINGS}),
    days AS (
      INSERT INTO boarding_days AS totals (day, location_id, boardings, revenue)
      SELECT day, location_id, sum(boardings), sum(revenue) FROM boarded GROUP BY 1, 2
      ON CONFLICT (day, (coalesce(location_id, 0))) ${ADD_BOARDINGS})
    UPDATE service_days SET first_trip_id = least(first_trip_id, first), last_trip_id = greatest(last_trip_id, last)
    FROM (SELECT day AS of, min(id) AS first, max(id) AS last FROM boarded WHERE boardings > 0 GROUP BY day) ids
    WHERE day = of`,
  posting_periods: `
    WITH posted AS MATERIALIZED (
      SELECT posted_at, kind, ${SIGNED_AMOUNT} AS amount, ${COUNTER_ACCOUNT} AS account_id,
             CASE WHEN kind IN ('recharge', 'reversal') THEN ${POINT_OF_POSTING} END AS recharge_point_id,
             ($3::date[])[width_bucket(posted_at, $4::timestamptz[])] AS day
      FROM postings WHERE posting_id > $1 AND posting_id <= $2 AND kind IN ${PERIOD_KINDS}),
    minutes AS (
      INSERT INTO posting_minutes AS totals (minute, kind, postings, amount)
      SELECT date_trunc('minute', posted_at, 'UTC'), kind, count(*), sum(amount)
      FROM posted WHERE posted_at >= (SELECT minutes_from FROM totals_calendar) GROUP BY 1, 2
      ON CONFLICT (minute, kind) ${ADD_POSTINGS}),
    hours AS (
      INSERT INTO posting_hours AS totals (hour, kind, account_id, postings, amount)
      SELECT date_trunc('hour', posted_at, 'UTC'), kind, account_id, count(*), sum(amount) FROM posted GROUP BY 1, 2, 3
      ON CONFLICT (hour, kind, account_id) ${ADD_POSTINGS}),
    points AS (
      INSERT INTO recharge_point_days AS totals (day, kind, recharge_point_id, postings, amount)
      SELECT day, kind, recharge_point_id, count(*), sum(amount)
      FROM posted WHERE kind IN ('recharge', 'reversal') GROUP BY 1, 2, 3
      ON CONFLICT (day, kind, (coalesce(recharge_point_id, 0))) ${ADD_POSTINGS})
    INSERT INTO posting_days AS totals (day, kind, account_id, postings, amount)
    SELECT day, kind, account_id, count(*), sum(amount) FROM posted GROUP BY 1, 2, 3
    ON CONFLICT (day, kind, account_id) ${ADD_POSTINGS}`,
};

/** Tables whose rows are for one minute each. Those of refusals are counted, not added up. */
export const MINUTE_TABLES = ['boarding_minutes', 'posting_minutes', 'refusal_minutes'] as const;

/** The first minute of which totals are still kept. */
export function firstKeptMinute(now: Date): Date {
  const from = now.getTime() - MINUTES_KEPT_DAYS * DAY_MS;
  return new Date(Math.floor(from / MINUTE_MS) * MINUTE_MS);
}

/** The tables of totals by period, those that refer to others first. */
export const PERIOD_TABLES = [
  'boarding_minutes',
  'boarding_hours',
  'boarding_days',
  'posting_minutes',
  'posting_hours',
  'posting_days',
  'recharge_point_days',
  'service_days',
] as const;

/**
 * Totals by minute, hour and service day. Hours and minutes are those of UTC. Days are those of one time zone, whose name is
 * kept beside them: with another zone all of them are counted anew.
 */
@Injectable()
export class PeriodTotals {
  private hasClaimed = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly calendar: ServiceCalendar,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes sure that the days of the totals are those of this process. A process changes the zone once, when it starts, so
   * that two processes with different zones do not count all the time.
   */
  async claim(): Promise<void> {
    if (this.hasClaimed) return;
    await this.dataSource.transaction(async (manager) => {
      await manager.query(
        `SELECT FROM totals_watermarks WHERE source IN ('trip_periods', 'posting_periods') ORDER BY source FOR UPDATE`,
      );
      if (!(await this.isOurs(manager))) await this.begin(manager);
    });
    this.hasClaimed = true;
  }

  /** Whether the days of the totals are those of this process; under the lock of a watermark it stays so. */
  async isOurs(manager: EntityManager): Promise<boolean> {
    const [row] = await manager.query<{ isOurs: boolean }[]>(
      'SELECT time_zone IS NOT DISTINCT FROM $1 AS "isOurs" FROM totals_calendar',
      [this.calendar.timeZone],
    );
    return row?.isOurs === true;
  }

  /** Adds the rows whose ids are above the first and at most the second, under the lock of their watermark. */
  async add(manager: EntityManager, source: PeriodSource, after: number, through: number): Promise<void> {
    const dates = await manager.query<{ date: string }[]>(
      `SELECT DISTINCT date_trunc('day', at, 'UTC')::date AS date FROM (${TIMES[source]}) times`,
      [after, through],
    );
    if (dates.length === 0) return;
    const days = this.daysOn(dates.map(({ date }) => date));
    const starts = days.map((day) => this.calendar.startOf(day));
    await manager.query(ADD_DAYS, [days, starts]);
    await manager.query(ADD[source], [after, through, days, starts]);
  }

  private async begin(manager: EntityManager): Promise<void> {
    for (const table of PERIOD_TABLES) await manager.query(`DELETE FROM ${table}`);
    await manager.query(
      `UPDATE totals_watermarks SET watermark = 0, next_watermark = NULL, announced_by = NULL
       WHERE source IN ('trip_periods', 'posting_periods')`,
    );
    await manager.query('UPDATE totals_calendar SET time_zone = $1, minutes_from = $2', [
      this.calendar.timeZone,
      firstKeptMinute(this.clock.now()),
    ]);
  }

  /** All service days of which a part is on one of these dates of UTC, sorted. */
  private daysOn(dates: readonly string[]): string[] {
    const days = dates.flatMap((date) => {
      const start = Date.parse(`${date}T00:00:00Z`);
      return this.calendar.daysWithin(new Date(start), new Date(start + DAY_MS));
    });
    return [...new Set(days)].sort();
  }
}
