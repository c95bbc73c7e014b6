import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DomainError, SimulationOffError } from '../common/problem/domain-error';
import { AppConfig } from '../config/app-config';
import { SimulatedTrip, SimulationAnswer } from './dto/trip-answers.dto';
import { CompleteTrip } from './dto/trip-requests.dto';
import { TripsService } from './trips.service';

/** Rides that nobody took, for lessons and tests: they charge cards like any other. */
@Injectable()
export class SimulationService {
  constructor(
    private readonly trips: TripsService,
    private readonly dataSource: DataSource,
    private readonly config: AppConfig,
  ) {}

  async run(requested: number): Promise<SimulationAnswer> {
    if (!this.config.simulationAllowed) throw new SimulationOffError();
    const taken: SimulatedTrip[] = [];
    for (const ride of await this.drawRides(requested)) {
      const trip = await this.tryRide(ride);
      if (trip) taken.push(trip);
    }
    const revenue = taken.reduce((sum, { fare_amount }) => sum + fare_amount, 0);
    return {
      simulation_summary: {
        requested_trips: requested,
        successful_trips: taken.length,
        total_revenue_generated: revenue,
        average_fare: taken.length > 0 ? Math.round(revenue / taken.length) : 0,
      },
      trips: taken,
      message: `${taken.length} of ${requested} rides were taken.`,
    };
  }

  /** Cards with money that are not on a trip, from a random card on, each with the ends of a route in service. */
  private async drawRides(count: number): Promise<CompleteTrip[]> {
    return this.dataSource.query<CompleteTrip[]>(
      `WITH ends AS (
         SELECT route_id, row_number() OVER (ORDER BY route_id) - 1 AS nth, count(*) OVER () AS routes,
                (SELECT station_id FROM route_stops JOIN stations USING (station_id)
                 WHERE route_stops.route_id = routes.route_id AND stations.is_active
                 ORDER BY sequence_order LIMIT 1) AS boarding_station_id,
                (SELECT station_id FROM route_stops WHERE route_stops.route_id = routes.route_id
                 ORDER BY sequence_order DESC LIMIT 1) AS disembarking_station_id
         FROM routes WHERE is_active),
       riders AS (
         SELECT card_id, row_number() OVER (ORDER BY card_id) AS nth
         FROM cards
         WHERE status = 'active' AND balance >= $2
           AND card_id >= (SELECT floor(random() * max(card_id) / 2) FROM cards)
           AND NOT EXISTS (SELECT FROM open_trips WHERE open_trips.card_id = cards.card_id)
         ORDER BY card_id LIMIT $1)
       SELECT card_id, route_id, boarding_station_id, disembarking_station_id
       FROM riders JOIN ends ON ends.nth = riders.nth % ends.routes
       WHERE boarding_station_id IS NOT NULL`,
      [count, ENOUGH_FOR_A_RIDE],
    );
  }

  private async tryRide(ride: CompleteTrip): Promise<SimulatedTrip | null> {
    try {
      const { trip_id, card_id, route_id, fare_amount } = await this.trips.complete(ride, null);
      return { trip_id, card_id, route_id, fare_amount };
    } catch (error) {
      // Somebody may have spent the card's money in between: one ride less.
      if (error instanceof DomainError && error.status < 500) return null;
      throw error;
    }
  }
}

/** Whole units of the currency; whether it really is enough, the boarding decides. */
const ENOUGH_FOR_A_RIDE = 5_000;
