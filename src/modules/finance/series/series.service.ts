import { Injectable } from '@nestjs/common';
import { type ExactInteger, sumExactly } from '../../../common/exact-integer';
import { InvalidValueError } from '../../../common/http/problem/request-errors';
import { NO_CONCESSIONAIRE, NO_LOCALITY } from '../../../common/no-locality';
import { Clock } from '../../../common/time/clock';
import { ServiceCalendar } from '../../../common/time/service-calendar';
import { AppConfig } from '../../../platform/config/app-config';
import {
  MOST_DAYS_OF_POINTS,
  type RechargeSeries,
  type RechargeSeriesQuery,
  type RechargeSeriesRow,
  type RevenueSeries,
  type RevenueSeriesQuery,
  type RevenueSeriesRow,
} from '../dto/series.dto';
import { SeriesRepository } from './series.repository';
import { type RangeQuery, type SeriesRange, seriesRange } from './series-range';

const EARNED = ['boardings', 'revenue'] as const;
const PAID = ['recharges', 'recharged', 'reversals', 'reversed', 'payouts', 'paid_out', 'net'] as const;

const FIRST_COLUMNS = ['start', 'key', 'name'] as const;
export const REVENUE_COLUMNS: readonly (keyof RevenueSeriesRow)[] = [...FIRST_COLUMNS, ...EARNED];
export const RECHARGE_COLUMNS: readonly (keyof RechargeSeriesRow)[] = [...FIRST_COLUMNS, ...PAID];

/** What fares earned and what riders paid in, by day, hour, place and company. */
@Injectable()
export class SeriesService {
  constructor(
    private readonly series: SeriesRepository,
    private readonly calendar: ServiceCalendar,
    private readonly clock: Clock,
    private readonly config: AppConfig,
  ) {}

  /** @throws InvalidValueError for a span that is not acceptable. */
  async revenue(query: RevenueSeriesQuery): Promise<RevenueSeries> {
    const range = this.rangeOf(query);
    const rows = await this.findRevenue(query.by, range);
    return { ...this.describe(range), by: query.by ?? null, rows, total: sumOf(rows, EARNED) };
  }

  /** @throws InvalidValueError for a span that is not acceptable, or too long for recharge points. */
  async recharges(query: RechargeSeriesQuery): Promise<RechargeSeries> {
    const range = this.rangeOf(query);
    requirePoints(query, range);
    const rows = await this.findRecharges(query, range);
    return { ...this.describe(range), by: query.by ?? null, rows, total: sumOf(rows, PAID) };
  }

  private findRevenue(by: RevenueSeriesQuery['by'], range: SeriesRange): Promise<RevenueSeriesRow[]> {
    switch (by) {
      case undefined:
        return this.series.revenue(range);
      case 'locality':
        return this.series.revenueByLocality(range, NO_LOCALITY);
      case 'concessionaire':
        return this.series.revenueByConcessionaire(range, NO_CONCESSIONAIRE);
    }
  }

  private findRecharges(
    { by, recharge_point_id: point }: RechargeSeriesQuery,
    range: SeriesRange,
  ): Promise<RechargeSeriesRow[]> {
    if (point !== undefined) return this.series.rechargesAtPoint(range, point);
    switch (by) {
      case undefined:
        return this.series.recharges(range);
      case 'channel':
        return this.series.rechargesByChannel(range);
      case 'recharge_point':
        return this.series.rechargesByPoint(range);
    }
  }

  private rangeOf(query: RangeQuery): SeriesRange {
    return seriesRange(query, this.clock.now(), this.calendar);
  }

  private describe({ interval, from, to }: SeriesRange) {
    return { interval, from, to, time_zone: this.calendar.timeZone, currency: this.config.get('CURRENCY') };
  }
}

/** @throws InvalidValueError for what the totals by recharge point don't have, or have too much of. */
function requirePoints(
  { by, recharge_point_id: point, interval }: RechargeSeriesQuery,
  range: SeriesRange,
): void {
  if (point !== undefined && by !== undefined)
    throw refusal('/by', 'must be left out for one recharge point');
  if (point !== undefined && interval === 'hour')
    throw refusal('/interval', 'must be day or total for a recharge point');
  if (by !== 'recharge_point') return;
  if (interval !== 'total') throw refusal('/interval', 'must be total if rows are divided by recharge point');
  if (range.days.length > MOST_DAYS_OF_POINTS)
    throw refusal('/to', `must be at most ${MOST_DAYS_OF_POINTS} days if rows are divided by recharge point`);
}

function refusal(pointer: string, detail: string): InvalidValueError {
  return new InvalidValueError('The series is not acceptable.', [{ pointer, detail }]);
}

/** The sums are exact; one beyond 2^53 is a bigint, as those of the rows are. */
function sumOf<Name extends string>(
  rows: readonly Readonly<Record<Name, ExactInteger>>[],
  names: readonly Name[],
): Record<Name, number> {
  const sums = names.map((name) => [name, sumExactly(rows.map((row) => row[name]))]);
  return Object.fromEntries(sums) as Record<Name, number>;
}
