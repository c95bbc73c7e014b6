import { OmitType } from '@nestjs/swagger';
import { FareExplanation } from '../../fares/dto/fare-explanation.dto';
import type { TripStatus } from '../trip-status';

export class TripAnswer {
  /** @example 1 */
  trip_id!: number;

  /** @example 1 */
  card_id!: number;

  /** @example 1 */
  route_id!: number;

  /** @example 1 */
  boarding_station_id!: number;

  boarding_time!: Date;

  /** @example 2 */
  disembarking_station_id!: number | null;

  disembarking_time!: Date | null;

  /** @example 1 */
  vehicle_id!: number | null;

  /** @example 1 */
  driver_id!: number | null;

  /**
   * What the boarding was charged, in whole units of the currency.
   * @example 3550
   */
  fare_amount!: number;

  /** @example false */
  is_transfer!: boolean;

  /**
   * The card's balance after the fare; null when the trip was imported.
   * @example 19950
   */
  new_balance!: number | null;

  /** @example "completed" */
  status!: TripStatus;

  /** Null when the trip was imported. */
  fare_explanation!: FareExplanation | null;
}

export class AlightingAnswer extends OmitType(TripAnswer, ['new_balance']) {
  /**
   * The card's balance now.
   * @example 19950
   */
  new_balance!: number;

  /** @example "Alighted: the trip is completed." */
  message!: string;
}

export class BoardingAnswer extends OmitType(TripAnswer, ['new_balance', 'fare_explanation']) {
  /**
   * The card's balance after the fare.
   * @example 19950
   */
  new_balance!: number;

  fare_explanation!: FareExplanation;

  /** @example "Boarded: 3550 charged." */
  message!: string;
}

export class TripTotals {
  /** @example 85000 */
  total_trips!: number;

  /**
   * Trips that were closed without an exit are included.
   * @example 84900
   */
  completed_trips!: number;

  /** @example 100 */
  active_trips!: number;

  /**
   * The sum of all fares; those of trips in progress are included.
   * @example 213061600
   */
  total_revenue!: number;
}

export class LocalityTotals extends TripTotals {
  /**
   * The locality of the boarding station.
   * @example "Chapinero"
   */
  locality!: string;
}

export class TripTotalsByLocality {
  /** Most trips first. */
  localities!: LocalityTotals[];
}

export class TripOfCard {
  /** @example 1 */
  trip_id!: number;

  /** @example 1 */
  card_id!: number;

  /** @example 1 */
  boarding_station_id!: number;

  /** @example 2 */
  disembarking_station_id!: number | null;

  /** @example "Portal Norte" */
  boarding_station_name!: string;

  /** @example "Toberín" */
  disembarking_station_name!: string | null;

  boarding_time!: Date;

  disembarking_time!: Date | null;

  /** @example false */
  is_transfer!: boolean;

  /** @example 3550 */
  fare!: number;
}

export class TripsOfCard {
  /** The last 10, newest first. */
  trips!: TripOfCard[];
}

export class SimulationSummary {
  /** @example 10 */
  requested_trips!: number;

  /** @example 10 */
  successful_trips!: number;

  /** @example 35500 */
  total_revenue_generated!: number;

  /**
   * Rounded to a whole unit of the currency; 0 when no ride was taken.
   * @example 3550
   */
  average_fare!: number;
}

export class SimulatedTrip {
  /** @example 1 */
  trip_id!: number;

  /** @example 1 */
  card_id!: number;

  /** @example 1 */
  route_id!: number;

  /** @example 3550 */
  fare_amount!: number;
}

export class SimulationAnswer {
  simulation_summary!: SimulationSummary;

  trips!: SimulatedTrip[];

  /** @example "10 of 10 rides were taken." */
  message!: string;
}
