import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { RideableRoute } from './rideable-network';

/** What simulated riders choose from. */
@Injectable()
export class RideablesRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** The routes in service, with their stops in travel order. */
  async findRoutes(): Promise<RideableRoute[]> {
    return this.dataSource.query<RideableRoute[]>(
      `SELECT route_id, route_type,
              json_agg(json_build_object('station_id', station_id, 'is_active', stations.is_active)
                       ORDER BY sequence_order) AS stops
       FROM routes JOIN route_stops USING (route_id) JOIN stations USING (station_id)
       WHERE routes.is_active
       GROUP BY route_id ORDER BY route_id`,
    );
  }

  /** Cards with so much money that are not on a trip, from a random one on. */
  async findCards(count: number, least: number): Promise<number[]> {
    const cards = await this.dataSource.query<{ card_id: number }[]>(
      `SELECT card_id FROM cards
       WHERE status = 'active' AND balance >= $2
         AND card_id >= (SELECT floor(random() * max(card_id) / 2) FROM cards)
         AND NOT EXISTS (SELECT FROM open_trips WHERE open_trips.card_id = cards.card_id)
       ORDER BY card_id LIMIT $1`,
      [count, least],
    );
    return cards.map(({ card_id }) => card_id);
  }
}
