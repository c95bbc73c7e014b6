import type { ClientBase } from 'pg';
import { ServiceCalendar } from '../../common/time/service-calendar';
import { Connection } from '../../platform/postgres/connection';
import { BEGIN_SNAPSHOT } from '../../platform/postgres/snapshot';
import { valueParsers } from '../../platform/postgres/value-parsers';
import { FARE_COLUMNS, fareOf, type TripFare } from '../../modules/trips/trip-fare';
import { RIDER_CATEGORIES, type RiderCategory } from '../../modules/users/user.entity';
import type { Boarding, CardProfile } from '../../modules/fares/engine/boarding';
import { type CardHistory, NO_HISTORY, remember } from '../../modules/fares/engine/card-history';
import { decideFare } from '../../modules/fares/engine/decide-fare';
import type { FareRules } from '../../modules/fares/engine/fare-rules';
import { readFareRules } from '../../modules/fares/read-fare-rules';
import {
  FARE_COMPONENTS,
  type FareComponent,
  fareComponentOf,
  type RouteType,
} from '../../modules/fares/route-type';
import type { FareDifference } from './difference';
import { verifyCredit } from './verify-credit';

/** How many trips have been checked, how many imported ones were passed over, and of how many cards. */
export interface FareTally {
  trips: number;
  imported: number;
  cards: number;
}

type StoredTrip = TripFare & {
  readonly trip_id: number;
  readonly card_id: number;
  readonly route_id: number;
  readonly route_type: RouteType;
  readonly boarding_station_id: number;
  readonly boarding_time: Date;
  readonly new_balance: number | null;
  readonly user_id: number | null;
  readonly rider_category: RiderCategory | null;
  readonly erased_at: Date | null;
};

/** The most rows that are in memory at a time. */
const PAGE_ROWS = 5_000;

/** All trips, card by card, in the order in which they were charged. */
const ALL_TRIPS = `
  SELECT trip.*, route_type, user_id, rider_category, erased_at
  FROM trips trip JOIN routes USING (route_id) JOIN cards USING (card_id) LEFT JOIN users USING (user_id)
  ORDER BY trip.card_id, trip.trip_id`;

/**
 * Decides every fare and every use of credit again, in one snapshot, while the service runs. It yields a difference for
 * each trip with another fare, for each trip on credit that the card did not have, and for each card with another
 * credit. Imported trips were decided by the replaced service, so they only count as earlier boardings. The category of a
 * rider who was erased is forgotten, so there a fare has to be right for one of the categories.
 *
 * @param tally is counted up while the trips are read.
 */
export async function* verifyFares(
  url: string,
  timeZone: string,
  tally: FareTally,
  signal?: AbortSignal,
): AsyncGenerator<FareDifference> {
  const client = new Connection({
    connectionString: url,
    types: valueParsers,
    signal,
    application_name: 'fares:verify',
  });
  await client.connect();
  try {
    await client.query(BEGIN_SNAPSHOT);
    yield* verifyFaresIn(client, timeZone, tally);
  } finally {
    await client.end();
  }
}

/** @param client is in a transaction that reads one snapshot. */
export async function* verifyFaresIn(
  client: ClientBase,
  timeZone: string,
  tally: FareTally,
): AsyncGenerator<FareDifference> {
  const [rules, calendar] = [await readFareRules(client), new ServiceCalendar(timeZone)];
  yield* verifyTrips(client, new CardsInOrder(rules, calendar, tally));
  yield* verifyCredit(client, rules, calendar);
}

async function* verifyTrips(client: ClientBase, cards: CardsInOrder): AsyncGenerator<FareDifference> {
  await client.query(`DECLARE all_trips NO SCROLL CURSOR FOR ${ALL_TRIPS}`);
  for (;;) {
    const { rows } = await client.query<StoredTrip>(`FETCH ${PAGE_ROWS} FROM all_trips`);
    if (rows.length === 0) return;
    for (const trip of rows) {
      const difference = cards.compareTrip(trip);
      if (difference) yield difference;
    }
  }
}

/** Compares trips that come card by card, and keeps the history of the current card. */
class CardsInOrder {
  private card = 0;
  private history: CardHistory = NO_HISTORY;

  constructor(
    private readonly rules: FareRules,
    private readonly calendar: ServiceCalendar,
    private readonly tally: FareTally,
  ) {}

  compareTrip(trip: StoredTrip): FareDifference | null {
    if (trip.card_id !== this.card) this.begin(trip.card_id);
    const difference = this.compare(trip);
    const { trip_id: id, is_transfer: isTransfer, fare_amount: amount, concession } = trip;
    this.history = remember(this.history, this.toBoarding(trip), { id, isTransfer, amount, concession });
    return difference;
  }

  private begin(card: number): void {
    this.card = card;
    this.history = NO_HISTORY;
    this.tally.cards += 1;
  }

  private compare(trip: StoredTrip): FareDifference | null {
    if (trip.fare_reason === null) {
      this.tally.imported += 1;
      return null;
    }
    this.tally.trips += 1;
    const differences = profilesOf(trip).map((profile) => this.differenceFor(trip, profile));
    return differences.every((difference) => difference !== null) ? (differences[0] ?? null) : null;
  }

  private differenceFor(trip: StoredTrip, profile: CardProfile): FareDifference | null {
    const fare = decideFare(this.rules, profile, this.history, this.toBoarding(trip));
    const decided: Partial<TripFare> = fare ? fareOf(trip.trip_id, fare, (trip.new_balance ?? 0) < 0) : {};
    const differing = FARE_COLUMNS.filter((column) => textOf(decided[column]) !== textOf(trip[column]));
    if (differing.length === 0) return null;
    return {
      trip_id: trip.trip_id,
      card_id: trip.card_id,
      stored: pick(trip, differing),
      decided: pick(decided, differing),
    };
  }

  private toBoarding(trip: StoredTrip): Boarding {
    return {
      at: Math.floor(trip.boarding_time.getTime() / 1_000),
      day: this.calendar.dayOf(trip.boarding_time),
      component: componentOf(trip),
      route: trip.route_id,
      station: trip.boarding_station_id,
    };
  }
}

/** The component at the time of the trip, because the type of the route may have changed since. */
function componentOf({ fare_reason, fare_product, route_type }: StoredTrip): FareComponent {
  const known = FARE_COMPONENTS.find((component) => component === fare_product);
  return (fare_reason === null ? null : known) ?? fareComponentOf(route_type);
}

function profilesOf({ user_id, rider_category, erased_at }: StoredTrip): CardProfile[] {
  const categories = erased_at ? RIDER_CATEGORIES : [rider_category ?? 'standard'];
  return categories.map((category) => ({ personalised: user_id !== null, category }));
}

function pick(
  fare: Partial<TripFare>,
  columns: readonly (keyof TripFare)[],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(columns.map((column) => [column, fare[column]]));
}

function textOf(value: TripFare[keyof TripFare] | undefined): string {
  return value instanceof Date ? value.toISOString() : String(value);
}
