import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ConcessionUse } from '../fares/engine/boarding';
import { LONGEST_PASSBACK_SECONDS } from '../fares/engine/card-history';
import type { RouteType } from '../fares/route-type';
import type { RiderCategory } from '../users/user.entity';
import { inTappingOrder } from './tapping-order';
import type { Trip } from './trip.entity';
import { FARE_COLUMNS, type TripFare } from './trip-fare';

/** An earlier trip, as far as a card's next fare depends on it. */
export interface PastBoarding extends Pick<
  Trip,
  'trip_id' | 'boarding_time' | 'validator_id' | 'tap_sequence' | 'fare_product' | 'fare_reason'
> {
  readonly route_id: number;
  readonly route_type: RouteType;
  readonly boarding_station_id: number;
  /** As they are in force: late taps may have changed them. */
  readonly is_transfer: boolean;
  readonly fare_amount: number;
  readonly concession: ConcessionUse | null;
}

/** An earlier trip with all that taps that are heard of later may change of it. */
export interface PastTrip
  extends
    TripFare,
    Pick<Trip, 'trip_id' | 'card_id' | 'boarding_time' | 'boarding_station_id' | 'route_id'>,
    Pick<Trip, 'validator_id' | 'tap_sequence' | 'status' | 'disembarking_time'> {
  readonly route_type: RouteType;
  /** Who operates the route now. */
  readonly concessionaire_id: number | null;
}

/** From when on the boardings of a card count for its next fare; what a transfer may go back to comes on top. */
export interface CountsFrom {
  readonly standard: Date;
  /** For the other categories of riders. */
  readonly concession: Date;
}

/** For which card the earlier trips are sought, and from when on. */
export interface CardJourneys extends CountsFrom {
  readonly card_number: string;
  /** The first of its taps that are new. */
  readonly at: Date;
}

/** What a card's next fare depends on. */
export interface Journeys {
  readonly until: Date | null;
  /** Of the fare rules. */
  readonly edition: number;
  /** The longest window for transfers of any rule in that edition, in seconds. */
  readonly longestWindow: number;
  /** Null for a card without a user. */
  readonly category: RiderCategory | null;
  /** In the order in which the card was used. */
  readonly boardings: readonly PastBoarding[];
}

type Row = Pick<Journeys, 'edition' | 'longestWindow' | 'category'> &
  (PastBoarding | { readonly trip_id: null });

/** What is in force of a trip that was tapped at a device; nothing for one that was told at a gate, which is never changed. */
const IN_FORCE = `LATERAL (
  SELECT * FROM fare_adjustments
  WHERE trip.validator_id IS NOT NULL AND fare_adjustments.trip_id = trip.trip_id
  ORDER BY adjustment_id DESC LIMIT 1) adjustment ON true`;

const inForce = (column: string): string =>
  `CASE WHEN adjustment.trip_id IS NULL THEN trip.${column} ELSE adjustment.${column} END AS ${column}`;

/**
 * The window reaches back twice: to a transfer that may have been made last, and from there to its anchor. The horizon is
 * a subquery of its own, so that it bounds the search whatever PostgreSQL expects of a card.
 */
const RECALL = `
  WITH reach AS (
    SELECT coalesce(max(window_seconds), 0) AS longest,
           make_interval(secs => greatest(max(window_seconds), $6::integer)) AS window
    FROM transfer_rules),
  rider AS (
    SELECT edition, longest, rider_category AS category,
           least(CASE coalesce(rider_category, 'standard') WHEN 'standard' THEN $2::timestamptz ELSE $3 END,
                 $4::timestamptz - reach.window) - reach.window AS horizon
    FROM fare_editions CROSS JOIN reach
    LEFT JOIN users ON user_id = (SELECT user_id FROM cards WHERE card_id = $1))
  SELECT edition, longest AS "longestWindow", category, boardings.*
  FROM rider LEFT JOIN (
    SELECT trip.trip_id, trip.boarding_time, route_id, route_type, trip.boarding_station_id, validator_id, tap_sequence,
           trip.fare_product, trip.fare_reason, ${['is_transfer', 'fare_amount', 'concession'].map(inForce).join(', ')}
    FROM trips trip JOIN routes USING (route_id) LEFT JOIN ${IN_FORCE}
    WHERE trip.card_id = $1 AND trip.boarding_time >= (SELECT horizon FROM rider)
      AND trip.boarding_time <= coalesce($5, 'infinity'::timestamptz)) AS boardings ON true
  ORDER BY trip_id`;

/** The same for many cards, each from its own moment on. What is boarded later than the window is found by the day, or the month. */
const RECALL_ALL = `
  WITH reach AS (
    SELECT make_interval(secs => greatest(coalesce(max(window_seconds), 0), $5::integer)) AS window FROM transfer_rules)
  SELECT trip.trip_id, trip.card_id, trip.boarding_time, trip.boarding_station_id, route_id, route_type, concessionaire_id,
         trip.validator_id, trip.tap_sequence, trip.status, trip.disembarking_time,
         ${FARE_COLUMNS.map(inForce).join(', ')}
  FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[]) AS asked (card_number, standard, concession, at)
  JOIN cards USING (card_number) LEFT JOIN users USING (user_id) CROSS JOIN reach
  CROSS JOIN LATERAL (
    SELECT * FROM trips
    WHERE trips.card_id = cards.card_id AND trips.boarding_time >=
      least(CASE coalesce(rider_category, 'standard') WHEN 'standard' THEN asked.standard ELSE asked.concession END,
            asked.at - reach.window) - reach.window
    OFFSET 0) trip
  JOIN routes USING (route_id) LEFT JOIN ${IN_FORCE}
  ORDER BY trip.card_id, trip.trip_id`;

/** Reads what fares depend on: the edition of the rules, the category of the rider, and the card's earlier boardings. */
@Injectable()
export class JourneysRepository {
  /**
   * @param at the moment of the next boarding.
   * @param until leaves out what was boarded later; null for everything that is committed, whatever its time.
   */
  async recall(
    manager: EntityManager,
    cardId: number,
    at: Date,
    { standard, concession }: CountsFrom,
    until: Date | null,
  ): Promise<Journeys> {
    const parameters = [cardId, standard, concession, at, until, LONGEST_PASSBACK_SECONDS];
    const rows = await manager.query<Row[]>(RECALL, parameters);
    const [first] = rows;
    if (!first) throw new Error('the edition of the fare rules is missing');
    const { edition, longestWindow, category } = first;
    const boardings = inTappingOrder(rows.filter((row) => row.trip_id !== null));
    return { until, edition, longestWindow, category, boardings };
  }

  /** Reads the trips of cards which their new taps may depend on, or change. */
  async recallAll(manager: EntityManager, cards: readonly CardJourneys[]): Promise<PastTrip[]> {
    return manager.query<PastTrip[]>(RECALL_ALL, [
      cards.map(({ card_number }) => card_number),
      cards.map(({ standard }) => standard),
      cards.map(({ concession }) => concession),
      cards.map(({ at }) => at),
      LONGEST_PASSBACK_SECONDS,
    ]);
  }
}
