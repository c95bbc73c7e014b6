import { OmitType, PickType } from '@nestjs/swagger';
import { ApiNextCursor } from '../../../common/http/pagination';
import { FareExplanation } from '../../fares/dto/fare-explanation.dto';
import type { TripStatus } from '../trip-status';
import { FareAdjustment } from './fare-adjustment.dto';

/** The reasons for the fare of a trip as it was first charged, and what became of it. */
export class TripFareExplanation extends FareExplanation {
  /** In the order in which they were posted. A trip that began at a gate which asked the service has none. */
  adjustments!: FareAdjustment[];
}

export class TripResponse {
  /**
   * The id of the trip.
   * @example 1
   */
  trip_id!: number;

  /**
   * The id of the card.
   * @example 1
   */
  card_id!: number;

  /**
   * The id of the route.
   * @example 1
   */
  route_id!: number;

  /**
   * The id of the station where the rider boarded.
   * @example 1
   */
  boarding_station_id!: number;

  /** When the rider boarded, in UTC (ISO 8601). */
  boarding_time!: Date;

  /**
   * The id of the station where the rider left; null while the trip is in progress, and when it was closed without
   * an exit.
   * @example 2
   */
  disembarking_station_id!: number | null;

  /** When the rider left, in UTC (ISO 8601); null like `disembarking_station_id`. */
  disembarking_time!: Date | null;

  /**
   * The id of the vehicle; null when it is not known.
   * @example 1
   */
  vehicle_id!: number | null;

  /**
   * The id of the driver; null when it is not known.
   * @example 1
   */
  driver_id!: number | null;

  /**
   * What the boarding was first charged, in whole units of the currency. It never changes: adjustments by taps that were
   * heard of late are in `fare_explanation`.
   * @example 3550
   */
  fare_amount!: number;

  /**
   * Whether the boarding is a transfer.
   * @example false
   */
  is_transfer!: boolean;

  /**
   * The card's balance after the fare, in whole units of the currency; null if the trip was imported.
   * @example 19950
   */
  new_balance!: number | null;

  /**
   * `closed_without_exit` means that nobody ended the trip in time.
   * @example "completed"
   */
  status!: TripStatus;

  /** Why the trip was charged this fare; null if the trip was imported. */
  fare_explanation!: TripFareExplanation | null;
}

export class ListedTrip extends PickType(TripResponse, [
  'trip_id',
  'card_id',
  'route_id',
  'boarding_station_id',
  'boarding_time',
  'disembarking_station_id',
  'disembarking_time',
  'vehicle_id',
  'status',
  'fare_amount',
  'is_transfer',
]) {
  /**
   * The code of the route, as riders see it on signs.
   * @example "J74"
   */
  route_code!: string;

  /**
   * The name of the station where the rider boarded.
   * @example "Portal Norte"
   */
  boarding_station_name!: string;

  /**
   * The name of the station where the rider left; null like `disembarking_station_id`.
   * @example "Las Aguas"
   */
  disembarking_station_name!: string | null;

  /**
   * By how much taps that were heard of later changed the fare since, in whole units of the currency. What the trip costs is the sum
   * of both.
   * @example 0
   */
  fare_adjustment!: number;

  /**
   * Whether the card owed money after the boarding.
   * @example false
   */
  on_credit!: boolean;
}

export class TripPage {
  /** The rows of this page, newest first. */
  trips!: ListedTrip[];

  @ApiNextCursor()
  next_cursor!: string | null;
}

export class AlightingResponse extends OmitType(TripResponse, ['new_balance']) {
  /**
   * The card's balance now, in whole units of the currency.
   * @example 19950
   */
  new_balance!: number;

  /**
   * A sentence for the display of the validator.
   * @example "Alighted: the trip is completed."
   */
  message!: string;
}

export class BoardingResponse extends OmitType(TripResponse, ['new_balance', 'fare_explanation']) {
  /**
   * The card's balance after the fare, in whole units of the currency.
   * @example 19950
   */
  new_balance!: number;

  fare_explanation!: FareExplanation;

  /**
   * A sentence for the display of the validator.
   * @example "Boarded: 3550 charged."
   */
  message!: string;
}

export class TripTotals {
  /**
   * How many trips there are, of every status.
   * @example 85000
   */
  total_trips!: number;

  /**
   * How many trips have ended, with or without an exit.
   * @example 84900
   */
  completed_trips!: number;

  /**
   * How many trips are in progress.
   * @example 100
   */
  active_trips!: number;

  /**
   * The sum of all fares, in whole units of the currency, with those of trips in progress.
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
  /** The localities, those with most trips first. */
  localities!: LocalityTotals[];
}

export class TripOfCard {
  /**
   * The id of the trip.
   * @example 1
   */
  trip_id!: number;

  /**
   * The id of the card.
   * @example 1
   */
  card_id!: number;

  /**
   * The id of the station where the rider boarded.
   * @example 1
   */
  boarding_station_id!: number;

  /**
   * The id of the station where the rider left; null while the trip is in progress, and when it was closed without
   * an exit.
   * @example 2
   */
  disembarking_station_id!: number | null;

  /**
   * The name of the station where the rider boarded.
   * @example "Portal Norte"
   */
  boarding_station_name!: string;

  /**
   * The name of the station where the rider left; null like `disembarking_station_id`.
   * @example "Toberín"
   */
  disembarking_station_name!: string | null;

  /** When the rider boarded, in UTC (ISO 8601). */
  boarding_time!: Date;

  /** When the rider left, in UTC (ISO 8601); null like `disembarking_station_id`. */
  disembarking_time!: Date | null;

  /**
   * Whether the boarding is a transfer.
   * @example false
   */
  is_transfer!: boolean;

  /**
   * What the trip was first charged, in whole units of the currency.
   * @example 3550
   */
  fare!: number;

  /**
   * By how much taps that were heard of later changed the fare since, in whole units of the currency. What the trip costs is the sum
   * of both.
   * @example 0
   */
  fare_adjustment!: number;
}

export class TripsOfCard {
  /** At most 10 trips, newest first. */
  trips!: TripOfCard[];
}

export class SimulationSummary {
  /**
   * How many rides were asked for.
   * @example 10
   */
  requested_trips!: number;

  /**
   * How many rides were taken.
   * @example 10
   */
  successful_trips!: number;

  /**
   * The sum of their fares, in whole units of the currency.
   * @example 35500
   */
  total_revenue_generated!: number;

  /**
   * The average fare, rounded to a whole unit of the currency; 0 if no ride was taken.
   * @example 3550
   */
  average_fare!: number;
}

export class SimulatedTrip {
  /**
   * The id of the trip.
   * @example 1
   */
  trip_id!: number;

  /**
   * The id of the card.
   * @example 1
   */
  card_id!: number;

  /**
   * The id of the route.
   * @example 1
   */
  route_id!: number;

  /**
   * What the ride was charged, in whole units of the currency.
   * @example 3550
   */
  fare_amount!: number;
}

export class SimulationResponse {
  simulation_summary!: SimulationSummary;

  /** The rides that were taken. */
  trips!: SimulatedTrip[];

  /**
   * A sentence for people.
   * @example "10 of 10 rides were taken."
   */
  message!: string;
}
