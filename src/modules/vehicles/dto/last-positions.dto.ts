import { VehiclePosition } from '../../routes/dto/route-responses.dto';

export class LastPosition extends VehiclePosition {
  /**
   * The id of the route on which the vehicle was seen.
   * @example 1
   */
  route_id!: number;

  /**
   * The code of that route, as riders see it on signs.
   * @example "J74"
   */
  route_code!: string;

  /**
   * Whole seconds since then, when the response was made. `Age` says how many seconds ago that was.
   * @example 12
   */
  age_seconds!: number;
}

export class LastPositions {
  /** Each vehicle that was seen, sorted by `vehicle_id`. */
  vehicles!: LastPosition[];
}
