import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ConcessionUse } from '../fares/engine/boarding';
import type { RouteType } from '../fares/route-type';
import type { RiderCategory } from '../users/user.entity';

/** A trip as later boardings of its card look back on it. */
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

/** The moments before which no boarding of a card matters to its next fare. */
export interface Horizon {
  readonly standard: Date;
  /** For the other categories of riders. */
  readonly concession: Date;
}

/** What a card's next fare depends on. */
export interface Journeys {
  readonly horizon: Horizon;
  readonly until: Date | null;
  /** Of the fare rules. */
  readonly edition: number;
  /** Null for a card without a user. */
  readonly category: RiderCategory | null;
  /** Since the horizon, in the order in which they were committed. */
  readonly boardings: readonly PastBoarding[];
}

type Look = Pick<Journeys, 'edition' | 'category'> & (PastBoarding | { readonly trip_id: null });

/** The horizon stands alone, so that it bounds the search whatever PostgreSQL expects of a card. */
const RECALL = `
  WITH rider AS (
    SELECT edition, rider_category AS category,
           CASE coalesce(rider_category, 'standard') WHEN 'standard' THEN $2::timestamptz ELSE $3 END AS horizon
    FROM fare_editions LEFT JOIN users ON user_id = (SELECT user_id FROM cards WHERE card_id = $1))
  SELECT edition, category, boardings.*
  FROM rider LEFT JOIN (
    SELECT trip_id, boarding_time, route_id, route_type, boarding_station_id, is_transfer, fare_amount, concession
    FROM trips JOIN routes USING (route_id)
    WHERE card_id = $1 AND boarding_time >= (SELECT horizon FROM rider)
      AND boarding_time <= coalesce($4, 'infinity'::timestamptz)) AS boardings ON true
  ORDER BY trip_id`;

/** What fares depend on: by which rules, who rides, and where the card boarded before. */
@Injectable()
export class JourneysRepository {
  /** @param until what was boarded later is left out; null for all that is committed, whatever the clocks said. */
  async recall(
    manager: EntityManager,
    cardId: number,
    horizon: Horizon,
    until: Date | null,
  ): Promise<Journeys> {
    const rows = await manager.query<Look[]>(RECALL, [cardId, horizon.standard, horizon.concession, until]);
    const [look] = rows;
    if (!look) throw new Error('the edition of the fare rules is missing');
    const boardings = rows.filter((row) => row.trip_id !== null);
    return { horizon, until, edition: look.edition, category: look.category, boardings };
  }
}
