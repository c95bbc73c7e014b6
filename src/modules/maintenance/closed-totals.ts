import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** What totals are made of: rows that are only ever added. */
export type TotalsSource = 'trips' | 'postings';

/** So many rows are added to the sums in one transaction, which is short therefore. */
const MOST_ROWS = 500_000;

/** How the rows of a span of ids ($1, $2] are added to the sums. */
const ADD: Readonly<Record<TotalsSource, string>> = {
  trips: `
    INSERT INTO closed_trips AS closed (boarding_station_id, trips, revenue)
    SELECT boarding_station_id, count(*), sum(fare_amount) FROM trips
    WHERE trip_id > $1 AND trip_id <= $2 GROUP BY boarding_station_id
    ON CONFLICT (boarding_station_id)
    DO UPDATE SET trips = closed.trips + excluded.trips, revenue = closed.revenue + excluded.revenue`,
  postings: `
    INSERT INTO closed_postings AS closed (kind, amount)
    SELECT kind, sum(amount) FROM postings WHERE posting_id > $1 AND posting_id <= $2 GROUP BY kind
    ON CONFLICT (kind) DO UPDATE SET amount = closed.amount + excluded.amount`,
};

/** Stations in order, so that two who do this at once never wait for each other in a circle. */
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
 * Totals at a cost that does not grow with history: sums of all rows up to an id, and the rows after it. No writer
 * touches the sums, so none waits for another. An id may be drawn long before its row is committed, so rows are closed
 * only after every transaction has ended that was running when the last of their ids had been drawn.
 *
 * Trips in progress are no such rows. The statements that open and end them note it in a journal; a note is in it or in the
 * counts, in every snapshot, since it is taken out of the one by the statement that adds it to the other.
 */
@Injectable()
export class ClosedTotals {
  private readonly through = new Map<TotalsSource, number>();

  constructor(private readonly dataSource: DataSource) {}

  /**
   * Runs a query that adds the sums and the rows after an id.
   *
   * @param query gets that id as a value, so that PostgreSQL leaves out the partitions before it, and answers with each
   *   row the id through which the sums went in its snapshot, since it may just have moved.
   */
  async read<Row extends { through: number }>(
    source: TotalsSource,
    query: (through: number) => Promise<Row[]>,
  ): Promise<Omit<Row, 'through'>[]> {
    for (;;) {
      const known = this.through.get(source) ?? (await this.ask(source));
      const rows = await query(known);
      const through = rows[0]?.through ?? known;
      this.through.set(source, through);
      if (through === known) return rows.map(({ through: _, ...row }) => row);
    }
  }

  /** Closes what can be closed now; the rest, and what is left when the signal comes, is for the next time. */
  async close(signal?: AbortSignal): Promise<void> {
    for (const source of ['trips', 'postings'] as const) {
      do await this.announce(source);
      while ((await this.closeSpan(source)) === MOST_ROWS && !signal?.aborted);
    }
    await this.dataSource.query(COUNT_OPEN_TRIPS);
  }

  private async ask(source: TotalsSource): Promise<number> {
    const [row] = await this.dataSource.query<{ through_id: number }[]>(
      'SELECT through_id FROM closed_totals WHERE source = $1',
      [source],
    );
    return row?.through_id ?? 0;
  }

  /** Adds the announced rows to the sums, if nobody can write among them any more; how many ids were closed. */
  private async closeSpan(source: TotalsSource): Promise<number> {
    return this.dataSource.transaction(async (manager) => {
      const [span] = await manager.query<{ through_id: number; next_id: number }[]>(
        `SELECT through_id, next_id FROM closed_totals
         WHERE source = $1 AND announced_by <= pg_snapshot_xmin(pg_current_snapshot()) FOR UPDATE SKIP LOCKED`,
        [source],
      );
      if (!span) return 0;
      await manager.query(ADD[source], [span.through_id, span.next_id]);
      await manager.query(
        `UPDATE closed_totals SET through_id = next_id, next_id = NULL, announced_by = NULL WHERE source = $1`,
        [source],
      );
      return span.next_id - span.through_id;
    });
  }

  /**
   * Notes the id that is to be closed next, and then the number of the transaction that notes it: who has drawn an id up
   * to there has a lower one, since a write has its number before it draws.
   */
  private async announce(source: TotalsSource): Promise<void> {
    const [ids] = await this.dataSource.query<{ newest: number }[]>(
      `SELECT last_value AS newest FROM ${SEQUENCES[source]} WHERE is_called`,
    );
    if (!ids) return;
    // What was announced in a cluster that this one was restored from is announced again.
    await this.dataSource.query(
      `UPDATE closed_totals
       SET next_id = least($2::bigint, through_id + $3::bigint), announced_by = pg_current_xact_id()
       WHERE source = $1 AND through_id < $2 AND (next_id IS NULL OR announced_by > pg_current_xact_id())`,
      [source, ids.newest, MOST_ROWS],
    );
  }
}
