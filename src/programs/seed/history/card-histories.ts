import type { Boarding } from '../../../modules/fares/engine/boarding';
import {
  type CardHistory,
  type EarlierBoarding,
  LONGEST_PASSBACK_SECONDS,
  NO_HISTORY,
  chargedOn,
  discountedInMonthOf,
} from '../../../modules/fares/engine/card-history';
import type { FareDecision } from '../../../modules/fares/engine/decide-fare';
import type { FareRules } from '../../../modules/fares/engine/fare-rules';
import { fareComponentOf } from '../../../modules/fares/route-type';
import type { City } from '../network/city';
import type { Leg } from '../people/itineraries';
import { BoardingLog } from './boarding-log';
import { FIRST_TRIP_ID } from './example-rides';
import type { Timeline } from './timeline';

/**
 * The earlier boardings that decide the fares of each card. The histories of the fare engine would be millions of objects. This
 * class uses a few bytes for each card, and keeps a boarding only while a rule can depend on it.
 */
export class CardHistories {
  private readonly log = new BoardingLog(FIRST_TRIP_ID);
  /** The last trip of each card, or 0. */
  private readonly last: Int32Array;
  /** The indices of the days of the last boarding and of the anchor. */
  private readonly lastDay: Uint16Array;
  private readonly anchorDay: Uint16Array;
  /** The fares of the last day, and of its month. */
  private readonly charged: Int32Array;
  private readonly discounted: Uint16Array;
  private readonly reachSeconds: number;

  constructor(
    count: number,
    private readonly city: City,
    private readonly timeline: Timeline,
    rules: FareRules,
  ) {
    this.last = new Int32Array(count);
    this.lastDay = new Uint16Array(count);
    this.anchorDay = new Uint16Array(count);
    this.charged = new Int32Array(count);
    this.discounted = new Uint16Array(count);
    this.reachSeconds = Math.max(rules.longestWindow, LONGEST_PASSBACK_SECONDS);
  }

  toBoarding({ route: index, from }: Pick<Leg, 'route' | 'from'>, at: number): Boarding {
    const { id, type, stops } = this.city.route(index);
    return {
      at: this.timeline.epochOf(at),
      day: this.dayAt(this.timeline.dayOf(at)),
      component: fareComponentOf(type),
      route: id,
      station: stops[from]?.id ?? 0,
    };
  }

  of(card: number): CardHistory {
    if (!this.last[card]) return NO_HISTORY;
    const recent: EarlierBoarding[] = [];
    for (let id = this.last[card], found = this.log.find(id); found; found = this.log.find(id)) {
      const { at, day, component, route, station } = this.toBoarding(found, found.at);
      recent.push({ id, at, day, component, route, station, isTransfer: found.isTransfer });
      id = found.previous;
    }
    if (recent.every(({ isTransfer }) => isTransfer)) recent.push(this.forgottenAnchor(card));
    return { ...this.totalsOf(card), recent: recent.reverse() };
  }

  /** Adds a boarding and returns the number of its trip. Boardings must be added in the order of time. */
  add(card: number, leg: Leg, at: number, { anchor, amount, concession }: FareDecision): number {
    const totals = this.totalsOf(card);
    const today = this.timeline.dayOf(at);
    const day = this.dayAt(today);
    const previous = this.last[card] ?? 0;
    const { route, from } = leg;
    const trip = this.log.add({ at, previous, route, from, isTransfer: anchor !== null });
    this.last[card] = trip;
    this.lastDay[card] = today;
    if (!anchor) this.anchorDay[card] = today;
    this.charged[card] = amount + chargedOn(day, totals);
    this.discounted[card] = (concession === 'applied' ? 1 : 0) + discountedInMonthOf(day, totals);
    return trip;
  }

  /** Forgets the boardings that no longer matter for a boarding at this second or later. */
  forget(now: number): void {
    this.log.forgetBefore(now - this.reachSeconds);
  }

  private totalsOf(card: number): CardHistory {
    const [charged = 0, discounted = 0] = [this.charged[card], this.discounted[card]];
    return { recent: [], day: this.dayAt(this.lastDay[card]), charged, discounted };
  }

  /** Only the day still matters of an anchor that is too old for a transfer. */
  private forgottenAnchor(card: number): EarlierBoarding {
    const day = this.dayAt(this.anchorDay[card]);
    return { id: 0, at: -Infinity, day, component: 'trunk', route: '', station: '', isTransfer: false };
  }

  private dayAt(index = 0): string {
    return this.timeline.days[index] ?? '';
  }
}
