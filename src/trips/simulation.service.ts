import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DomainError, SimulationOffError } from '../common/problem/domain-error';
import { AppConfig } from '../config/app-config';
import { Dice } from '../common/dice';
import { WayPlanner } from '../simulation/way-planner';
import { SimulatedTrip, SimulationAnswer } from './dto/trip-answers.dto';
import { CompleteTrip } from './dto/trip-requests.dto';
import { RideablesRepository } from './rideables.repository';
import { TripsService } from './trips.service';

/** Rides that nobody took, for lessons and tests: they charge cards like any other. */
@Injectable()
export class SimulationService {
  constructor(
    private readonly trips: TripsService,
    private readonly rideables: RideablesRepository,
    private readonly config: AppConfig,
  ) {}

  async run(requested: number): Promise<SimulationAnswer> {
    if (!this.config.simulationAllowed) throw new SimulationOffError();
    const taken: SimulatedTrip[] = [];
    for (const ride of await this.planRides(requested)) {
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

  /** A way of one or two rides for each card, until there are as many rides as were asked for. */
  private async planRides(count: number): Promise<CompleteTrip[]> {
    const planner = new WayPlanner(
      await this.rideables.findRoutes(),
      new Dice(randomInt(2 ** 31), 'simulation'),
    );
    const cards = await this.rideables.findCards(count, ENOUGH_FOR_A_RIDE);
    const rides = cards.flatMap((card_id) => planner.draw().map((ride) => ({ card_id, ...ride })));
    return rides.slice(0, count);
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
