import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { ConcessionUse } from '../fares/engine/boarding';
import type { RouteType } from '../fares/route-type';

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

/** Most riders board seldom enough that the day or the month fits in one of these. */
const PAGE = 16;

/** What fares depend on: where a card boarded before. */
@Injectable()
export class JourneysRepository {
  /**
   * The boardings of a card since a moment, and perhaps some before it, oldest first. Goes back from the newest, so
   * that it costs the same however long the card has been in use.
   *
   * @param until no later than this; all that are committed when it is left out, whatever their clocks said.
   */
  async findBoardings(
    manager: EntityManager,
    cardId: number,
    since: Date,
    until: Date | null,
  ): Promise<PastBoarding[]> {
    const found: PastBoarding[] = [];
    for (;;) {
      const page = await manager.query<PastBoarding[]>(
        `SELECT trip_id, boarding_time, route_id, route_type, boarding_station_id, is_transfer, fare_amount, concession
         FROM trips JOIN routes USING (route_id)
         WHERE card_id = $1 AND trip_id < $2 AND ($3::timestamptz IS NULL OR boarding_time <= $3)
         ORDER BY trip_id DESC LIMIT $4`,
        [cardId, found.at(-1)?.trip_id ?? Number.MAX_SAFE_INTEGER, until, PAGE],
      );
      found.push(...page);
      const oldest = page.at(-1);
      if (page.length < PAGE || !oldest || oldest.boarding_time < since) return found.reverse();
    }
  }
}
