import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { SIGNED_AMOUNT } from '../ledger/signed-amount';
import { PeriodTotals, type PeriodSource } from './period-totals';

/**
 * The tables that totals are made of. Rows are added to them in the order of an id, and what a total counts of a row never
 * changes. Adjustments of fares have ids of the same sequence as trips, so they are added up to the same watermark.
 */
export type TotalsSource = OverallSource | PeriodSource;

type OverallSource = 'trips' | 'postings' | 'open_trip_changes';

/**
 * The most ids that one transaction adds to the totals, so that it ends long before its timeout, also on a slow disk. Totals by
 * period have many rows.
 */
const MOST_IDS: Readonly<Record<TotalsSource, number>> = {
  trips: 100_000,
  postings: 100_000,
  open_trip_changes: 100_000,
  trip_periods: 50_000,
  posting_periods: 50_000,
};

const IDS: Readonly<Record<TotalsSource, string>> = {
  trips: 'trip_id',
  postings: 'posting_id',
  open_trip_changes: 'change_id',
  trip_periods: 'trip_id',
  posting_periods: 'posting_id',
};

const SEQUENCES: Readonly<Record<TotalsSource, string>> = {
  trips: 'trips_trip_id_seq',
  postings: 'postings_posting_id_seq',
  open_trip_changes: 'open_trip_changes_change_id_seq',
  trip_periods: 'trips_trip_id_seq',
  posting_periods: 'postings_posting_id_seq',
};

const ADD_TO_TRIP_TOTALS = `
  ON CONFLICT ((coalesce(location_id, 0))) DO UPDATE
  SET trips = totals.trips + excluded.trips, open_trips = totals.open_trips + excluded.open_trips,
      revenue = totals.revenue + excluded.revenue`;

/**
 * Adds the rows whose ids are above $1 and at most $2 to the totals. Localities are updated in the order of their ids, so
 * that two processes that add rows of two sources at once do not deadlock.
 */
const ADD: Readonly<Record<OverallSource, string>> = {
  trips: `
    INSERT INTO trip_totals AS totals (location_id, trips, open_trips, revenue)
    SELECT location_id, sum(boardings), 0, sum(revenue)
    FROM boarding_revenue JOIN stations ON station_id = boarding_station_id
    WHERE id > $1 AND id <= $2 GROUP BY location_id ORDER BY location_id ${ADD_TO_TRIP_TOTALS}`,
  postings: `
    INSERT INTO posting_totals AS totals (kind, amount)
    SELECT kind, sum(${SIGNED_AMOUNT}) FROM postings WHERE posting_id > $1 AND posting_id <= $2 GROUP BY kind
    ON CONFLICT (kind) DO UPDATE SET amount = totals.amount + excluded.amount`,
  open_trip_changes: `
    WITH changes AS (
      DELETE FROM open_trip_changes WHERE change_id > $1 AND change_id <= $2 RETURNING boarding_station_id, change)
    INSERT INTO trip_totals AS totals (location_id, trips, open_trips, revenue)
    SELECT location_id, 0, sum(change), 0
    FROM changes JOIN stations ON station_id = boarding_station_id
    GROUP BY location_id ORDER BY location_id ${ADD_TO_TRIP_TOTALS}`,
};

const NEWEST_IDS = Object.entries(SEQUENCES)
  .map(
    ([source, sequence]) =>
      `SELECT '${source}' AS source, last_value AS newest FROM ${sequence} WHERE is_called`,
  )
  .join(' UNION ALL ');

const FIND_DUE = `
  SELECT source, newest FROM (${NEWEST_IDS}) ids JOIN totals_watermarks USING (source)
  WHERE next_watermark IS NOT NULL OR newest >= watermark + $1`;

/**
 * Whether all transactions of this database have ended that have a lower number than the announcement. A transaction has a lock
 * on its number from the moment that it gets it until its end is visible to others. Those that are prepared for two-phase
 * commit have no session, so they count as ours. What began in another database of the server adds no row here.
 */
const ARE_ALL_OVER = `(announced_by <= pg_snapshot_xmin(pg_current_snapshot()) OR NOT EXISTS (
  SELECT FROM pg_locks LEFT JOIN pg_stat_activity USING (pid)
  WHERE locktype = 'transactionid' AND mode = 'ExclusiveLock' AND granted
    AND (datname IS NULL OR datname = current_database())
    AND age(transactionid) > age(announced_by::xid)))`;

/**
 * What was announced can be added when no transaction is left that began before the announcement. After a restore,
 * transaction ids count from the start again, so an announcement of the future is made anew.
 */
const LOCK_SPAN = `
  SELECT watermark, CASE WHEN announced_by < pg_current_xact_id() THEN next_watermark ELSE watermark END AS through
  FROM totals_watermarks
  WHERE source = $1 AND (announced_by IS NULL OR announced_by > pg_current_xact_id() OR ${ARE_ALL_OVER})
  FOR UPDATE SKIP LOCKED`;

/** The id of this transaction is newer than the newest id of a row ($3), which was read before this transaction began. */
const ANNOUNCE = `
  UPDATE totals_watermarks
  SET watermark = $2::bigint,
      next_watermark = CASE WHEN $3::bigint > $2 THEN least($3, $2 + $4::bigint) END,
      announced_by = CASE WHEN $3 > $2 THEN pg_current_xact_id() END
  WHERE source = $1`;

interface Due {
  readonly source: TotalsSource;
  readonly newest: number;
}

interface Span {
  readonly watermark: number;
  readonly through: number;
}

/**
 * Keeps running totals, so that a total costs the same however long the history is and however many stations there are. The
 * totals include all rows up to an id, the watermark; a reader adds the few rows after it. No request writes to the totals,
 * so no request waits for another one because of them.
 *
 * A transaction may draw an id long before it commits the row. So the newest id is announced first, with the number of the
 * transaction that announces it. A write has its number before it draws an id, so every write that drew an id up to the
 * announced one has a lower number. When all of these have ended, the rows up to that id are added.
 *
 * Trips in progress end, so they are counted by what opens and ends: `open_trip_changes` has a row of each, until it is added.
 *
 * Totals of trips are kept by locality. Whoever changes the locality of a station moves its totals (the trigger
 * `stations_move_totals`), under the locks of the watermarks that this class takes too.
 */
@Injectable()
export class TotalsRollup {
  private readonly watermarks = new Map<TotalsSource, number>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly periods: PeriodTotals,
  ) {}

  /**
   * Runs a query that adds the rows after the watermark (`isAfterWatermark`) to the totals.
   *
   * @param query takes a watermark that was known before. Each row that it returns has the watermark of the query's own
   *   snapshot. Where that is lower, because a program filled the database anew, the query runs again.
   */
  async read<Row extends { watermark: number }>(
    source: TotalsSource,
    query: (known: number) => Promise<Row[]>,
  ): Promise<Omit<Row, 'watermark'>[]> {
    for (;;) {
      const known = this.watermarks.get(source) ?? (await this.findWatermark(source));
      const rows = await query(known);
      const watermark = rows[0]?.watermark ?? (await this.findWatermark(source));
      this.watermarks.set(source, watermark);
      if (watermark >= known) return rows.map(({ watermark: _, ...row }) => row);
    }
  }

  /**
   * Adds all rows that can be added now. Those that must wait, or are left when the signal comes, are for the next run.
   *
   * @param least leaves a source alone until it has so many new ids, because its few rows are read as quickly.
   */
  async rollUp({ least = 1, signal }: { least?: number; signal?: AbortSignal } = {}): Promise<void> {
    await this.periods.claim();
    // The first step adds what the last run announced.
    if (!(await this.step(least)).isDue) return;
    while ((await this.step(least)).hasMore && !signal?.aborted);
  }

  private async findWatermark(source: TotalsSource): Promise<number> {
    const [row] = await this.dataSource.query<{ watermark: number }[]>(
      `SELECT ${watermarkOf(source)} AS watermark`,
    );
    return row?.watermark ?? 0;
  }

  /** Adds what was announced, and announces what is new. @returns whether a watermark moved as far as it may at once. */
  private async step(least: number): Promise<{ isDue: boolean; hasMore: boolean }> {
    const due = await this.dataSource.query<Due[]>(FIND_DUE, [least]);
    let hasMore = false;
    for (const { source, newest } of due) {
      const moved = await this.dataSource.transaction((manager) => this.advance(manager, source, newest));
      hasMore ||= moved === MOST_IDS[source];
    }
    return { isDue: due.length > 0, hasMore };
  }

  /** @returns by how many ids the watermark moved. */
  private async advance(manager: EntityManager, source: TotalsSource, newest: number): Promise<number> {
    const [span] = await manager.query<Span[]>(LOCK_SPAN, [source]);
    if (!span || (isByPeriod(source) && !(await this.periods.isOurs(manager)))) return 0;
    const { watermark, through } = span;
    if (through > watermark) await this.add(manager, source, watermark, through);
    await manager.query(ANNOUNCE, [source, through, newest, MOST_IDS[source]]);
    return through - watermark;
  }

  private async add(
    manager: EntityManager,
    source: TotalsSource,
    after: number,
    through: number,
  ): Promise<void> {
    if (isByPeriod(source)) await this.periods.add(manager, source, after, through);
    else await manager.query(ADD[source], [after, through]);
  }
}

function isByPeriod(source: TotalsSource): source is PeriodSource {
  return source === 'trip_periods' || source === 'posting_periods';
}

/**
 * That a row is not in the totals yet.
 *
 * @param known the parameter of the query that `TotalsRollup.read` gives, such as `$1`. Because of this number PostgreSQL
 *   leaves out the partitions of the past, and expects few rows.
 * @param id the column, where the rows are those of a view.
 */
export function isAfterWatermark(source: TotalsSource, known?: string, id = IDS[source]): string {
  const isAfter = `${id} > ${watermarkOf(source)}`;
  return known ? `${id} > ${known} AND ${isAfter}` : isAfter;
}

/** The watermark in the snapshot of the query, as an expression. */
export function watermarkOf(source: TotalsSource): string {
  return `(SELECT watermark FROM totals_watermarks WHERE source = '${source}')`;
}

/**
 * The locality of a boarding, as an expression. It is no join, because PostgreSQL may read all stations for a join with the
 * few boardings that are not in the totals yet.
 */
export const LOCATION_OF_BOARDING =
  '(SELECT location_id FROM stations WHERE station_id = boarding_station_id)';
