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

/** What a card's next fare depends on, as far back as one look goes. */
export interface Journeys {
  readonly card_id: number;
  /** No later than this; null for all that are committed, whatever their clocks said. */
  readonly until: Date | null;
  /** Of the fare rules. */
  readonly edition: number;
  /** Null for a card without a user. */
  readonly category: RiderCategory | null;
  /** Newest first. */
  readonly boardings: readonly PastBoarding[];
}

type Look = Pick<Journeys, 'edition' | 'category'> & (PastBoarding | { readonly trip_id: null });

/** Most riders board seldom enough that the day or the month fits in one of these. */
const PAGE = 16;

const BOARDINGS = `
  SELECT trip_id, boarding_time, route_id, route_type, boarding_station_id, is_transfer, fare_amount, concession
  FROM trips JOIN routes USING (route_id)
  WHERE card_id = $1 AND trip_id < $2 AND ($3::timestamptz IS NULL OR boarding_time <= $3)
  ORDER BY trip_id DESC LIMIT ${PAGE}`;

/** What fares depend on: by which rules, who rides, and where the card boarded before. */
@Injectable()
export class JourneysRepository {
  /** One look, which is enough for most. */
  async recall(manager: EntityManager, card_id: number, until: Date | null): Promise<Journeys> {
    const rows = await manager.query<Look[]>(
      `SELECT edition, rider_category AS category, boardings.*
       FROM fare_editions
       LEFT JOIN users ON user_id = (SELECT user_id FROM cards WHERE card_id = $1)
       LEFT JOIN LATERAL (${BOARDINGS}) boardings ON true
       ORDER BY trip_id DESC`,
      [card_id, Number.MAX_SAFE_INTEGER, until],
    );
    const [look] = rows;
    if (!look) throw new Error('the edition of the fare rules is missing');
    const boardings = rows.filter((row) => row.trip_id !== null);
    return { card_id, until, edition: look.edition, category: look.category, boardings };
  }

  /**
   * The boardings since a moment, and perhaps some before it, oldest first. Goes back from the newest, so that it costs
   * the same however long the card has been in use.
   */
  async boardingsSince(manager: EntityManager, journeys: Journeys, since: Date): Promise<PastBoarding[]> {
    const found = [...journeys.boardings];
    for (let page = journeys.boardings; ;) {
      const oldest = page.at(-1);
      if (page.length < PAGE || !oldest || oldest.boarding_time < since) return found.reverse();
      page = await manager.query<PastBoarding[]>(BOARDINGS, [
        journeys.card_id,
        oldest.trip_id,
        journeys.until,
      ]);
      found.push(...page);
    }
  }
}
