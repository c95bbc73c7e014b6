import { isDeepStrictEqual } from 'node:util';
import type { DataSource, EntityManager } from 'typeorm';
import { Clock } from '../../src/common/time/clock';
import { ServiceCalendar } from '../../src/common/time/service-calendar';
import {
  type RangeQuery,
  type SeriesRange,
  seriesRange,
} from '../../src/modules/finance/series/series-range';
import { SeriesRepository } from '../../src/modules/finance/series/series.repository';
import type { TotalsRollup } from '../../src/modules/maintenance/totals-rollup';

const PAID = `
  count(*) FILTER (WHERE kind = 'recharge') AS recharges, coalesce(sum(amount) FILTER (WHERE kind = 'recharge'), 0) AS recharged,
  count(*) FILTER (WHERE kind = 'reversal') AS reversals, coalesce(sum(amount) FILTER (WHERE kind = 'reversal'), 0) AS reversed,
  count(*) FILTER (WHERE kind = 'payout') AS payouts, coalesce(sum(amount) FILTER (WHERE kind = 'payout'), 0) AS paid_out,
  sum(CASE kind WHEN 'recharge' THEN amount ELSE -amount END) AS net`;

const TRIPS = `trips trip JOIN stations station ON station.station_id = boarding_station_id
  LEFT JOIN locations place ON place.location_id = station.location_id`;
const MONEY = `postings JOIN accounts account ON account.account_id IN (debit_account_id, credit_account_id) AND account.kind <> 'card'`;
const NONE = 'NULL::bigint AS key, NULL::text AS name';
const POINTS = `postings LEFT JOIN recharges recharge USING (recharge_id) LEFT JOIN recharge_points point USING (recharge_point_id)`;

/** Each series as it is read, and as SQL counts it from every row. */
const SERIES: readonly {
  readonly name: string;
  readonly read: (series: SeriesRepository, range: SeriesRange) => Promise<object[]>;
  readonly select: string;
  readonly at: string;
  readonly where: string;
  readonly isWithHours: boolean;
}[] = [
  {
    name: 'revenue',
    read: (series, range) => series.revenue(range),
    select: `${NONE}, count(*) AS boardings, sum(fare_amount) AS revenue FROM trips`,
    at: 'boarding_time',
    where: 'true',
    isWithHours: true,
  },
  {
    name: 'revenue by locality',
    read: (series, range) => series.revenueByLocality(range, 'none'),
    select: `place.location_id AS key, coalesce(place.name, 'none') AS name, count(*) AS boardings, sum(fare_amount) AS revenue FROM ${TRIPS}`,
    at: 'boarding_time',
    where: 'true',
    isWithHours: true,
  },
  {
    name: 'revenue by concessionaire',
    read: (series, range) => series.revenueByConcessionaire(range, 'none'),
    select: `concessionaire_id AS key, coalesce(company.name, 'none') AS name, count(*) AS boardings, sum(amount) AS revenue
      FROM postings JOIN accounts ON account_id = credit_account_id LEFT JOIN concessionaires company USING (concessionaire_id)`,
    at: 'posted_at',
    where: "postings.kind = 'fare'",
    isWithHours: true,
  },
  {
    name: 'recharges',
    read: (series, range) => series.recharges(range),
    select: `${NONE}, ${PAID} FROM postings`,
    at: 'posted_at',
    where: "kind IN ('recharge', 'reversal', 'payout')",
    isWithHours: true,
  },
  {
    name: 'recharges by channel',
    read: (series, range) => series.rechargesByChannel(range),
    select: `NULL::bigint AS key, channel AS name, ${PAID.replaceAll('kind', 'postings.kind')} FROM ${MONEY}`,
    at: 'posted_at',
    where: "account.kind = 'cash'",
    isWithHours: true,
  },
  {
    name: 'recharges by point',
    read: (series, range) => series.rechargesByPoint(range),
    select: `recharge_point_id AS key, point.name AS name, ${PAID.replaceAll('amount', 'postings.amount')} FROM ${POINTS}`,
    at: 'posted_at',
    where: "kind IN ('recharge', 'reversal')",
    isWithHours: false,
  },
];

/**
 * The series that are not what SQL counts from every row, in one snapshot: those of 366 days, of the days until now, and of
 * all hours of a month.
 */
export async function differencesOf(
  dataSource: DataSource,
  rollup: TotalsRollup,
  timeZone: string,
): Promise<unknown[]> {
  const calendar = new ServiceCalendar(timeZone);
  const now = new Clock().now();
  const queries: RangeQuery[] = [
    { interval: 'day', from: calendar.dayOf(new Date(now.getTime() - 365 * 86_400_000)) },
    { interval: 'total' },
    { interval: 'hour', from: new Date(now.getTime() - 30 * 86_400_000).toISOString() },
  ];
  const differences: unknown[] = [];
  for (const series of SERIES) {
    for (const query of queries) {
      if (query.interval === 'hour' && !series.isWithHours) continue;
      const range = seriesRange(query, now, calendar);
      const [read, counted] = await dataSource.transaction('REPEATABLE READ', async (manager) => [
        await series.read(new SeriesRepository(reading(manager), rollup, calendar), range),
        await manager.query<object[]>(byHand(series, range, timeZone), [range.since, range.until]),
      ]);
      if (!isDeepStrictEqual(sorted(read), sorted(counted)))
        differences.push({ name: series.name, query, read: sorted(read), counted: sorted(counted) });
    }
  }
  return differences;
}

/** What the repository asks of a data source. */
function reading(manager: EntityManager): DataSource {
  return { query: manager.query.bind(manager) } as unknown as DataSource;
}

function byHand(
  { select, at, where }: (typeof SERIES)[number],
  { interval }: SeriesRange,
  timeZone: string,
): string {
  const start = {
    day: `(${at} AT TIME ZONE '${timeZone}')::date`,
    hour: `date_trunc('hour', ${at}, 'UTC')`,
    total: 'NULL::date',
  }[interval];
  return `SELECT ${start} AS start, ${select} WHERE ${where} AND ${at} >= $1 AND ${at} < $2 GROUP BY 1, 2, 3`;
}

function sorted(rows: readonly object[]): object[] {
  return rows
    .map((row) => ({ ...row }))
    .sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}
