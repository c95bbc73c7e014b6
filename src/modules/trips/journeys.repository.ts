import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ConcessionUse } from '../fares/engine/boarding';
import { LONGEST_PASSBACK_SECONDS } from '../fares/engine/card-history';
import type { RouteType } from '../fares/route-type';
import type { RiderCategory } from '../users/user.entity';

/** An earlier trip, as far as a card's next fare depends on it. */
export interface PastBoarding {
  readonly trip_id: number;
  readonly boarding_time: Date;
  readonly route_id: number;
  readonly route_type: RouteType;
  readonly boarding_station_id: number;
  readonly is_transfer: boolean;
  readonly fare_amount: number;
  readonly concession: ConcessionUse | null;
}

/** From when on the boardings of a card count for its next fare; what a transfer may go back to comes on top. */
export interface CountsFrom {
  readonly standard: Date;
  /** For the other categories of riders. */
  readonly concession: Date;
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
  /** In the order in which they were committed. */
  readonly boardings: readonly PastBoarding[];
}

type Row = Pick<Journeys, 'edition' | 'longestWindow' | 'category'> &
  (PastBoarding | { readonly trip_id: null });

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
    SELECT trip_id, boarding_time, route_id, route_type, boarding_station_id, is_transfer, fare_amount, concession
    FROM trips JOIN routes USING (route_id)
    WHERE card_id = $1 AND boarding_time >= (SELECT horizon FROM rider)
      AND boarding_time <= coalesce($5, 'infinity'::timestamptz)) AS boardings ON true
  ORDER BY trip_id`;

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
    return { until, edition, longestWindow, category, boardings: rows.filter((row) => row.trip_id !== null) };
  }
}
