import type { RouteType } from '../fares/route-type';

/** A stop of a route. Riders cannot board at a stop that is not active. */
export interface RideableStop {
  readonly station_id: number;
  readonly is_active: boolean;
}

/** A route in service, with its stops in travel order. */
export interface RideableRoute {
  readonly route_id: number;
  readonly route_type: RouteType;
  readonly stops: readonly RideableStop[];
}
