import type { FareExplanation } from '../fares/dto/fare-explanation.dto';
import type { FareReason } from '../fares/engine/boarding';
import type { FareDecision } from '../fares/engine/decide-fare';
import { toFareReasons } from '../fares/fare-reasons';
import type { FareComponent } from '../fares/route-type';
import type { FareAdjustment } from './dto/fare-adjustment.dto';
import type { TripResponse } from './dto/trip-responses.dto';
import type { StoredAdjustment } from './fare-adjustments';
import type { Trip } from './trip.entity';

/** The columns of a trip that store the decision about its fare. They never change. */
export type TripFare = Omit<
  Trip,
  | 'trip_id'
  | 'card_id'
  | 'route_id'
  | 'boarding_station_id'
  | 'boarding_time'
  | 'disembarking_station_id'
  | 'disembarking_time'
  | 'vehicle_id'
  | 'driver_id'
  | 'status'
  | 'new_balance'
  | 'validator_id'
  | 'tap_sequence'
>;

/** The fare of a trip that was not imported, so the decision is known. */
export type DecidedFare = TripFare & {
  readonly fare_reason: FareReason;
  readonly base_price: number;
  readonly anchor_trip_id: number;
  readonly transfers_used: number;
};

/** The names of these columns, for programs that write and check millions of trips. */
export const FARE_COLUMNS = [
  'fare_amount',
  'fare_product',
  'base_price',
  'fare_reason',
  'is_transfer',
  'concession',
  'on_credit',
  'capped',
  'passback',
  'anchor_trip_id',
  'transfers_used',
  'transfers_left',
  'window_ends_at',
] as const satisfies readonly (keyof TripFare)[];

/** Their types, for lists of their values. */
export const FARE_TYPES: Readonly<Record<(typeof FARE_COLUMNS)[number], string>> = {
  fare_amount: 'bigint',
  fare_product: 'text',
  base_price: 'bigint',
  fare_reason: 'text',
  is_transfer: 'boolean',
  concession: 'text',
  on_credit: 'boolean',
  capped: 'boolean',
  passback: 'boolean',
  anchor_trip_id: 'bigint',
  transfers_used: 'smallint',
  transfers_left: 'smallint',
  window_ends_at: 'timestamptz',
};

/** Turns a decision of the engine into the columns of the trip. */
export function fareOf(tripId: number, fare: FareDecision, onCredit: boolean): DecidedFare {
  const reasons = toFareReasons(fare, onCredit);
  // The members are listed one by one because a spread takes ten times as long, and histories have millions of trips.
  return {
    fare_amount: fare.amount,
    fare_product: reasons.product,
    base_price: reasons.base_price,
    fare_reason: reasons.reason,
    is_transfer: fare.anchor !== null,
    concession: reasons.concession,
    on_credit: reasons.on_credit,
    capped: reasons.capped,
    passback: reasons.passback,
    anchor_trip_id: fare.anchor?.id ?? tripId,
    transfers_used: reasons.transfers_used,
    transfers_left: reasons.transfers_left,
    window_ends_at: reasons.window_ends_at,
  };
}

/** @param adjustments of its fare, in their order; a trip that was told its fare at a gate has none. */
export function toTripResponse(trip: Trip, adjustments: readonly StoredAdjustment[] = []): TripResponse {
  return {
    trip_id: trip.trip_id,
    card_id: trip.card_id,
    route_id: trip.route_id,
    boarding_station_id: trip.boarding_station_id,
    boarding_time: trip.boarding_time,
    disembarking_station_id: trip.disembarking_station_id,
    disembarking_time: trip.disembarking_time,
    vehicle_id: trip.vehicle_id,
    driver_id: trip.driver_id,
    fare_amount: trip.fare_amount,
    is_transfer: trip.is_transfer,
    new_balance: trip.new_balance,
    status: trip.status,
    fare_explanation: isDecided(trip)
      ? { ...explain(trip), adjustments: adjustments.map(toAdjustment) }
      : null,
  };
}

export function explain(trip: Omit<DecidedFare, 'fare_amount'>): FareExplanation {
  return {
    product: trip.fare_product as FareComponent,
    base_price: trip.base_price,
    reason: trip.fare_reason,
    concession: trip.concession,
    on_credit: trip.on_credit,
    capped: trip.capped,
    passback: trip.passback,
    anchor_trip_id: trip.anchor_trip_id,
    transfers_used: trip.transfers_used,
    transfers_left: trip.transfers_left,
    window_ends_at: trip.window_ends_at,
  };
}

function toAdjustment(adjustment: StoredAdjustment): FareAdjustment {
  return {
    ...explain(adjustment),
    amount: adjustment.amount,
    fare_amount: adjustment.fare_amount,
    caused_by_trip_id: adjustment.caused_by_trip_id,
    service_day: adjustment.service_day,
    adjusted_at: adjustment.adjusted_at,
  };
}

function isDecided(trip: TripFare): trip is DecidedFare {
  const { fare_reason, base_price, anchor_trip_id, transfers_used } = trip;
  return fare_reason !== null && base_price !== null && anchor_trip_id !== null && transfers_used !== null;
}
