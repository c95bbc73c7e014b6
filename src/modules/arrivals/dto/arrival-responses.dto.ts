import type { PendingArrivalStatus } from '../arrival.entity';

export class ArrivalResponse {
  /**
   * The id of the station.
   * @example 1
   */
  station_id!: number;

  /**
   * The code of the route.
   * @example "B74"
   */
  line!: string;

  /**
   * The name of the last stop of the route.
   * @example "Portal Norte"
   */
  destination!: string;

  /** When the vehicle is expected, in UTC (ISO 8601). */
  estimated_arrival!: Date;

  /**
   * Whether it is on time or late.
   * @example "EXPECTED"
   */
  status!: PendingArrivalStatus;
}

export class Arrivals {
  /** At most 10 arrivals, soonest first. */
  arrivals!: ArrivalResponse[];
}
