import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { groupBy } from '../../common/group-by';
import { ServiceCalendar } from '../../common/time/service-calendar';
import type { TapsSubject } from '../../platform/cache/evictions';
import { AppConfig } from '../../platform/config/app-config';
import { pipelined } from '../../platform/postgres/pipelined';
import type { Statement } from '../../platform/postgres/statement';
import type { Card } from '../cards/card.entity';
import { CardsRepository } from '../cards/cards.repository';
import { firstOfMonth } from '../fares/engine/card-history';
import type { FareRules } from '../fares/engine/fare-rules';
import { FaresService } from '../fares/fares.service';
import { fareComponentOf } from '../fares/route-type';
import type { CardFunds, CardMovement } from '../ledger/card-movement';
import { charge, payIn } from '../ledger/debt';
import { LedgerRepository } from '../ledger/ledger.repository';
import { adjusting, type StoredAdjustment } from '../trips/fare-adjustments';
import { type CardJourneys, JourneysRepository, type PastTrip } from '../trips/journeys.repository';
import { inTappingOrder } from '../trips/tapping-order';
import type { Trip } from '../trips/trip.entity';
import type { DecidedFare } from '../trips/trip-fare';
import { type EndOfTrip, type OpenTrip, TripsRepository } from '../trips/trips.repository';
import type { Validator } from '../validators/validator.entity';
import { type ChangedFare, type NewEntry, rateCard } from './card-rating';
import { type ExitTap, matchExits } from './match-exits';
import type { SuspenseReason, Tap } from './tap';
import {
  type LonelyExit,
  type TappedRider,
  type TappedRoute,
  type TappedStation,
  TapsRepository,
} from './taps.repository';

/** What is known of the cards and the places of some taps. The cards are locked. */
export interface TapContext {
  readonly cards: ReadonlyMap<string, Card>;
  readonly riders: ReadonlyMap<number, TappedRider>;
  readonly stations: ReadonlyMap<number, ReadonlySet<number>>;
  readonly routes: ReadonlyMap<number, TappedRoute>;
  readonly past: ReadonlyMap<number, readonly PastTrip[]>;
  readonly open: ReadonlyMap<number, OpenTrip>;
  readonly lonelyExits: ReadonlyMap<number, readonly LonelyExit[]>;
  readonly rules: FareRules;
}

/** An accepted tap at a known place, of a known card. */
export interface PlacedTap {
  readonly tap: Tap;
  readonly at: Date;
  readonly card: Card;
  readonly station_id: number;
  /** Null for an exit. */
  readonly route: TappedRoute | null;
}

/** What a tap led to. */
export interface TapRatingResult {
  readonly trip_id: number | null;
  readonly fare_amount: number | null;
}

/** What taps lead to, and the statements that write it. */
export interface RatedTaps {
  readonly results: ReadonlyMap<Tap, TapRatingResult>;
  readonly touches: TapsSubject;
  readonly statements: readonly Statement[];
}

/** An entry that is heard of now. */
interface Entry extends NewEntry {
  readonly tap: Tap;
  readonly disembarking_time: null;
  readonly concessionaire_id: number | null;
}

/** What the taps of all cards lead to, card by card. */
interface Rating {
  readonly results: Map<Tap, TapRatingResult>;
  readonly movements: CardMovement[];
  readonly trips: Trip[];
  readonly ends: (Pick<Trip, 'trip_id' | 'card_id'> & EndOfTrip)[];
  readonly adjustments: StoredAdjustment[];
  readonly pairs: { validator_id: number; sequence: number; trip_id: number }[];
}

const FORGOTTEN: EndOfTrip = {
  status: 'closed_without_exit',
  disembarking_station_id: null,
  disembarking_time: null,
};

const IN_PROGRESS: EndOfTrip = {
  status: 'in_progress',
  disembarking_station_id: null,
  disembarking_time: null,
};

/** Charges accepted taps, in memory for all cards at once, and has a few statements write it. */
@Injectable()
export class TapRating {
  constructor(
    private readonly taps: TapsRepository,
    private readonly cards: CardsRepository,
    private readonly trips: TripsRepository,
    private readonly journeys: JourneysRepository,
    private readonly fares: FaresService,
    private readonly ledger: LedgerRepository,
    private readonly calendar: ServiceCalendar,
    private readonly config: AppConfig,
  ) {}

  /** Locks the cards of taps in the order of their ids, and reads all that these depend on, in one message. */
  async read(manager: EntityManager, validatorId: number, taps: readonly Tap[]): Promise<TapContext> {
    const asked = this.journeysOf(taps);
    const numbers = asked.map(({ card_number }) => card_number);
    const [first = 0] = asked.map(({ at }) => at.getTime()).sort((one, other) => one - other);
    const found = await pipelined({
      planning: this.taps.lookUpByIndex(manager),
      cards: this.cards.lockAllByNumber(manager, numbers),
      riders: this.taps.findRiders(manager, numbers),
      stations: this.taps.findStations(manager, idsOf(taps, 'station_id'), validatorId),
      routes: this.taps.findRoutes(manager, idsOf(taps, 'route_id'), validatorId),
      past: this.journeys.recallAll(manager, asked),
      open: this.trips.findOpenOfAll(manager, numbers),
      lonelyExits: this.taps.findLonelyExits(manager, numbers, new Date(first)),
      edition: this.fares.edition(manager),
    });
    return {
      cards: new Map(found.cards.map((card) => [card.card_number, card])),
      riders: new Map(found.riders.map((rider) => [rider.card_id, rider])),
      stations: new Map(found.stations.map((station) => [station.station_id, routesOf(station)])),
      routes: new Map(found.routes.map((route) => [route.route_id, route])),
      past: groupBy(found.past, ({ card_id }) => card_id),
      open: new Map(found.open.map((trip) => [trip.card_id, trip])),
      lonelyExits: groupBy(found.lonelyExits, ({ card_id }) => card_id),
      rules: await this.fares.rulesOf(found.edition, manager),
    };
  }

  /** A tap with its card and its place, or why a person has to decide. */
  place(tap: Tap, validator: Validator, context: TapContext): PlacedTap | SuspenseReason {
    const { corrected_at: at } = tap;
    if (!at) return 'unreadable_time';
    const card = context.cards.get(tap.card_number);
    if (!card) return 'unknown_card';
    if (context.riders.get(card.card_id)?.erased_at) return 'card_closed';
    const station_id = tap.station_id ?? validator.station_id;
    const stops = station_id === null ? undefined : context.stations.get(station_id);
    if (station_id === null || !stops) return 'unknown_station';
    if (validator.station_id !== null && validator.station_id !== station_id) return 'other_station';
    if (tap.kind === 'exit') return { tap, at, card, station_id, route: null };
    const route = context.routes.get(tap.route_id ?? validator.route_id ?? 0);
    if (!route) return 'unknown_route';
    if (!stops.has(route.route_id)) return 'station_not_on_route';
    const price = context.rules.on(this.calendar.dayOf(at)).price(fareComponentOf(route.route_type));
    return price === null ? 'no_tariff' : { tap, at, card, station_id, route };
  }

  /** @param at the moment at which everything is posted. */
  async rate(
    manager: EntityManager,
    context: TapContext,
    validator: Validator,
    placed: readonly PlacedTap[],
    at: Date,
  ): Promise<RatedTaps> {
    const rating: Rating = {
      results: new Map(),
      movements: [],
      trips: [],
      ends: [],
      adjustments: [],
      pairs: [],
    };
    const count = placed.filter(({ route }) => route !== null).length;
    const ids = await this.trips.drawIds(manager, count);
    const byCard = [...groupBy(placed, ({ card }) => card.card_id).values()];
    const changes: (ChangedFare & { readonly card: Card })[] = [];
    const funds = new Map<number, CardFunds>();
    for (const taps of byCard) {
      const [{ card } = { card: null }] = taps;
      if (!card) continue;
      const entries = toEntries(taps, validator, ids);
      const past = context.past.get(card.card_id) ?? [];
      const profile = {
        personalised: card.user_id !== null,
        category: context.riders.get(card.card_id)?.rider_category ?? ('standard' as const),
      };
      const rated = rateCard(context.rules, this.calendar, profile, past, entries);
      const ends = this.endTrips(context, validator, card, past, entries, taps, at, rating);
      funds.set(card.card_id, chargeEntries(card, entries, rated.fares, ends, validator, at, rating));
      changes.push(...rated.changes.map((change) => ({ ...change, card })));
    }
    await this.adjust(manager, changes, funds, at, rating);
    return this.written(manager, placed, rating);
  }

  /** From when on the trips of each card are needed, by its first tap. */
  private journeysOf(taps: readonly Tap[]): CardJourneys[] {
    const first = new Map<string, number>();
    for (const { card_number, kind, corrected_at } of taps) {
      if (!corrected_at) continue;
      const reach = kind === 'exit' ? this.config.tripMaxMilliseconds : 0;
      const from = corrected_at.getTime() - reach;
      first.set(card_number, Math.min(first.get(card_number) ?? Infinity, from));
    }
    return [...first].map(([card_number, time]) => {
      // Boardings are compared in whole seconds.
      const at = new Date(Math.floor(time / 1_000) * 1_000);
      const day = this.calendar.dayOf(at);
      const standard = this.calendar.startOf(day);
      return { card_number, at, standard, concession: this.calendar.startOf(firstOfMonth(day)) };
    });
  }

  /**
   * Decides how each new trip of a card ends, and which of its earlier ones end now. The last one is in progress, unless it is heard of
   * so late that its rider must have left.
   */
  private endTrips(
    context: TapContext,
    validator: Validator,
    card: Card,
    past: readonly PastTrip[],
    entries: readonly Entry[],
    taps: readonly PlacedTap[],
    at: Date,
    rating: Rating,
  ): ReadonlyMap<number, EndOfTrip> {
    const { card_id } = card;
    const exitTaps = new Map<ExitTap, Tap | null>();
    for (const exit of context.lonelyExits.get(card_id) ?? []) exitTaps.set(toExit(exit), null);
    for (const { tap, at, station_id, route } of taps) {
      if (route) continue;
      const route_ids = context.stations.get(station_id) ?? new Set<number>();
      exitTaps.set(
        { validator_id: validator.validator_id, sequence: tap.sequence, at, station_id, route_ids },
        tap,
      );
    }
    const trips = [...past, ...entries];
    const exits = matchExits(trips, [...exitTaps.keys()], this.config.tripMaxMilliseconds);
    for (const tap of exitTaps.values())
      if (tap) rating.results.set(tap, { trip_id: null, fare_amount: null });
    for (const [trip_id, exit] of exits) {
      const tap = exitTaps.get(exit);
      if (tap) rating.results.set(tap, { trip_id, fare_amount: null });
      else rating.pairs.push({ validator_id: exit.validator_id, sequence: exit.sequence, trip_id });
    }
    const isNew = new Set(entries.map(({ trip_id }) => trip_id));
    const open = context.open.get(card_id);
    const ordered = inTappingOrder(trips).map(({ trip_id }) => trip_id);
    for (const [trip_id, exit] of exits)
      if (!isNew.has(trip_id)) rating.ends.push({ trip_id, card_id, ...toEnd(exit) });
    const isLeft =
      open && ordered.slice(ordered.indexOf(open.trip_id) + 1).some((trip_id) => isNew.has(trip_id));
    if (open && isLeft && !exits.has(open.trip_id))
      rating.ends.push({ trip_id: open.trip_id, card_id, ...FORGOTTEN });
    const last = ordered.at(-1);
    return new Map(
      entries.map(({ trip_id, boarding_time }) => {
        const exit = exits.get(trip_id);
        const isOn =
          trip_id === last && at.getTime() - boarding_time.getTime() <= this.config.tripMaxMilliseconds;
        return [trip_id, exit ? toEnd(exit) : isOn ? IN_PROGRESS : FORGOTTEN];
      }),
    );
  }

  /** Posts by how much the fares of earlier trips changed, to those who earned them. */
  private async adjust(
    manager: EntityManager,
    changes: readonly (ChangedFare & { readonly card: Card })[],
    funds: Map<number, CardFunds>,
    at: Date,
    rating: Rating,
  ): Promise<void> {
    const moved = changes.filter(({ amount }) => amount !== 0).map(({ trip }) => trip);
    const earners = await this.taps.findEarners(manager, moved);
    for (const { trip, fare, amount, caused_by_trip_id, card } of changes) {
      const { trip_id, card_id, boarding_station_id, boarding_time } = trip;
      const before = funds.get(card_id) ?? card;
      if (amount !== 0) {
        const earner = earners.get(trip_id);
        const concessionaire_id = earner === undefined ? trip.concessionaire_id : earner;
        const counter = { kind: 'fare_revenue', concessionaire_id } as const;
        const movement = { kind: 'fare_adjustment', card_id, change: -amount, counter, trip_id, at } as const;
        const settled = amount > 0 ? charge(before, movement) : payIn(before, movement);
        rating.movements.push(...settled.movements);
        funds.set(card_id, { ...before, balance: settled.balance, debt: settled.debt });
      }
      const adjustment = {
        trip_id,
        card_id,
        boarding_station_id,
        boarding_time,
        amount,
        caused_by_trip_id,
        service_day: this.calendar.dayOf(boarding_time),
        adjusted_at: at,
      };
      rating.adjustments.push(Object.assign(adjustment, fare));
    }
  }

  private async written(
    manager: EntityManager,
    placed: readonly PlacedTap[],
    { results, movements, trips, ends, adjustments, pairs }: Rating,
  ): Promise<RatedTaps> {
    const cards = [...new Map(placed.map(({ card }) => [card.card_id, card])).values()];
    const moved = new Set(movements.map(({ card_id }) => card_id));
    const used = trips.filter(({ fare_amount }) => fare_amount === 0);
    const statements = [
      ...(ends.length > 0 ? [this.trips.endingOfAll(ends)] : []),
      ...(moved.size > 0
        ? [
            await this.ledger.posting(
              manager,
              cards.filter(({ card_id }) => moved.has(card_id)),
              movements,
            ),
          ]
        : []),
      ...(used.length > 0 ? [this.cards.usingAll(used)] : []),
      ...(trips.length > 0 ? [this.trips.creationOfAll(trips)] : []),
      ...(adjustments.length > 0 ? [adjusting(adjustments)] : []),
      ...(pairs.length > 0 ? [this.taps.pairing(pairs)] : []),
    ];
    const trip_ids = new Set([...trips, ...ends, ...adjustments].map(({ trip_id }) => trip_id));
    const changes_debt = movements.some(({ counter }) => counter.kind === 'debt');
    return { results, touches: { cards, trip_ids: [...trip_ids], changes_debt }, statements };
  }
}

/** Charges the new entries of a card, in their order. */
function chargeEntries(
  card: Card,
  entries: readonly Entry[],
  fares: ReadonlyMap<number, DecidedFare>,
  ends: ReadonlyMap<number, EndOfTrip>,
  { vehicle_id, validator_id }: Validator,
  at: Date,
  rating: Rating,
): CardFunds {
  const { card_id, balance, credit_limit, debt } = card;
  let funds: CardFunds = { card_id, balance, credit_limit, debt };
  for (const { tap, trip_id, route_id, boarding_station_id, boarding_time, concessionaire_id } of entries) {
    const fare = fares.get(trip_id);
    const end = ends.get(trip_id);
    if (!fare || !end)
      throw new Error(`the entry ${tap.sequence} of validator ${validator_id} was not decided`);
    if (fare.fare_amount > 0) {
      const settled = charge(funds, {
        kind: 'fare',
        card_id,
        change: -fare.fare_amount,
        counter: { kind: 'fare_revenue', concessionaire_id },
        trip_id,
        at,
        used_at: boarding_time,
      });
      rating.movements.push(...settled.movements);
      funds = { ...funds, balance: settled.balance, debt: settled.debt };
    }
    const trip = {
      trip_id,
      card_id,
      route_id,
      boarding_station_id,
      boarding_time,
      vehicle_id,
      driver_id: null,
      new_balance: funds.balance,
      validator_id,
      tap_sequence: tap.sequence,
    };
    // Spreads in an object with so many members take 24 µs, which was an eighth of all that a tap took.
    rating.trips.push(Object.assign(trip, fare, end));
    rating.results.set(tap, { trip_id, fare_amount: fare.fare_amount });
  }
  return funds;
}

/** The entries of one card, in the order of their times, with the next of the drawn ids. */
function toEntries(taps: readonly PlacedTap[], { validator_id }: Validator, ids: number[]): Entry[] {
  return taps
    .toSorted((one, other) => one.at.getTime() - other.at.getTime() || one.tap.sequence - other.tap.sequence)
    .flatMap(({ tap, at, card, station_id, route }) => {
      if (!route) return [];
      const trip_id = ids.shift();
      if (trip_id === undefined) throw new Error('there are more entries than drawn ids');
      return [
        {
          tap,
          trip_id,
          card_id: card.card_id,
          boarding_time: at,
          boarding_station_id: station_id,
          route_id: route.route_id,
          route_type: route.route_type,
          concessionaire_id: route.concessionaire_id,
          validator_id,
          tap_sequence: tap.sequence,
          disembarking_time: null,
        },
      ];
    });
}

function toExit({ validator_id, sequence, at, station_id, route_ids }: LonelyExit): ExitTap {
  return { validator_id, sequence, at, station_id, route_ids: new Set(route_ids) };
}

function toEnd({ at, station_id }: ExitTap): EndOfTrip {
  return { status: 'completed', disembarking_station_id: station_id, disembarking_time: at };
}

function routesOf({ route_ids }: TappedStation): ReadonlySet<number> {
  return new Set(route_ids);
}

function idsOf(taps: readonly Tap[], name: 'station_id' | 'route_id'): number[] {
  return [...new Set(taps.flatMap((tap) => tap[name] ?? []))];
}
