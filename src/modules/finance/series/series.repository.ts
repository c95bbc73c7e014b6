import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ServiceCalendar } from '../../../common/time/service-calendar';
import { TotalsIncompleteError } from '../../../common/http/problem/service-errors';
import { PERIOD_KINDS, type PeriodSource, POINT_OF_POSTING, stateOf } from '../../maintenance/period-totals';
import { COUNTER_ACCOUNT, SIGNED_AMOUNT } from '../../ledger/signed-amount';
import { isAfterWatermark, LOCATION_OF_BOARDING, TotalsRollup } from '../../maintenance/totals-rollup';
import type { RechargeSeriesRow, RevenueSeriesRow } from '../dto/series.dto';
import type { SeriesInterval, SeriesRange } from './series-range';

/** Of what a series is made, as SQL. */
interface SeriesSource {
  readonly source: PeriodSource;
  /** The name of its tables, without `_days` and `_hours`. */
  readonly totals: string;
  /** What is summed: columns of the totals. */
  readonly sums: readonly string[];
  /** By what the totals are divided beside time. */
  readonly divisions: readonly string[];
  /** The column of the ids, where the rows are those of a view. */
  readonly id?: string;
  /** A row for each row that may be missing in the totals: its time `at`, the sums and the divisions. It ends in a condition. */
  readonly rest: string;
}

const BOARDINGS: SeriesSource = {
  source: 'trip_periods',
  totals: 'boarding',
  sums: ['boardings', 'revenue'],
  divisions: ['location_id'],
  id: 'id',
  rest: `SELECT boarding_time AS at, ${LOCATION_OF_BOARDING} AS location_id, boardings, revenue
    FROM boarding_revenue WHERE true`,
};

const POSTINGS: SeriesSource = {
  source: 'posting_periods',
  totals: 'posting',
  sums: ['postings', 'amount'],
  divisions: ['kind', 'account_id'],
  rest: `SELECT posted_at AS at, kind, ${COUNTER_ACCOUNT} AS account_id, 1 AS postings, ${SIGNED_AMOUNT} AS amount
    FROM postings WHERE kind IN ${PERIOD_KINDS}`,
};

const POINTS: SeriesSource = {
  source: 'posting_periods',
  totals: 'recharge_point',
  sums: ['postings', 'amount'],
  divisions: ['kind', 'recharge_point_id'],
  rest: `SELECT posted_at AS at, kind, ${POINT_OF_POSTING} AS recharge_point_id, 1 AS postings, amount
    FROM postings WHERE kind IN ('recharge', 'reversal')`,
};

/** How rows are divided, named and summed, from the sums of a source. */
interface SeriesQuery {
  readonly from: SeriesSource;
  readonly key: string;
  readonly name: string;
  readonly joins?: string;
  /** Which sums count. Its `$value` is `value`, and so is that of `name`. */
  readonly where?: string;
  readonly value?: string | number;
  readonly columns: string;
  /** The column that sorts rows of the same time. */
  readonly order: string;
}

/** How the rows of an interval begin, as SQL. */
interface Period {
  /** Which tables of totals have them, and by which column and condition. */
  readonly suffix: string;
  readonly column: string;
  readonly kept: string;
  /** The period of a row that is not in the totals yet. */
  readonly ofRest: string;
  readonly start: string;
}

const DAYS = {
  suffix: 'days',
  column: 'day',
  kept: 'day BETWEEN $5 AND $6',
  ofRest: '($7::date[])[width_bucket(at, $8::timestamptz[])]',
};

const PERIODS: Readonly<Record<SeriesInterval, Period>> = {
  day: { ...DAYS, start: 'period' },
  total: { ...DAYS, start: 'NULL::date' },
  hour: {
    suffix: 'hours',
    column: 'hour',
    kept: 'hour >= $3 AND hour < $4',
    ofRest: "date_trunc('hour', at, 'UTC')",
    start: 'period',
  },
};

const FARES = "kind IN ('fare', 'fare_adjustment')";
const EARNED = 'sum(boardings) AS boardings, sum(revenue) AS revenue';
/** An adjustment of a fare is no boarding. */
const EARNED_BY_POSTINGS =
  "coalesce(sum(postings) FILTER (WHERE kind = 'fare'), 0) AS boardings, sum(amount) AS revenue";
const PAID = `
  coalesce(sum(postings) FILTER (WHERE kind = 'recharge'), 0) AS recharges,
  coalesce(sum(amount) FILTER (WHERE kind = 'recharge'), 0) AS recharged,
  coalesce(sum(postings) FILTER (WHERE kind = 'reversal'), 0) AS reversals,
  coalesce(sum(amount) FILTER (WHERE kind = 'reversal'), 0) AS reversed,
  coalesce(sum(postings) FILTER (WHERE kind = 'payout'), 0) AS payouts,
  coalesce(sum(amount) FILTER (WHERE kind = 'payout'), 0) AS paid_out,
  sum(CASE kind WHEN 'recharge' THEN amount ELSE -amount END) AS net`;
/** Without their kinds, because `kind` is that of the postings. */
const ACCOUNTS = '(SELECT account_id, channel, concessionaire_id FROM accounts) account';
const NOT_DIVIDED = { key: 'NULL::bigint', name: 'NULL::text' };

/**
 * Revenue and recharges in periods: the totals by hour and by service day, and the few rows that these do not have yet. So
 * the cost depends on the length of the span, not on the history.
 */
@Injectable()
export class SeriesRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly totalsRollup: TotalsRollup,
    private readonly calendar: ServiceCalendar,
  ) {}

  revenue(range: SeriesRange): Promise<RevenueSeriesRow[]> {
    return this.read(range, { from: BOARDINGS, ...NOT_DIVIDED, columns: EARNED, order: 'revenue' });
  }

  revenueByLocality(range: SeriesRange, nameless: string): Promise<RevenueSeriesRow[]> {
    return this.read(range, {
      from: BOARDINGS,
      key: 'location_id',
      name: 'coalesce(location.name, $value)',
      joins: 'LEFT JOIN locations location USING (location_id)',
      columns: EARNED,
      order: 'revenue',
      value: nameless,
    });
  }

  revenueByConcessionaire(range: SeriesRange, nameless: string): Promise<RevenueSeriesRow[]> {
    return this.read(range, {
      from: POSTINGS,
      where: FARES,
      key: 'concessionaire_id',
      name: 'coalesce(concessionaire.name, $value)',
      joins: `JOIN ${ACCOUNTS} USING (account_id) LEFT JOIN concessionaires concessionaire USING (concessionaire_id)`,
      columns: EARNED_BY_POSTINGS,
      order: 'revenue',
      value: nameless,
    });
  }

  recharges(range: SeriesRange): Promise<RechargeSeriesRow[]> {
    return this.read(range, {
      from: POSTINGS,
      where: `NOT (${FARES})`,
      ...NOT_DIVIDED,
      columns: PAID,
      order: 'recharged',
    });
  }

  rechargesByChannel(range: SeriesRange): Promise<RechargeSeriesRow[]> {
    return this.read(range, {
      from: POSTINGS,
      where: `NOT (${FARES})`,
      key: 'NULL::bigint',
      name: 'channel',
      joins: `JOIN ${ACCOUNTS} USING (account_id)`,
      columns: PAID,
      order: 'recharged',
    });
  }

  rechargesByPoint(range: SeriesRange): Promise<RechargeSeriesRow[]> {
    return this.read(range, {
      from: POINTS,
      key: 'recharge_point_id',
      name: 'point.name',
      joins: 'LEFT JOIN recharge_points point USING (recharge_point_id)',
      columns: PAID,
      order: 'recharged',
    });
  }

  rechargesAtPoint(range: SeriesRange, rechargePointId: number): Promise<RechargeSeriesRow[]> {
    return this.read(range, {
      from: POINTS,
      where: 'recharge_point_id = $value',
      key: 'recharge_point_id',
      name: 'point.name',
      joins: 'LEFT JOIN recharge_points point USING (recharge_point_id)',
      columns: PAID,
      order: 'recharged',
      value: rechargePointId,
    });
  }

  /** @throws TotalsIncompleteError while too many rows are not in the totals, or these have the days of another time zone. */
  private async read<Row>(range: SeriesRange, query: SeriesQuery): Promise<Row[]> {
    const { interval, days, since, until } = range;
    const span: unknown[] = [this.calendar.timeZone, since, until];
    if (interval !== 'hour')
      span.push(
        range.from,
        range.to,
        days,
        days.map((day) => this.calendar.startOf(day)),
      );
    const values = query.value === undefined ? [] : [query.value];
    const text = toSql(query, PERIODS[interval]).replaceAll('$value', `$${span.length + 2}`);
    const rows = await this.totalsRollup.read(query.from.source, (known) =>
      this.dataSource.query<(Row & State)[]>(text, [known, ...span, ...values]),
    );
    if (rows[0]?.isComplete === false) throw new TotalsIncompleteError();
    return rows.flatMap(({ isComplete: _, isRow, ...row }) => (isRow ? [row as unknown as Row] : []));
  }
}

interface State {
  readonly watermark: number;
  readonly isComplete: boolean;
  /** Null where the span has no row. */
  readonly isRow: true | null;
}

/** $1 is the known watermark, $2 the time zone, $3 and $4 the span as moments, $5 and $6 as days; $7 are its days, $8 their beginnings. */
function toSql(query: SeriesQuery, period: Period): string {
  const { source, totals, sums, divisions, rest, id } = query.from;
  const columns = [...divisions, ...sums].join(', ');
  const where = query.where ? `WHERE ${query.where}` : '';
  return `
    WITH state AS MATERIALIZED (${stateOf(source, '$2')}),
    sums AS (
      SELECT ${period.column} AS period, ${columns} FROM ${totals}_${period.suffix} WHERE ${period.kept}
      UNION ALL
      SELECT ${period.ofRest}, ${columns}
      FROM (${rest} AND ${isAfterWatermark(source, '$1', id)} AND (SELECT "isComplete" FROM state)) missing
      WHERE at >= $3 AND at < $4)
    SELECT watermark, "isComplete", divided.*
    FROM state LEFT JOIN (
      SELECT true AS "isRow", ${period.start} AS start, ${query.key} AS key, ${query.name} AS name, ${query.columns}
      FROM sums ${query.joins ?? ''} ${where} GROUP BY 2, 3, 4) divided ON "isComplete"
    ORDER BY start, ${query.order} DESC, key, name`;
}
