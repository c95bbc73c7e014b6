import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DomainError } from '../../common/http/problem/domain-error';
import { RequestInProgressError } from '../../common/http/problem/request-errors';
import { SimulationOffError } from '../../common/http/problem/trip-errors';
import { partOf, withQuery, type WriteRequest } from '../../platform/writes/write-request';
import { AppConfig } from '../../platform/config/app-config';
import { Dice } from '../../common/dice';
import { NOTHING, Writes } from '../../platform/writes/writes';
import { WayPlanner } from './way-planner';
import { SimulatedTrip, SimulationResponse } from './dto/trip-responses.dto';
import { CompleteTrip } from './dto/trip-requests.dto';
import { RideablesRepository } from './rideables.repository';
import { TripsService } from './trips.service';

/** Simulated rides for lessons and tests. They charge cards as real rides do. */
@Injectable()
export class SimulationService {
  constructor(
    private readonly trips: TripsService,
    private readonly rideables: RideablesRepository,
    private readonly writes: Writes,
    private readonly config: AppConfig,
  ) {}

  /** Each ride is a transaction. The plan and the outcome of each ride are stored, so that a retry continues where it stopped. */
  async run(requested: number, asked: WriteRequest): Promise<SimulationResponse> {
    if (!this.config.simulationAllowed) throw new SimulationOffError();
    const request = withQuery(asked, { num_trips: requested });
    const stored = await this.writes.findStored(request);
    if (stored !== null) return stored as SimulationResponse;
    const rides = await this.keepPlan(request, await this.planRides(requested));
    const taken: SimulatedTrip[] = [];
    for (const [n, ride] of rides.entries()) {
      const trip = await this.tryRide(ride, partOf(request, `ride ${n}`));
      if (trip) taken.push(trip);
    }
    const revenue = taken.reduce((sum, { fare_amount }) => sum + fare_amount, 0);
    return this.writes.store(request, {
      simulation_summary: {
        requested_trips: requested,
        successful_trips: taken.length,
        total_revenue_generated: revenue,
        average_fare: taken.length > 0 ? Math.round(revenue / taken.length) : 0,
      },
      trips: taken,
      message: `${taken.length} of ${requested} rides were taken.`,
    });
  }

  /** With the plan the trail remembers the simulation, before its first ride. Each ride has an entry of its own, as every ride. */
  private async keepPlan(request: WriteRequest, rides: CompleteTrip[]): Promise<CompleteTrip[]> {
    const options = { evicts: NOTHING, request: partOf(request, 'plan') };
    return this.writes.run(options, () => ({
      response: rides,
      touches: null,
      audit: { object: { kind: 'simulation', id: null }, changes: { num_trips: rides.length } },
    }));
  }

  /** Plans one or two rides for each card, until there are as many rides as were requested. */
  private async planRides(count: number): Promise<CompleteTrip[]> {
    const planner = new WayPlanner(
      await this.rideables.findRoutes(),
      new Dice(randomInt(2 ** 31), 'simulation'),
    );
    const cards = await this.rideables.findCards(count, ENOUGH_FOR_A_RIDE);
    const rides = cards.flatMap((card_id) => planner.draw().map((ride) => ({ card_id, ...ride })));
    return rides.slice(0, count);
  }

  private async tryRide(ride: CompleteTrip, request: WriteRequest): Promise<SimulatedTrip | null> {
    const outcome = await this.trips
      .complete(ride, request)
      .catch((error: unknown) => this.writes.store<SimulatedTrip | Refused>(request, toRefused(error)));
    if ('refused' in outcome) return null;
    const { trip_id, card_id, route_id, fare_amount } = outcome;
    return { trip_id, card_id, route_id, fare_amount };
  }
}

/** A ride that was not taken, because somebody may have spent the card's money meanwhile. */
interface Refused {
  readonly refused: string;
}

function toRefused(error: unknown): Refused {
  const isRefusal = error instanceof DomainError && error.status < 500;
  if (!isRefusal || error instanceof RequestInProgressError) throw error;
  return { refused: error.code };
}

/** In whole units of the currency. The boarding decides whether it is really enough. */
const ENOUGH_FOR_A_RIDE = 5_000;
