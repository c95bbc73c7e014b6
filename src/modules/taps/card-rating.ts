import type { ServiceCalendar } from '../../common/time/service-calendar';
import type { Boarding, CardProfile } from '../fares/engine/boarding';
import { decideInOrder } from '../fares/engine/decide-in-order';
import type { FareDecision } from '../fares/engine/decide-fare';
import type { FareRules } from '../fares/engine/fare-rules';
import { chargedComponentOf, fareComponentOf, type RouteType } from '../fares/route-type';
import type { PastTrip } from '../trips/journeys.repository';
import { inTappingOrder, isTold, type TappedTrip } from '../trips/tapping-order';
import { type DecidedFare, FARE_COLUMNS, fareOf, type TripFare } from '../trips/trip-fare';

/** An entry that is heard of now, with the id of its trip. */
export interface NewEntry extends TappedTrip {
  readonly card_id: number;
  readonly route_id: number;
  readonly route_type: RouteType;
  readonly boarding_station_id: number;
}

/** What a trip costs since an entry was heard of. */
export interface ChangedFare {
  readonly trip: PastTrip;
  readonly fare: DecidedFare;
  /** In whole units; below zero it is given back. */
  readonly amount: number;
  readonly caused_by_trip_id: number;
}

/** The fares of the new entries by their trips, and what they change of the trips after them. */
export interface CardRating {
  readonly fares: ReadonlyMap<number, DecidedFare>;
  readonly changes: readonly ChangedFare[];
}

/**
 * Decides the fares of a card's new entries in the order in which the card was used, and again those of the taps after them. What
 * a rider was told at a gate stays.
 *
 * @param past the card's trips as far back as the rules reach, with what is in force of their fares.
 * @param entries none of them is before the first tariff.
 */
export function rateCard(
  rules: FareRules,
  calendar: ServiceCalendar,
  profile: CardProfile,
  past: readonly PastTrip[],
  entries: readonly NewEntry[],
): CardRating {
  // Exits change no fare. Without a new entry nothing says from where on the past has all that it depended on.
  if (entries.length === 0) return { fares: new Map(), changes: [] };
  const pastTrips = new Map(past.map((trip) => [trip.trip_id, trip]));
  const ordered = inTappingOrder<PastTrip | NewEntry>([...past, ...entries]);
  const first = ordered.findIndex(({ trip_id }) => !pastTrips.has(trip_id));
  const decisions = decideInOrder(
    rules,
    profile,
    ordered.map((trip, index) => {
      const known = pastTrips.get(trip.trip_id);
      // The trips before the first new one are the same as before, and not all of what they depended on is here.
      const isDecidedAgain = !known || (index > first && !isTold(known));
      return {
        id: trip.trip_id,
        boarding: toBoarding(trip, known, calendar),
        told: isDecidedAgain
          ? null
          : { isTransfer: known.is_transfer, amount: known.fare_amount, concession: known.concession },
      };
    }),
  );
  return compare(ordered, pastTrips, decisions);
}

function compare(
  ordered: readonly TappedTrip[],
  pastTrips: ReadonlyMap<number, PastTrip>,
  decisions: readonly (FareDecision | null)[],
): CardRating {
  const fares = new Map<number, DecidedFare>();
  const changes: ChangedFare[] = [];
  let cause = 0;
  ordered.forEach(({ trip_id }, index) => {
    const trip = pastTrips.get(trip_id);
    const decision = decisions[index];
    if (!trip) cause = trip_id;
    if (!decision) return;
    const fare = fareOf(trip_id, decision, false);
    if (!trip) fares.set(trip_id, fare);
    else if (!isSameFare(trip, fare))
      changes.push({ trip, fare, amount: fare.fare_amount - trip.fare_amount, caused_by_trip_id: cause });
  });
  return { fares, changes };
}

/** A new entry is priced by what its route is now: nobody knows what it was when the card was tapped. */
function toBoarding(
  trip: PastTrip | NewEntry,
  known: PastTrip | undefined,
  calendar: ServiceCalendar,
): Boarding {
  return {
    at: Math.floor(trip.boarding_time.getTime() / 1_000),
    day: calendar.dayOf(trip.boarding_time),
    component: known ? chargedComponentOf(known) : fareComponentOf(trip.route_type),
    route: trip.route_id,
    station: trip.boarding_station_id,
  };
}

/** Whether two decisions are the same, with everything that explains them. */
export function isSameFare(one: TripFare, other: TripFare): boolean {
  return FARE_COLUMNS.every(
    (column) => one[column] === other[column] || textOf(one[column]) === textOf(other[column]),
  );
}

function textOf(value: TripFare[keyof TripFare]): string {
  return value instanceof Date ? value.toISOString() : String(value);
}
