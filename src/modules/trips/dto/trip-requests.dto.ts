import { WholeNumberQuery } from '../../../common/http/pagination';
import { Id } from '../../../common/http/validation';

/** A card at a validator. */
export class StartTrip {
  @Id({ example: 1 })
  card_id!: number;

  @Id({ example: 1 })
  route_id!: number;

  @Id({ example: 1, description: 'One of the stops of the route.' })
  boarding_station_id!: number;

  @Id({ optional: true, example: 1, description: "Without it, a vehicle of the route's concessionaire." })
  vehicle_id?: number;

  @Id({ optional: true, example: 1, description: "Without it, a driver of the route's concessionaire." })
  driver_id?: number;
}

export class EndTrip {
  @Id({ example: 1, description: 'A trip in progress.' })
  trip_id!: number;

  @Id({ example: 2, description: 'One of the stops of the route.' })
  disembarking_station_id!: number;
}

/** Boarding and alighting at once. */
export class CompleteTrip extends StartTrip {
  @Id({ example: 2, description: 'One of the stops of the route.' })
  disembarking_station_id!: number;
}

export class SimulationQuery {
  @WholeNumberQuery(1, 200, 10, 'How many rides to try.')
  num_trips = 10;
}
