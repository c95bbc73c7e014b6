import type { PendingArrivalStatus } from '../arrival.entity';

export class ArrivalAnswer {
  /** @example 1 */
  station_id!: number;

  /**
   * The code of the route.
   * @example "B74"
   */
  line!: string;

  /**
   * The last stop of the route.
   * @example "Portal Norte"
   */
  destination!: string;

  estimated_arrival!: Date;

  /** @example "EXPECTED" */
  status!: PendingArrivalStatus;
}

export class Arrivals {
  /** The next 10, soonest first. */
  arrivals!: ArrivalAnswer[];
}
