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
 * What the fares of each card look back on. The engine's own histories would be objects by the million: these keep a
 * few bytes for each card, and boardings only as long as a rule can reach them.
 */
export class CardHistories {
  private readonly log = new BoardingLog(FIRST_TRIP_ID);
  /** The last trip of each card; 0 for none. */
  private readonly last: Int32Array;
  /** Indices of the days of its last boarding and of its anchor. */
  private readonly lastDay: Uint16Array;
  private readonly anchorDay: Uint16Array;
  /** On the last day, and in its month. */
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

  /** Boardings are added in the order of time; answers the number of the trip. */
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

  /** What no boarding from this second on can look back on. */
  forget(now: number): void {
    this.log.forgetBefore(now - this.reachSeconds);
  }

  private totalsOf(card: number): CardHistory {
    const [charged = 0, discounted = 0] = [this.charged[card], this.discounted[card]];
    return { recent: [], day: this.dayAt(this.lastDay[card]), charged, discounted };
  }

  /** Of an anchor that is out of reach no more counts than its day. */
  private forgottenAnchor(card: number): EarlierBoarding {
    const day = this.dayAt(this.anchorDay[card]);
    return { id: 0, at: -Infinity, day, component: 'trunk', route: '', station: '', isTransfer: false };
  }

  private dayAt(index = 0): string {
    return this.timeline.days[index] ?? '';
  }
}
