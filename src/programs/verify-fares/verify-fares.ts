import type { ClientBase } from 'pg';
import { ServiceCalendar } from '../../common/time/service-calendar';
import { Connection } from '../../platform/postgres/connection';
import { BEGIN_SNAPSHOT } from '../../platform/postgres/snapshot';
import { valueParsers } from '../../platform/postgres/value-parsers';
import { type AdjustmentInJson, adjustmentOf } from '../../modules/trips/fare-adjustments';
import { inTappingOrder, isTold } from '../../modules/trips/tapping-order';
import { FARE_COLUMNS, fareOf, type TripFare } from '../../modules/trips/trip-fare';
import { RIDER_CATEGORIES, type RiderCategory } from '../../modules/users/user.entity';
import type { Boarding, CardProfile } from '../../modules/fares/engine/boarding';
import { type CardHistory, type Charge, NO_HISTORY, remember } from '../../modules/fares/engine/card-history';
import { decideFare, type FareDecision } from '../../modules/fares/engine/decide-fare';
import { decideInOrder } from '../../modules/fares/engine/decide-in-order';
import type { FareRules } from '../../modules/fares/engine/fare-rules';
import { readFareRules } from '../../modules/fares/read-fare-rules';
import { chargedComponentOf, type RouteType } from '../../modules/fares/route-type';
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
  readonly validator_id: number | null;
  readonly tap_sequence: number | null;
  /** Of the latest adjustment of its fare, as JSON. */
  readonly in_force: AdjustmentInJson | null;
};

/** The most rows that are in memory at a time. */
const PAGE_ROWS = 5_000;

/** All trips, card by card, in the order in which they were heard of. */
const ALL_TRIPS = `
  SELECT trip.*, route_type, user_id, rider_category, erased_at,
         CASE WHEN validator_id IS NOT NULL THEN (
           SELECT to_jsonb(adjustment) FROM fare_adjustments adjustment
           WHERE adjustment.trip_id = trip.trip_id ORDER BY adjustment_id DESC LIMIT 1) END AS in_force
  FROM trips trip JOIN routes USING (route_id) JOIN cards USING (card_id) LEFT JOIN users USING (user_id)
  ORDER BY trip.card_id, trip.trip_id`;

/**
 * Decides every fare and every use of credit again, in one snapshot, while the service runs. It yields a difference for
 * each trip with another fare (of one that was tapped at a device, as it is after all adjustments), for each trip on credit that the card did not have, and for each card with another
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
    if (rows.length === 0) break;
    for (const trip of rows) yield* cards.add(trip);
  }
  yield* cards.end();
}

/** Compares trips that come card by card, and keeps those of the current card. */
class CardsInOrder {
  private trips: StoredTrip[] = [];

  constructor(
    private readonly rules: FareRules,
    private readonly calendar: ServiceCalendar,
    private readonly tally: FareTally,
  ) {}

  /** @returns the differences of the card before, if the trip is of another one. */
  *add(trip: StoredTrip): Generator<FareDifference> {
    if (trip.card_id !== this.trips[0]?.card_id) {
      yield* this.end();
      this.tally.cards += 1;
    }
    this.trips.push(trip);
    if (trip.fare_reason === null) this.tally.imported += 1;
    else this.tally.trips += 1;
  }

  /** @returns the differences of the current card, which has no more trips. */
  *end(): Generator<FareDifference> {
    const { trips } = this;
    this.trips = [];
    const [first] = trips;
    if (!first) return;
    const found = profilesOf(first).map((profile) =>
      new CardReplay(this.rules, this.calendar, profile).compare(trips),
    );
    // The category of a rider who was erased is forgotten, so there one has to fit.
    yield* found.reduce((fewest, differences) => (differences.length < fewest.length ? differences : fewest));
  }
}

/** Decides the fares of one card once more, as its trips were heard of. */
class CardReplay {
  private history: CardHistory | null = NO_HISTORY;
  private readonly heard: StoredTrip[] = [];

  constructor(
    private readonly rules: FareRules,
    private readonly calendar: ServiceCalendar,
    private readonly profile: CardProfile,
  ) {}

  /** @param trips in the order in which they were heard of. */
  compare(trips: readonly StoredTrip[]): FareDifference[] {
    const differences = trips.flatMap((trip) => this.hear(trip) ?? []);
    if (trips.every(isTold)) return differences;
    // What was tapped at devices is in the end as if all had been heard of in its order.
    const ordered = inTappingOrder(trips);
    this.decideAll(ordered).forEach((decision, index) => {
      const trip = ordered[index];
      if (!trip || isTold(trip)) return;
      const difference = differenceOf(trip, inForce(trip), decision && fareOf(trip.trip_id, decision, false));
      if (difference) differences.push(difference);
    });
    return differences;
  }

  /** A fare that its rider was told depends on what had been heard of until then. */
  private hear(trip: StoredTrip): FareDifference | null {
    if (!isTold(trip)) {
      // What it costs is compared in the end. It may change what follows it, which is decided when the next fare is told.
      this.heard.push(trip);
      this.history = null;
      return null;
    }
    this.history ??= this.historyOf(inTappingOrder(this.heard));
    const boarding = this.toBoarding(trip);
    const fare =
      trip.fare_reason === null ? null : decideFare(this.rules, this.profile, this.history, boarding);
    this.history = remember(this.history, boarding, { id: trip.trip_id, ...chargeOf(trip) });
    this.heard.push(trip);
    if (trip.fare_reason === null) return null;
    return differenceOf(trip, trip, fare && fareOf(trip.trip_id, fare, (trip.new_balance ?? 0) < 0));
  }

  private historyOf(ordered: readonly StoredTrip[]): CardHistory {
    const decisions = this.decideAll(ordered);
    return ordered.reduce<CardHistory>((history, trip, index) => {
      const decision = decisions[index];
      const charge = decision
        ? { isTransfer: decision.anchor !== null, amount: decision.amount, concession: decision.concession }
        : chargeOf(trip);
      return remember(history, this.toBoarding(trip), { id: trip.trip_id, ...charge });
    }, NO_HISTORY);
  }

  private decideAll(ordered: readonly StoredTrip[]): (FareDecision | null)[] {
    return decideInOrder(
      this.rules,
      this.profile,
      ordered.map((trip) => ({
        id: trip.trip_id,
        boarding: this.toBoarding(trip),
        told: isTold(trip) ? chargeOf(trip) : null,
      })),
    );
  }

  private toBoarding(trip: StoredTrip): Boarding {
    return {
      at: Math.floor(trip.boarding_time.getTime() / 1_000),
      day: this.calendar.dayOf(trip.boarding_time),
      component: chargedComponentOf(trip),
      route: trip.route_id,
      station: trip.boarding_station_id,
    };
  }
}

function chargeOf({ is_transfer, fare_amount, concession }: StoredTrip): Omit<Charge, 'id'> {
  return { isTransfer: is_transfer, amount: fare_amount, concession };
}

/** What a trip costs now: what it was charged, unless a late tap has changed it. */
function inForce(trip: StoredTrip): TripFare {
  return trip.in_force === null ? trip : adjustmentOf(trip.in_force);
}

function differenceOf(
  { trip_id, card_id }: StoredTrip,
  stored: TripFare,
  fare: TripFare | null,
): FareDifference | null {
  const decided: Partial<TripFare> = fare ?? {};
  const differing = FARE_COLUMNS.filter((column) => textOf(decided[column]) !== textOf(stored[column]));
  if (differing.length === 0) return null;
  return { trip_id, card_id, stored: pick(stored, differing), decided: pick(decided, differing) };
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
