import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InvalidValueError } from '../../../common/http/problem/request-errors';
import { DatabaseBusyError, OverloadedError } from '../../../common/http/problem/service-errors';
import { NoTariffError } from '../../../common/http/problem/trip-errors';
import { NO_LOCALITY } from '../../../common/no-locality';
import { Clock } from '../../../common/time/clock';
import { ServiceCalendar } from '../../../common/time/service-calendar';
import { shiftDay } from '../../../common/time/service-day';
import { AppConfig } from '../../../platform/config/app-config';
import type { Boarding, CardProfile } from '../../fares/engine/boarding';
import {
  type CardHistory,
  firstOfMonth,
  LONGEST_PASSBACK_SECONDS,
  NO_HISTORY,
  remember,
} from '../../fares/engine/card-history';
import { decideFare } from '../../fares/engine/decide-fare';
import type { FareRules } from '../../fares/engine/fare-rules';
import { chargedComponentOf } from '../../fares/route-type';
import { FaresService } from '../../fares/fares.service';
import type { RepricedPart, Repricing, RepricingRequest } from '../dto/repricing.dto';
import { type PartSums, RepricedSums } from './repriced-sums';
import { type ChargedTrip, type DayTrip, RepricingRepository } from './repricing.repository';

/** About so many boardings are priced at most; of a day with more a sample of the cards is. */
const MOST_BOARDINGS = 50_000;
const CARDS_AT_A_TIME = 500;
const MOST_TIME_MS = 12_000;
const MOST_ROUTES = 100;

/** A service day and its bounds; `until` is not in it. */
interface Span {
  readonly day: string;
  readonly since: Date;
  readonly until: Date;
}

/** Prices a day that is over by rules that were not in force. */
@Injectable()
export class RepricingService {
  private isAtWork = false;

  constructor(
    private readonly repricing: RepricingRepository,
    private readonly fares: FaresService,
    private readonly calendar: ServiceCalendar,
    private readonly clock: Clock,
    private readonly config: AppConfig,
  ) {}

  /**
   * @param signal gives the work up: its caller has left.
   * @throws InvalidValueError for a day that is not over, and for rules that cannot be.
   * @throws NoTariffError for a day before the first tariff.
   * @throws OverloadedError while another day is priced in this process; DatabaseBusyError if it takes too long.
   */
  async reprice(request: RepricingRequest, signal: AbortSignal): Promise<Repricing> {
    const { day } = request;
    if (day >= this.calendar.dayOf(this.clock.now()))
      throw new InvalidValueError('The day is not over.', [
        { pointer: '/day', detail: 'must be a service day that is over' },
      ]);
    if (this.isAtWork) throw new OverloadedError();
    this.isAtWork = true;
    try {
      return await this.repriceDay(request, AbortSignal.any([signal, AbortSignal.timeout(MOST_TIME_MS)]));
    } catch (error) {
      throw (error as Error | null)?.name === 'TimeoutError' ? new DatabaseBusyError() : error;
    } finally {
      this.isAtWork = false;
    }
  }

  private async repriceDay(request: RepricingRequest, signal: AbortSignal): Promise<Repricing> {
    const { day } = request;
    const span = { day, since: this.calendar.startOf(day), until: this.calendar.startOf(shiftDay(day, 1)) };
    const rules = await this.fares.rulesWith(day, request);
    const extent = await this.repricing.findExtent(day, span.since, span.until);
    const oneOf = 2 ** Math.max(0, Math.ceil(Math.log2(extent.boardings / MOST_BOARDINGS)));
    const cards = new Map<number, DayTrip[]>();
    for await (const trips of this.repricing.findTrips(extent, span.since, span.until, oneOf)) {
      signal.throwIfAborted();
      for (const trip of trips) {
        const ofCard = cards.get(trip.card_id);
        if (ofCard) ofCard.push(trip);
        else cards.set(trip.card_id, [trip]);
      }
    }
    const sums = new RepricedSums();
    const ids = [...cards.keys()].sort((one, other) => one - other);
    for (let n = 0; n < ids.length; n += CARDS_AT_A_TIME) {
      await this.repriceCards(ids.slice(n, n + CARDS_AT_A_TIME), cards, span, rules, sums);
      await yieldToEventLoop();
      signal.throwIfAborted();
    }
    return this.describe(day, extent.boardings, oneOf, sums);
  }

  private async repriceCards(
    ids: readonly number[],
    cards: ReadonlyMap<number, readonly DayTrip[]>,
    { day, since }: Span,
    rules: FareRules,
    sums: RepricedSums,
  ): Promise<void> {
    // Back to a transfer that may have been made last, and from there to its anchor.
    const reach = 2_000 * Math.max(rules.longestWindow, LONGEST_PASSBACK_SECONDS);
    const earlier = await this.repricing.findEarlier(ids, new Date(since.getTime() - reach), since);
    const discounted = await this.repricing.countDiscounted(
      ids.filter((id) => (cards.get(id)?.[0]?.rider_category ?? 'standard') !== 'standard'),
      this.calendar.startOf(firstOfMonth(day)),
      since,
    );
    const histories = new Map<number, CardHistory>();
    for (const trip of earlier)
      histories.set(trip.card_id, this.after(histories.get(trip.card_id) ?? NO_HISTORY, trip));
    for (const id of ids) {
      const history = withDiscounted(histories.get(id) ?? NO_HISTORY, discounted.get(id) ?? 0, day);
      this.repriceCard(cards.get(id) ?? [], history, rules, sums);
    }
  }

  private repriceCard(
    trips: readonly DayTrip[],
    history: CardHistory,
    rules: FareRules,
    sums: RepricedSums,
  ): void {
    const ordered = trips.toSorted((one, other) => one.trip_id - other.trip_id);
    let [before, after] = [0, 0];
    for (const trip of ordered) {
      const profile = profileOf(trip);
      const boarding = this.toBoarding(trip);
      const fare = decideFare(rules, profile, history, boarding);
      if (!fare) throw new NoTariffError(trip.boarding_time);
      history = remember(history, boarding, {
        id: trip.trip_id,
        isTransfer: fare.anchor !== null,
        amount: fare.amount,
        concession: fare.concession,
      });
      sums.addTrip(trip, fare, profile.personalised ? profile.category : 'basic');
      before += trip.fare_amount;
      after += fare.amount;
    }
    sums.addCard(before, after);
  }

  private after(history: CardHistory, trip: ChargedTrip): CardHistory {
    const { trip_id: id, is_transfer: isTransfer, fare_amount: amount, concession } = trip;
    return remember(history, this.toBoarding(trip), { id, isTransfer, amount, concession });
  }

  private toBoarding(trip: ChargedTrip): Boarding {
    return {
      at: Math.floor(trip.boarding_time.getTime() / 1_000),
      day: this.calendar.dayOf(trip.boarding_time),
      component: chargedComponentOf(trip),
      route: trip.route_id,
      station: trip.boarding_station_id,
    };
  }

  private async describe(
    day: string,
    boardings: number,
    oneOf: number,
    sums: RepricedSums,
  ): Promise<Repricing> {
    const localities = await this.repricing.localityNames();
    const routes = await this.repricing.routeCodes([...sums.routes.keys()]);
    const { all, riders } = sums;
    const [most, others] = split(
      partsOf(sums.routes, oneOf, (id) => routes.get(id) ?? String(id)),
      MOST_ROUTES,
    );
    return {
      day,
      currency: this.config.get('CURRENCY'),
      boardings,
      repriced: all.boardings,
      sampled: oneOf === 1 ? null : { share: 1 / oneOf, standard_error: standardError(sums.squares, oneOf) },
      before: all.before * oneOf,
      after: all.after * oneOf,
      riders_paying_more: riders.more * oneOf,
      riders_paying_less: riders.less * oneOf,
      riders_paying_the_same: riders.same * oneOf,
      by_locality: partsOf(sums.localities, oneOf, (id) =>
        id === null ? NO_LOCALITY : (localities.get(id) ?? String(id)),
      ),
      by_route: others ? [...most, others] : most,
      by_profile: partsOf(sums.profiles, oneOf, (name) => name),
      samples: sums.samples,
    };
  }
}

function profileOf({ user_id, rider_category }: DayTrip): CardProfile {
  return { personalised: user_id !== null, category: rider_category ?? 'standard' };
}

/** The month's concessions before the day. Its earlier boardings may be too few to count them. */
function withDiscounted(history: CardHistory, discounted: number, day: string): CardHistory {
  const first = firstOfMonth(day);
  return {
    ...history,
    discounted,
    day: history.day >= first ? history.day : discounted > 0 ? first : history.day,
  };
}

/** Of a sum over all cards, each of which was chosen with the same probability and by itself. */
function standardError(squares: number, oneOf: number): number {
  return Math.round(oneOf * Math.sqrt((1 - 1 / oneOf) * squares));
}

function partsOf<Key extends number | string | null>(
  parts: ReadonlyMap<Key, PartSums>,
  oneOf: number,
  nameOf: (key: Key) => string,
): RepricedPart[] {
  return [...parts]
    .map(([key, { boardings, before, after }]) => ({
      key: typeof key === 'number' ? key : null,
      name: nameOf(key),
      boardings: boardings * oneOf,
      before: before * oneOf,
      after: after * oneOf,
    }))
    .sort((one, other) => other.boardings - one.boardings || (one.name < other.name ? -1 : 1));
}

/** The first parts, and one that has the sums of all others. */
function split(parts: readonly RepricedPart[], most: number): [RepricedPart[], RepricedPart | null] {
  const others = parts.slice(most);
  if (others.length === 0) return [[...parts], null];
  const sum = (amountOf: (part: RepricedPart) => number): number =>
    others.reduce((total, part) => total + amountOf(part), 0);
  return [
    parts.slice(0, most),
    {
      key: null,
      name: 'other',
      boardings: sum(({ boardings }) => boardings),
      before: sum(({ before }) => before),
      after: sum(({ after }) => after),
    },
  ];
}
