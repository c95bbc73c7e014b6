import { ApiProperty } from '@nestjs/swagger';
import { IdQuery } from '../../../common/http/pagination';
import { DayOrMoment, EmptyIsAbsent, OneOf } from '../../../common/http/validation';
import { MOST_DAYS, MOST_HOURS, SERIES_INTERVALS, type SeriesInterval } from '../series/series-range';

export const FARE_DIVISIONS = ['locality', 'concessionaire'] as const;
export type FareDivision = (typeof FARE_DIVISIONS)[number];

export const RECHARGE_DIVISIONS = ['channel', 'recharge_point'] as const;
export type RechargeDivision = (typeof RECHARGE_DIVISIONS)[number];

/** The rows of a table by recharge point: there may be thousands each day. */
export const MOST_DAYS_OF_POINTS = 92;

/** Of which span, and in which steps. */
class SeriesQuery {
  @EmptyIsAbsent()
  @OneOf(SERIES_INTERVALS, {
    optional: true,
    example: 'day',
    description:
      'How long each row is: a service `day` in the time zone of the operator, an `hour` of UTC, or the whole span (`total`, in service days). `day` if it is left out.',
  })
  interval: SeriesInterval = 'day';

  @EmptyIsAbsent()
  @DayOrMoment({
    optional: true,
    example: '2026-11-01',
    description:
      'The first service day, YYYY-MM-DD. For hours: the moment from which, which is brought forward to a whole hour. If it is left out, the span has 30 days, or 24 hours and the present one.',
  })
  from?: string;

  @EmptyIsAbsent()
  @DayOrMoment({
    optional: true,
    example: '2026-11-28',
    description: `The last service day, at most ${MOST_DAYS} days. For hours: the moment before which, which is put off to a whole hour, at most ${MOST_HOURS} hours later. Today, or now, if it is left out.`,
  })
  to?: string;
}

export class RevenueSeriesQuery extends SeriesQuery {
  @EmptyIsAbsent()
  @OneOf(FARE_DIVISIONS, {
    optional: true,
    example: 'locality',
    description:
      'Divides each row by the `locality` of the boarding station, or by the `concessionaire` that earned the fares.',
  })
  by?: FareDivision;
}

export class RechargeSeriesQuery extends SeriesQuery {
  @EmptyIsAbsent()
  @OneOf(RECHARGE_DIVISIONS, {
    optional: true,
    example: 'channel',
    description: `Divides each row by the \`channel\`, or by the \`recharge_point\`: that only with the interval \`total\` and at most ${MOST_DAYS_OF_POINTS} days.`,
  })
  by?: RechargeDivision;

  @EmptyIsAbsent()
  @IdQuery('Only recharges at this recharge point. Not with the interval `hour`, and not with `by`.', 7)
  recharge_point_id?: number;
}

class SeriesRow {
  @ApiProperty({
    type: String,
    nullable: true,
    example: '2026-11-28',
    description: 'The service day, or the moment at which the hour begins; null for the whole span.',
  })
  start!: string | Date | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 3,
    description: 'The id of what the row is about; null if it has none, and if rows are not divided.',
  })
  key!: number | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'Chapinero',
    description: 'Its name; null if rows are not divided.',
  })
  name!: string | null;
}

export class RevenueSums {
  /**
   * How many boardings there were. By concessionaire only those with a fare above 0 are counted: the others earned it
   * nothing.
   * @example 120
   */
  boardings!: number;

  /**
   * What their fares earned, in whole units of the currency.
   * @example 426000
   */
  revenue!: number;
}

export class RevenueSeriesRow extends SeriesRow {
  /** @example 120 */
  boardings!: number;

  /** @example 426000 */
  revenue!: number;
}

export class RechargeSums {
  /**
   * How many recharges there were.
   * @example 10
   */
  recharges!: number;

  /**
   * What they brought, in whole units of the currency.
   * @example 200000
   */
  recharged!: number;

  /**
   * How many recharges were reversed, on the day of the reversal.
   * @example 1
   */
  reversals!: number;

  /**
   * What was given back by that, in whole units of the currency.
   * @example 20000
   */
  reversed!: number;

  /**
   * How many balances of erased riders were paid out.
   * @example 0
   */
  payouts!: number;

  /**
   * What was paid out, in whole units of the currency.
   * @example 0
   */
  paid_out!: number;

  /**
   * What was recharged, less what was reversed and paid out, in whole units of the currency.
   * @example 180000
   */
  net!: number;
}

export class RechargeSeriesRow extends SeriesRow {
  /** @example 10 */
  recharges!: number;

  /** @example 200000 */
  recharged!: number;

  /** @example 1 */
  reversals!: number;

  /** @example 20000 */
  reversed!: number;

  /** @example 0 */
  payouts!: number;

  /** @example 0 */
  paid_out!: number;

  /** @example 180000 */
  net!: number;
}

class Series {
  @ApiProperty({ enum: [...SERIES_INTERVALS], example: 'day', description: 'How long each row is.' })
  interval!: SeriesInterval;

  @ApiProperty({
    type: String,
    example: '2026-11-01',
    description: 'The first day, or the moment from which.',
  })
  from!: string | Date;

  @ApiProperty({
    type: String,
    example: '2026-11-28',
    description: 'The last day, or the moment before which.',
  })
  to!: string | Date;

  /**
   * The time zone of the service days.
   * @example "America/Bogota"
   */
  time_zone!: string;

  /**
   * The currency of all amounts, as its ISO 4217 code.
   * @example "COP"
   */
  currency!: string;
}

export class RevenueSeries extends Series {
  @ApiProperty({
    enum: [...FARE_DIVISIONS],
    nullable: true,
    example: null,
    description: 'By what rows are divided; null if they are not.',
  })
  by!: FareDivision | null;

  /** Those in which something was, in the order of time, highest revenue first. */
  rows!: RevenueSeriesRow[];

  /** The sum of the rows. */
  total!: RevenueSums;
}

export class RechargeSeries extends Series {
  @ApiProperty({
    enum: [...RECHARGE_DIVISIONS],
    nullable: true,
    example: null,
    description: 'By what rows are divided; null if they are not.',
  })
  by!: RechargeDivision | null;

  /** Those in which something was, in the order of time, most money first. */
  rows!: RechargeSeriesRow[];

  /** The sum of the rows. */
  total!: RechargeSums;
}
