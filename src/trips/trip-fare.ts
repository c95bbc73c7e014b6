import type { FareExplanation } from '../fares/dto/fare-explanation.dto';
import type { FareDecision } from '../fares/engine/decide-fare';
import { toFareReasons } from '../fares/fare-reasons';
import type { FareComponent } from '../fares/route-type';
import type { TripAnswer } from './dto/trip-answers.dto';
import type { Trip } from './trip.entity';

type TripFare = Omit<
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
>;

/** What a trip keeps of the decision about its fare, for ever. */
export function fareOf(tripId: number, fare: FareDecision, onCredit: boolean): TripFare {
  const { product, reason, ...reasons } = toFareReasons(fare, onCredit);
  return {
    ...reasons,
    fare_amount: fare.amount,
    fare_product: product,
    fare_reason: reason,
    is_transfer: fare.anchor !== null,
    anchor_trip_id: fare.anchor?.id ?? tripId,
  };
}

export function toTripAnswer(trip: Trip): TripAnswer {
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
    fare_explanation: explain(trip),
  };
}

/** Null for an imported trip. */
function explain(trip: Trip): FareExplanation | null {
  const { fare_reason, base_price, anchor_trip_id, transfers_used } = trip;
  if (fare_reason === null || base_price === null || anchor_trip_id === null || transfers_used === null)
    return null;
  return {
    product: trip.fare_product as FareComponent,
    base_price,
    reason: fare_reason,
    concession: trip.concession,
    on_credit: trip.on_credit,
    capped: trip.capped,
    passback: trip.passback,
    anchor_trip_id,
    transfers_used,
    transfers_left: trip.transfers_left,
    window_ends_at: trip.window_ends_at,
  };
}
