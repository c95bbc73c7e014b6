import { WholeNumberQuery } from '../../../common/http/pagination';
import { Id } from '../../../common/http/validation';

/** A card that boards at a validator. */
export class StartTrip {
  @Id({ example: 1, description: 'The card that boards.' })
  card_id!: number;

  @Id({ example: 1, description: 'The route of the vehicle, or of the platform.' })
  route_id!: number;

  @Id({
    orOfKey: true,
    example: 1,
    description:
      'The station where the rider boards. It must be a stop of the route. It may be left out if the key of the caller is bound to a station: then it is that station.',
  })
  boarding_station_id!: number;

  @Id({
    optional: true,
    example: 1,
    description:
      "The vehicle. If it is left out, it is the one to which the key of the caller is bound; otherwise the service chooses one of the route's concessionaire.",
  })
  vehicle_id?: number;

  @Id({
    optional: true,
    example: 1,
    description: "The driver. If it is left out, the service chooses one of the route's concessionaire.",
  })
  driver_id?: number;
}

export class EndTrip {
  @Id({ example: 1, description: 'The trip that ends. It must be in progress.' })
  trip_id!: number;

  @Id({
    orOfKey: true,
    example: 2,
    description:
      'The station where the rider leaves. It must be a stop of the route. It may be left out if the key of the caller is bound to a station: then it is that station.',
  })
  disembarking_station_id!: number;
}

/** A whole ride: where a card boards and where it leaves. */
export class CompleteTrip extends StartTrip {
  @Id({ example: 2, description: 'The station where the rider leaves. It must be a stop of the route.' })
  disembarking_station_id!: number;
}

export class SimulationQuery {
  @WholeNumberQuery(1, 200, 10, 'How many rides to try, from 1 to 200.')
  num_trips = 10;
}
