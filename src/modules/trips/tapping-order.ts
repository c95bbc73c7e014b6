import type { Trip } from './trip.entity';

/** What tells the place of a trip among those of its card. */
export type TappedTrip = Pick<Trip, 'trip_id' | 'boarding_time' | 'validator_id' | 'tap_sequence'>;

/** Whether the rider was told the fare at the gate, since it asked the service. */
export function isTold({ validator_id }: Pick<Trip, 'validator_id'>): boolean {
  return validator_id === null;
}

/**
 * Sorts trips of one card in the order in which the card was used, which does not depend on when they were heard of. What gates
 * asked the service for stays in the order of its answers, also where the clocks of two processes differed. At the same
 * millisecond a tap comes before what was told, and taps are sorted by device and sequence number.
 */
export function inTappingOrder<Tapped extends TappedTrip>(trips: readonly Tapped[]): Tapped[] {
  let latestTold = -Infinity;
  const placed = [...trips]
    .sort((one, other) => one.trip_id - other.trip_id)
    .map((trip) => {
      const time = trip.boarding_time.getTime();
      if (!isTold(trip)) return { trip, at: time };
      latestTold = Math.max(latestTold, time);
      return { trip, at: latestTold };
    });
  return placed
    .sort(({ at, trip }, other) => at - other.at || compare(trip, other.trip))
    .map(({ trip }) => trip);
}

function compare(one: TappedTrip, other: TappedTrip): number {
  return (
    (one.validator_id ?? Infinity) - (other.validator_id ?? Infinity) ||
    (one.tap_sequence ?? 0) - (other.tap_sequence ?? 0) ||
    one.trip_id - other.trip_id
  );
}

/** The moment of the latest tap of a card: who asks at a gate boards after it, even if the clock of the device was ahead. */
export function latestTap(trips: readonly Pick<Trip, 'boarding_time' | 'validator_id'>[]): Date {
  const taps = trips.filter((trip) => !isTold(trip)).map(({ boarding_time }) => boarding_time.getTime());
  return new Date(Math.max(0, ...taps));
}
