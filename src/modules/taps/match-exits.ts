import { inTappingOrder, type TappedTrip } from '../trips/tapping-order';

/** A tap by which a rider left. */
export interface ExitTap {
  readonly validator_id: number;
  readonly sequence: number;
  readonly at: Date;
  readonly station_id: number;
  /** The routes that stop there. */
  readonly route_ids: ReadonlySet<number>;
}

/** A trip of the card, as far as an exit can end it. */
export interface EndableTrip extends TappedTrip {
  readonly route_id: number;
  /** Null if nobody has ended it. */
  readonly disembarking_time: Date | null;
}

/**
 * Finds for each exit the trip that it ends: the last one before it, if that has no end yet, is young enough, and its route stops
 * there. An exit that ends nothing waits for the entry that is still to be heard of.
 *
 * @param trips of one card, in any order.
 * @param mostMs how long a trip may have taken.
 * @returns the exits by their trips.
 */
export function matchExits(
  trips: readonly EndableTrip[],
  exits: readonly ExitTap[],
  mostMs: number,
): ReadonlyMap<number, ExitTap> {
  const ordered = inTappingOrder(trips);
  const ended = new Map<number, ExitTap>();
  for (const exit of exits.toSorted(
    (one, other) => one.at.getTime() - other.at.getTime() || one.sequence - other.sequence,
  )) {
    const trip = ordered.findLast(({ boarding_time }) => boarding_time <= exit.at);
    if (!trip || trip.disembarking_time !== null || ended.has(trip.trip_id)) continue;
    const isInTime = exit.at.getTime() - trip.boarding_time.getTime() <= mostMs;
    if (isInTime && exit.route_ids.has(trip.route_id)) ended.set(trip.trip_id, exit);
  }
  return ended;
}
