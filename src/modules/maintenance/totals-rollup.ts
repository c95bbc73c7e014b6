import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** The tables that totals are made of. Their rows are added and never deleted, and their amounts never change. */
export type TotalsSource = 'trips' | 'postings';

/** The most rows that one transaction adds to the totals, so that it stays short. */
const MOST_ROWS = 500_000;

/** Adds the rows whose ids are above $1 and at most $2 to the totals. */
const ADD: Readonly<Record<TotalsSource, string>> = {
  trips: `
    INSERT INTO trip_totals AS totals (boarding_station_id, trips, revenue)
    SELECT boarding_station_id, count(*), sum(fare_amount) FROM trips
    WHERE trip_id > $1 AND trip_id <= $2 GROUP BY boarding_station_id
    ON CONFLICT (boarding_station_id)
    DO UPDATE SET trips = totals.trips + excluded.trips, revenue = totals.revenue + excluded.revenue`,
  postings: `
    INSERT INTO posting_totals AS totals (kind, amount)
    SELECT kind, sum(amount) FROM postings WHERE posting_id > $1 AND posting_id <= $2 GROUP BY kind
    ON CONFLICT (kind) DO UPDATE SET amount = totals.amount + excluded.amount`,
};

/** The stations are updated in the order of their ids, so that two processes that do this at once do not deadlock. */
const COUNT_OPEN_TRIPS = `
  WITH changes AS (DELETE FROM open_trip_changes RETURNING boarding_station_id, change)
  INSERT INTO open_trip_counts AS counts (boarding_station_id, trips)
  SELECT boarding_station_id, sum(change) FROM changes GROUP BY boarding_station_id ORDER BY boarding_station_id
  ON CONFLICT (boarding_station_id) DO UPDATE SET trips = counts.trips + excluded.trips`;

const SEQUENCES: Readonly<Record<TotalsSource, string>> = {
  trips: 'trips_trip_id_seq',
  postings: 'postings_posting_id_seq',
};

/**
 * Keeps running totals, so that a total costs the same however long the history is. The totals include all rows up to
 * an id, the watermark; a reader adds the few rows after it. No request writes to the totals, so no request waits for
 * another one because of them.
 *
 * A transaction may draw an id long before it commits the row. So rows are added only after every transaction has ended
 * that was running when the last of their ids was drawn.
 *
 * Trips in progress are counted in another way, because they end. The statement that starts or ends a trip notes it in
 * the journal `open_trip_changes` too. Another statement takes rows out of the journal and adds them to `open_trip_counts`, so every
 * snapshot has each change exactly once, either in the journal or in the counts.
 */
@Injectable()
export class TotalsRollup {
  private readonly watermarks = new Map<TotalsSource, number>();

  constructor(private readonly dataSource: DataSource) {}

  /**
   * Runs a query that adds the rows after the watermark to the totals.
   *
   * @param query takes the watermark as a parameter, so that PostgreSQL skips the partitions before it. Each row that it
   *   returns has the watermark of the query's own snapshot. If that is another one, the query runs again with it.
   */
  async read<Row extends { watermark: number }>(
    source: TotalsSource,
    query: (watermark: number) => Promise<Row[]>,
  ): Promise<Omit<Row, 'watermark'>[]> {
    for (;;) {
      const known = this.watermarks.get(source) ?? (await this.findWatermark(source));
      const rows = await query(known);
      const watermark = rows[0]?.watermark ?? known;
      this.watermarks.set(source, watermark);
      if (watermark === known) return rows.map(({ watermark: _, ...row }) => row);
    }
  }

  /** Adds all rows that can be added now. Those that must wait, or are left when the signal comes, are for the next run. */
  async rollUp(signal?: AbortSignal): Promise<void> {
    for (const source of ['trips', 'postings'] as const) {
      do await this.announce(source);
      while ((await this.addAnnounced(source)) === MOST_ROWS && !signal?.aborted);
    }
    await this.dataSource.query(COUNT_OPEN_TRIPS);
  }

  private async findWatermark(source: TotalsSource): Promise<number> {
    const [row] = await this.dataSource.query<{ watermark: number }[]>(
      'SELECT watermark FROM totals_watermarks WHERE source = $1',
      [source],
    );
    return row?.watermark ?? 0;
  }

  /**
   * Adds the announced rows to the totals, if no transaction can still commit a row among them.
   *
   * @returns by how many ids the watermark moved.
   */
  private async addAnnounced(source: TotalsSource): Promise<number> {
    return this.dataSource.transaction(async (manager) => {
      const [span] = await manager.query<{ watermark: number; next_watermark: number }[]>(
        `SELECT watermark, next_watermark FROM totals_watermarks
         WHERE source = $1 AND announced_by <= pg_snapshot_xmin(pg_current_snapshot()) FOR UPDATE SKIP LOCKED`,
        [source],
      );
      if (!span) return 0;
      await manager.query(ADD[source], [span.watermark, span.next_watermark]);
      await manager.query(
        `UPDATE totals_watermarks SET watermark = next_watermark, next_watermark = NULL, announced_by = NULL
         WHERE source = $1`,
        [source],
      );
      return span.next_watermark - span.watermark;
    });
  }

  /**
   * Stores the next watermark, and then the id of the transaction that stores it. A write takes its transaction id before
   * it draws an id for a row, so every write that has drawn an id up to the next watermark has a lower transaction id.
   */
  private async announce(source: TotalsSource): Promise<void> {
    const [ids] = await this.dataSource.query<{ newest: number }[]>(
      `SELECT last_value AS newest FROM ${SEQUENCES[source]} WHERE is_called`,
    );
    if (!ids) return;
    // After a restore, transaction ids count from the start again, so an id of the future is replaced.
    await this.dataSource.query(
      `UPDATE totals_watermarks
       SET next_watermark = least($2::bigint, watermark + $3::bigint), announced_by = pg_current_xact_id()
       WHERE source = $1 AND watermark < $2 AND (next_watermark IS NULL OR announced_by > pg_current_xact_id())`,
      [source, ids.newest, MOST_ROWS],
    );
  }
}
