import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { EntityManager, Repository } from 'typeorm';
import {
  LOCATION_OF_BOARDING,
  TotalsRollup,
  isAfterWatermark,
  watermarkOf,
} from '../maintenance/totals-rollup';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import type { Statement } from '../../platform/postgres/statement';
import { findNewest, type History, type NewestRows } from '../../platform/postgres/newest-rows';
import type { TripsQuery } from './dto/trip-queries.dto';
import { ListedTrip, LocalityTotals, TripOfCard, TripTotals } from './dto/trip-responses.dto';
import { ADJUSTMENT_COLUMNS, type StoredAdjustment } from './fare-adjustments';
import { FARE_COLUMNS, FARE_TYPES } from './trip-fare';
import { Trip } from './trip.entity';

/** The trip that a card is on. */
export type OpenTrip = Pick<Trip, 'trip_id' | 'card_id' | 'boarding_time'> & {
  /** A tap began it, so a tap may still end it. */
  readonly is_of_tap: boolean;
};

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
  'validator_id',
  'tap_sequence',
  ...FARE_COLUMNS,
] as const satisfies readonly (keyof Trip)[];

const SELECT = `SELECT ${COLUMNS.join(', ')} FROM trips WHERE trip_id = $1`;

const SELECT_OF_CARD = `${SELECT} AND card_id = $2`;

/** A trip that is open is also listed in open_trips, and noted in the journal from which open trips are counted. */
const INSERT = `
  WITH trip AS (
    INSERT INTO trips (${COLUMNS.join(', ')})
    VALUES (${COLUMNS.map((_, index) => `$${index + 1}`).join(', ')})
    RETURNING card_id, trip_id, boarding_time, boarding_station_id, status),
  open AS (
    INSERT INTO open_trips (card_id, trip_id, boarding_time, boarding_station_id)
    SELECT card_id, trip_id, boarding_time, boarding_station_id FROM trip WHERE status = 'in_progress'
    RETURNING boarding_station_id)
  INSERT INTO open_trip_changes (boarding_station_id, change) SELECT boarding_station_id, 1 FROM open`;

const END = `
  WITH open AS (
    SELECT boarding_station_id FROM remove_open_trip($2, $1)),
  noted AS (
    INSERT INTO open_trip_changes (boarding_station_id, change) SELECT boarding_station_id, -1 FROM open),
  ended AS (
    UPDATE trips trip SET status = $3, disembarking_station_id = $4, disembarking_time = $5
    FROM open WHERE trip.trip_id = $1 AND trip.card_id = $2
    RETURNING trip.trip_id)
  SELECT 1 / count(*) FROM ended`;

/** The types of the columns, for lists of their values. */
const TYPES: Readonly<Record<(typeof COLUMNS)[number], string>> = {
  trip_id: 'bigint',
  card_id: 'bigint',
  route_id: 'bigint',
  boarding_station_id: 'bigint',
  boarding_time: 'timestamptz',
  disembarking_station_id: 'bigint',
  disembarking_time: 'timestamptz',
  vehicle_id: 'bigint',
  driver_id: 'bigint',
  status: 'text',
  new_balance: 'bigint',
  validator_id: 'bigint',
  tap_sequence: 'bigint',
  ...FARE_TYPES,
};

/** Trips that taps began; at most one of each card is in progress, and its earlier one was ended before. */
const INSERT_ALL = `
  WITH trip AS (
    INSERT INTO trips (${COLUMNS.join(', ')})
    SELECT * FROM unnest(${COLUMNS.map((column, n) => `$${n + 1}::${TYPES[column]}[]`).join(', ')})
    RETURNING card_id, trip_id, boarding_time, boarding_station_id, status),
  open AS (
    INSERT INTO open_trips (card_id, trip_id, boarding_time, boarding_station_id, is_of_tap)
    SELECT card_id, trip_id, boarding_time, boarding_station_id, true FROM trip WHERE status = 'in_progress'
    RETURNING boarding_station_id)
  INSERT INTO open_trip_changes (boarding_station_id, change) SELECT boarding_station_id, 1 FROM open`;

/** Ends trips, in progress or closed before; refused unless all of them are there. */
const END_ALL = `
  WITH ends AS (
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::timestamptz[])
      AS ends (trip_id, card_id, status, disembarking_station_id, disembarking_time)),
  open AS (
    DELETE FROM open_trips USING ends WHERE open_trips.card_id = ends.card_id AND open_trips.trip_id = ends.trip_id
    RETURNING boarding_station_id),
  noted AS (
    INSERT INTO open_trip_changes (boarding_station_id, change) SELECT boarding_station_id, -1 FROM open),
  ended AS (
    UPDATE trips trip SET status = ends.status, disembarking_station_id = ends.disembarking_station_id,
                          disembarking_time = ends.disembarking_time
    FROM ends WHERE trip.trip_id = ends.trip_id AND trip.card_id = ends.card_id
    RETURNING trip.trip_id)
  SELECT 1 / (count(*) = cardinality($1))::int FROM ended`;

/** What was opened and ended since the totals were rolled up, by 1 and -1. */
const NEW_CHANGES = `open_trip_changes WHERE ${isAfterWatermark('open_trip_changes')}`;

/** Trips, and adjustments of fares, since then. */
const NEW_TRIPS = `boarding_revenue WHERE ${isAfterWatermark('trips', '$1', 'id')}`;

/** By how much the fare of a trip was adjusted; only one that was tapped at a device can be. */
const ADJUSTED = (trip: string): string => `CASE WHEN ${trip}.validator_id IS NULL THEN 0 ELSE coalesce(
  (SELECT sum(amount) FROM fare_adjustments WHERE fare_adjustments.trip_id = ${trip}.trip_id), 0) END AS fare_adjustment`;

/** Trips by the time of their boarding. */
const HISTORY: History = {
  table: 'trips',
  id: 'trip_id',
  time: 'boarding_time',
  columns: `trip_id, card_id, route_id, boarding_station_id, boarding_time, disembarking_station_id, disembarking_time,
    vehicle_id, status, fare_amount, ${ADJUSTED('trips')}, is_transfer, on_credit,
    (SELECT route_code FROM routes WHERE routes.route_id = trips.route_id) AS route_code,
    (SELECT name FROM stations WHERE station_id = boarding_station_id) AS boarding_station_name,
    (SELECT name FROM stations WHERE station_id = disembarking_station_id) AS disembarking_station_name`,
};

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

  /** The same for a trip whose card is known. */
  async findOfCardOrFail(
    manager: EntityManager,
    { trip_id, card_id }: Pick<Trip, 'trip_id' | 'card_id'>,
  ): Promise<Trip> {
    const [trip] = await manager.query<Trip[]>(SELECT_OF_CARD, [trip_id, card_id]);
    if (!trip) throw new NotFoundError('trip', trip_id);
    return trip;
  }

  /** Draws the id of a trip before it is written, because its response and its posting name it. */
  async drawId(manager: EntityManager): Promise<number> {
    const [drawn] = await manager.query<{ trip_id: number }[]>(
      `SELECT nextval('trips_trip_id_seq') AS trip_id`,
    );
    if (!drawn) throw new Error('a sequence returned no row');
    return drawn.trip_id;
  }

  /** The trip that the card is on, or null. The lock of the card protects it. */
  async findOpen(manager: EntityManager, cardId: number): Promise<OpenTrip | null> {
    const [open = null] = await manager.query<OpenTrip[]>(
      'SELECT trip_id, card_id, boarding_time, is_of_tap FROM open_trip_of($1)',
      [cardId],
    );
    return open;
  }

  /** A trip in progress is also inserted into open_trips, whose primary key refuses a second one of the same card. */
  creation(trip: Trip): Statement {
    return { text: INSERT, values: COLUMNS.map((column) => trip[column]) };
  }

  /** Ends the trip of a card that is on it; PostgreSQL refuses the statement if the card is not. */
  ending({ trip_id, card_id }: Pick<Trip, 'trip_id' | 'card_id'>, end: EndOfTrip): Statement {
    const { status, disembarking_station_id, disembarking_time } = end;
    return { text: END, values: [trip_id, card_id, status, disembarking_station_id, disembarking_time] };
  }

  /** Of the fare of a trip, in their order. Only a trip that was tapped at a device can have any. */
  async findAdjustments(
    { trip_id, validator_id }: Pick<Trip, 'trip_id' | 'validator_id'>,
    manager: EntityManager = this.trips.manager,
  ): Promise<StoredAdjustment[]> {
    if (validator_id === null) return [];
    return manager.query<StoredAdjustment[]>(
      `SELECT ${ADJUSTMENT_COLUMNS.join(', ')} FROM fare_adjustments WHERE trip_id = $1 ORDER BY adjustment_id`,
      [trip_id],
    );
  }

  /** Draws the ids of so many trips, sorted. */
  async drawIds(manager: EntityManager, count: number): Promise<number[]> {
    if (count === 0) return [];
    const drawn = await manager.query<{ id: number }[]>(
      `SELECT nextval('trips_trip_id_seq') AS id FROM generate_series(1, $1)`,
      [count],
    );
    return drawn.map(({ id }) => id).sort((one, other) => one - other);
  }

  /** The trips that these cards are on. The locks of the cards protect them. */
  async findOpenOfAll(manager: EntityManager, cardNumbers: readonly string[]): Promise<OpenTrip[]> {
    return manager.query<OpenTrip[]>(
      `SELECT open.trip_id, cards.card_id, open.boarding_time, open.is_of_tap
       FROM cards CROSS JOIN LATERAL (
         SELECT trip_id, boarding_time, is_of_tap FROM open_trips WHERE open_trips.card_id = cards.card_id OFFSET 0) open
       WHERE card_number = ANY ($1::text[])`,
      [cardNumbers],
    );
  }

  /** The same as {@link creation} for trips of many cards. */
  creationOfAll(trips: readonly Trip[]): Statement {
    return { text: INSERT_ALL, values: COLUMNS.map((column) => trips.map((trip) => trip[column])) };
  }

  /** Ends trips of many cards, also such as were closed without an exit. */
  endingOfAll(ends: readonly (Pick<Trip, 'trip_id' | 'card_id'> & EndOfTrip)[]): Statement {
    return {
      text: END_ALL,
      values: [
        ends.map(({ trip_id }) => trip_id),
        ends.map(({ card_id }) => card_id),
        ends.map(({ status }) => status),
        ends.map(({ disembarking_station_id }) => disembarking_station_id),
        ends.map(({ disembarking_time }) => disembarking_time),
      ],
    };
  }

  /** Finds trips that were boarded before one, newest first. Null begins with the newest. */
  async find(
    { route_id, station_id, vehicle_id, status, ...filter }: Omit<TripsQuery, 'limit' | 'cursor'>,
    before: number | null,
    limit: number,
  ): Promise<NewestRows<ListedTrip>> {
    const examined = [
      ['route_id = ?', route_id],
      ['boarding_station_id = ?', station_id],
      ['vehicle_id = ?', vehicle_id],
      ['status = ?', status],
    ] as const;
    return findNewest<ListedTrip>(this.trips.manager, HISTORY, { ...filter, examined }, before, limit);
  }

  async findLatestOfCard(cardId: number, limit: number): Promise<TripOfCard[]> {
    return this.trips.query<TripOfCard[]>(
      `SELECT trip.trip_id, trip.card_id, trip.boarding_station_id, trip.disembarking_station_id,
              boarding.name AS boarding_station_name, disembarking.name AS disembarking_station_name,
              trip.boarding_time, trip.disembarking_time, trip.is_transfer, trip.fare_amount AS fare,
              ${ADJUSTED('trip')}
       FROM trips trip
       JOIN stations boarding ON boarding.station_id = trip.boarding_station_id
       LEFT JOIN stations disembarking ON disembarking.station_id = trip.disembarking_station_id
       WHERE trip.card_id = $1 ORDER BY trip.boarding_time DESC, trip.trip_id DESC LIMIT $2`,
      [cardId, limit],
    );
  }

  /** Every trip that is not open counts as completed, also one that was closed without an exit. */
  async totals(): Promise<TripTotals> {
    const [totals] = await this.totalsRollup.read('trips', (watermark) =>
      this.trips.query<(TripTotals & { watermark: number })[]>(
        `WITH sums AS (
           SELECT trips, open_trips, revenue FROM trip_totals
           UNION ALL SELECT coalesce(sum(boardings), 0), 0, coalesce(sum(revenue), 0) FROM ${NEW_TRIPS}
           UNION ALL SELECT 0, coalesce(sum(change), 0), 0 FROM ${NEW_CHANGES})
         SELECT sum(trips) AS total_trips, sum(trips) - sum(open_trips) AS completed_trips, sum(open_trips) AS active_trips,
                sum(revenue) AS total_revenue, ${watermarkOf('trips')} AS watermark
         FROM sums`,
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
        `WITH rest AS (
           SELECT boarding_station_id, sum(trips) AS trips, sum(open_trips) AS open_trips,
                  sum(revenue) AS revenue
           FROM (
             SELECT boarding_station_id, boardings AS trips, 0 AS open_trips, revenue FROM ${NEW_TRIPS}
             UNION ALL SELECT boarding_station_id, 0, change, 0 FROM ${NEW_CHANGES}) rows
           GROUP BY boarding_station_id),
         sums AS (
           SELECT location_id, trips, open_trips, revenue FROM trip_totals
           UNION ALL SELECT ${LOCATION_OF_BOARDING}, trips, open_trips, revenue FROM rest)
         SELECT coalesce(location.name, $2) AS locality, sum(trips) AS total_trips,
                sum(trips) - sum(open_trips) AS completed_trips, sum(open_trips) AS active_trips,
                sum(revenue) AS total_revenue, ${watermarkOf('trips')} AS watermark
         FROM sums LEFT JOIN locations location USING (location_id)
         GROUP BY 1 ORDER BY 2 DESC, 1`,
        [watermark, nameless],
      ),
    );
  }
}

/** How a trip ends: at a station, or closed without an exit. */
export type EndOfTrip = Pick<Trip, 'status' | 'disembarking_station_id' | 'disembarking_time'>;
