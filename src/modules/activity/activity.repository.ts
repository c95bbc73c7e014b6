import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { TotalsIncompleteError } from '../../common/http/problem/service-errors';
import { ServiceCalendar } from '../../common/time/service-calendar';
import { type PeriodSource, stateOf } from '../maintenance/period-totals';
import { isAfterWatermark, TotalsRollup } from '../maintenance/totals-rollup';
import type { MinuteRange } from './minute-range';

export interface BoardingMinute {
  readonly minute: Date;
  readonly boardings: number;
  readonly revenue: number;
}

export interface RechargeMinute {
  readonly minute: Date;
  readonly recharges: number;
  readonly recharged: number;
}

export interface RefusalMinute {
  readonly minute: Date;
  readonly refusals: number;
}

export interface StationInFrame {
  /** The number of the frame, counted from 0. */
  readonly frame: number;
  readonly station_id: number;
  readonly boardings: number;
}

interface State {
  readonly watermark: number;
  readonly isComplete: boolean;
}

const NEW_BOARDINGS = `
  FROM boarding_revenue WHERE ${isAfterWatermark('trip_periods', '$1', 'id')} AND (SELECT "isComplete" FROM state)
    AND boarding_time >= $3 AND boarding_time < $4`;

const BOARDINGS = `
  WITH state AS MATERIALIZED (${stateOf('trip_periods', '$2')}),
  sums AS (
    SELECT minute, boardings, revenue FROM boarding_minutes
    WHERE minute >= $3 AND minute < $4 AND ($5::bigint IS NULL OR boarding_station_id = $5)
    UNION ALL
    SELECT date_trunc('minute', boarding_time, 'UTC'), boardings, revenue ${NEW_BOARDINGS}
      AND ($5::bigint IS NULL OR boarding_station_id = $5))
  SELECT watermark, "isComplete", minutes.* FROM state LEFT JOIN (
    SELECT minute, sum(boardings) AS boardings, sum(revenue) AS revenue FROM sums GROUP BY minute) minutes ON true`;

const RECHARGES = `
  WITH state AS MATERIALIZED (${stateOf('posting_periods', '$2')}),
  sums AS (
    SELECT minute, postings, amount FROM posting_minutes WHERE minute >= $3 AND minute < $4 AND kind = 'recharge'
    UNION ALL
    SELECT date_trunc('minute', posted_at, 'UTC'), 1, amount
    FROM postings WHERE ${isAfterWatermark('posting_periods', '$1')} AND (SELECT "isComplete" FROM state)
      AND kind = 'recharge' AND posted_at >= $3 AND posted_at < $4)
  SELECT watermark, "isComplete", minutes.* FROM state LEFT JOIN (
    SELECT minute, sum(postings) AS recharges, sum(amount) AS recharged FROM sums GROUP BY minute) minutes ON true`;

const REFUSALS = `
  SELECT minute, sum(refusals) AS refusals FROM refusal_minutes WHERE minute >= $1 AND minute < $2 GROUP BY minute`;

/** In which frame of $5 minutes, from $3 on, a moment is. */
const frameOf = (time: string): string =>
  `floor(extract(epoch FROM ${time} - $3::timestamptz) / ($5::int * 60))::int`;

const STATIONS = `
  WITH state AS MATERIALIZED (${stateOf('trip_periods', '$2')}),
  sums AS (
    SELECT ${frameOf('minute')} AS frame, boarding_station_id, boardings FROM boarding_minutes
    WHERE minute >= $3 AND minute < $4
    UNION ALL
    SELECT ${frameOf('boarding_time')}, boarding_station_id, boardings ${NEW_BOARDINGS})
  SELECT watermark, "isComplete", frames.* FROM state LEFT JOIN (
    SELECT frame, boarding_station_id AS station_id, sum(boardings) AS boardings FROM sums
    GROUP BY 1, 2 ORDER BY 1, 2 LIMIT $6) frames ON true`;

/** What happened in each of the last days' minutes: totals by minute, and what these do not have yet. */
@Injectable()
export class ActivityRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly totalsRollup: TotalsRollup,
    private readonly calendar: ServiceCalendar,
  ) {}

  boardings({ from, to }: MinuteRange, stationId: number | null): Promise<BoardingMinute[]> {
    return this.read('trip_periods', BOARDINGS, [from, to, stationId]);
  }

  recharges({ from, to }: MinuteRange): Promise<RechargeMinute[]> {
    return this.read('posting_periods', RECHARGES, [from, to]);
  }

  refusals({ from, to }: MinuteRange): Promise<RefusalMinute[]> {
    return this.dataSource.query<RefusalMinute[]>(REFUSALS, [from, to]);
  }

  stations({ from, to }: MinuteRange, step: number, most: number): Promise<StationInFrame[]> {
    return this.read('trip_periods', STATIONS, [from, to, step, most]);
  }

  /** @throws TotalsIncompleteError while too many rows are not in the totals. */
  private async read<Row extends object>(
    source: PeriodSource,
    text: string,
    values: readonly unknown[],
  ): Promise<Row[]> {
    const rows = await this.totalsRollup.read(source, (known) =>
      this.dataSource.query<(Row & State)[]>(text, [known, this.calendar.timeZone, ...values]),
    );
    if (rows[0]?.isComplete === false) throw new TotalsIncompleteError();
    // If there is nothing, the row of the state has only nulls beside it.
    return (rows as unknown as (Row & { boardings?: number | null; recharges?: number | null })[]).filter(
      ({ boardings, recharges }) => (boardings ?? recharges ?? null) !== null,
    );
  }
}
