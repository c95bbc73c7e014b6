import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { EntityManager, Repository } from 'typeorm';
import { TotalsRollup } from '../maintenance/totals-rollup';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { LocalityTotals, TripOfCard, TripTotals } from './dto/trip-answers.dto';
import { FARE_COLUMNS } from './trip-fare';
import { Trip } from './trip.entity';

/** A card's next trip, and the one that it is on. */
export interface NextTrip {
  readonly trip_id: number;
  readonly open_trip_id: number | null;
  readonly open_since: Date | null;
}

const COLUMNS = [
  'trip_id',
  'card_id',
  'route_id',
  'boarding_station_id',
  'boarding_time',
  'disembarking_station_id',
  'disembarking_time',
  'vehicle_id',
  'driver_id',
  'status',
  'new_balance',
  ...FARE_COLUMNS,
] as const satisfies readonly (keyof Trip)[];

const SELECT = `SELECT ${COLUMNS.join(', ')} FROM trips WHERE trip_id = $1`;

const INSERT = `
  WITH trip AS (
    INSERT INTO trips (${COLUMNS.join(', ')})
    VALUES (${COLUMNS.map((_, index) => `$${index + 1}`).join(', ')})
    RETURNING card_id, trip_id, boarding_time, boarding_station_id, status)
  INSERT INTO open_trips (card_id, trip_id, boarding_time, boarding_station_id)
  SELECT card_id, trip_id, boarding_time, boarding_station_id FROM trip WHERE status = 'in_progress'`;

/** By station, some of them several times: to be added up. */
const OPEN_TRIPS = `
  SELECT boarding_station_id, trips FROM open_trip_counts
  UNION ALL SELECT boarding_station_id, change FROM open_trip_changes`;

@Injectable()
export class TripsRepository {
  constructor(
    @InjectRepository(Trip) private readonly trips: Repository<Trip>,
    private readonly totalsRollup: TotalsRollup,
  ) {}

  async findOrFail(tripId: number, manager: EntityManager = this.trips.manager): Promise<Trip> {
    const [trip] = await manager.query<Trip[]>(SELECT, [tripId]);
    if (!trip) throw new NotFoundError('trip', tripId);
    return trip;
  }

  /**
   * The id of the card's next trip, since a fare is posted for it before it is written, and the trip that it is on.
   * Under the lock of the card, which protects the open trip too.
   */
  async next(manager: EntityManager, cardId: number): Promise<NextTrip> {
    const [next] = await manager.query<NextTrip[]>(
      `SELECT next.trip_id, open.trip_id AS open_trip_id, open.boarding_time AS open_since
       FROM nextval('trips_trip_id_seq') AS next (trip_id) LEFT JOIN open_trips open ON open.card_id = $1`,
      [cardId],
    );
    if (!next) throw new Error('a sequence returned no row');
    return next;
  }

  /** A trip in progress is its card's open one: the primary key there refuses a second. */
  async create(manager: EntityManager, trip: Trip): Promise<void> {
    await manager.query(
      INSERT,
      COLUMNS.map((column) => trip[column]),
    );
  }

  /** Ends the trip that is the card's open one; whether it was. */
  async end(manager: EntityManager, tripId: number, end: EndOfTrip): Promise<boolean> {
    const closed = await manager.query<unknown[]>(
      `WITH open AS (DELETE FROM open_trips WHERE trip_id = $1 RETURNING trip_id)
       UPDATE trips trip SET status = $2, disembarking_station_id = $3, disembarking_time = $4
       FROM open WHERE trip.trip_id = $1 AND open.trip_id = $1
       RETURNING trip.trip_id`,
      [tripId, end.status, end.disembarking_station_id, end.disembarking_time],
    );
    return affected(closed) > 0;
  }

  async findLatestOfCard(cardId: number, limit: number): Promise<TripOfCard[]> {
    return this.trips.query<TripOfCard[]>(
      `SELECT trip.trip_id, trip.card_id, trip.boarding_station_id, trip.disembarking_station_id,
              boarding.name AS boarding_station_name, disembarking.name AS disembarking_station_name,
              trip.boarding_time, trip.disembarking_time, trip.is_transfer, trip.fare_amount AS fare
       FROM trips trip
       JOIN stations boarding ON boarding.station_id = trip.boarding_station_id
       LEFT JOIN stations disembarking ON disembarking.station_id = trip.disembarking_station_id
       WHERE trip.card_id = $1 ORDER BY trip.boarding_time DESC, trip.trip_id DESC LIMIT $2`,
      [cardId, limit],
    );
  }

  /** Those closed without an exit count as completed: whatever is not open. */
  async totals(): Promise<TripTotals> {
    const [totals] = await this.totalsRollup.read('trips', (watermark) =>
      this.trips.query<(TripTotals & { watermark: number })[]>(
        `WITH sums AS (
           SELECT trips, revenue FROM trip_totals
           UNION ALL SELECT count(*), coalesce(sum(fare_amount), 0) FROM trips WHERE trip_id > $1)
         SELECT sum(trips) AS total_trips, sum(trips) - open AS completed_trips, open AS active_trips,
                sum(revenue) AS total_revenue,
                (SELECT watermark FROM totals_watermarks WHERE source = 'trips') AS watermark
         FROM sums, (SELECT coalesce(sum(trips), 0) AS open FROM (${OPEN_TRIPS}) counts) AS active
         GROUP BY open`,
        [watermark],
      ),
    );
    if (!totals) throw new Error('an aggregate returned no row');
    return totals;
  }

  /** By the locality of the boarding station, most trips first. */
  async totalsByLocality(nameless: string): Promise<LocalityTotals[]> {
    return this.totalsRollup.read('trips', (watermark) =>
      this.trips.query<(LocalityTotals & { watermark: number })[]>(
        `WITH sums AS (
           SELECT boarding_station_id, trips, revenue, 0 AS open FROM trip_totals
           UNION ALL
           SELECT boarding_station_id, count(*), sum(fare_amount), 0 FROM trips WHERE trip_id > $2
           GROUP BY boarding_station_id
           UNION ALL
           SELECT boarding_station_id, 0, 0, trips FROM (${OPEN_TRIPS}) counts)
         SELECT coalesce(location.name, $1) AS locality, sum(trips) AS total_trips,
                sum(trips) - sum(open) AS completed_trips, sum(open) AS active_trips, sum(revenue) AS total_revenue,
                (SELECT watermark FROM totals_watermarks WHERE source = 'trips') AS watermark
         FROM sums
         JOIN stations station ON station.station_id = boarding_station_id
         LEFT JOIN locations location USING (location_id)
         GROUP BY 1 ORDER BY 2 DESC, 1`,
        [nameless, watermark],
      ),
    );
  }
}

/** How a trip ends: at a station, or forgotten. */
export type EndOfTrip = Pick<Trip, 'status' | 'disembarking_station_id' | 'disembarking_time'>;

/** TypeORM answers an UPDATE with the pair of its rows and their number. */
function affected(result: unknown[]): number {
  return Array.isArray(result[0]) && typeof result[1] === 'number' ? result[1] : result.length;
}
