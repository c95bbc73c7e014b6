import type { Boarding, ConcessionUse } from './boarding';

/** A boarding that was charged. The id is the caller's, such as the id of the trip. */
export interface EarlierBoarding extends Boarding {
  readonly id: number;
  readonly isTransfer: boolean;
}

/** What a boarding was charged. The amount is in whole units of the currency. */
export interface Charge {
  readonly id: number;
  readonly isTransfer: boolean;
  readonly amount: number;
  readonly concession: ConcessionUse | null;
}

/** What the price of the next boarding depends on. Refused boardings are not part of it. */
export interface CardHistory {
  /**
   * The latest boardings, oldest first, at least from the anchor on. The anchor is the last one that is not a transfer.
   */
  readonly recent: readonly EarlierBoarding[];
  /** The service day of the last boarding; empty if there is none. */
  readonly day: string;
  /** What the card paid on that day, in whole units of the currency. */
  readonly charged: number;
  /** How many boardings got a concession in the calendar month of that day. */
  readonly discounted: number;
}

export const NO_HISTORY: CardHistory = { recent: [], day: '', charged: 0, discounted: 0 };

/** The longest passback limit that the schema allows. */
export const LONGEST_PASSBACK_SECONDS = 3_600;

/** Adds a boarding to a history, and drops those that no rule can need any more. */
export function remember(history: CardHistory, boarding: Boarding, charge: Charge): CardHistory {
  const { at, day, component, route, station } = boarding;
  const { id, isTransfer, amount, concession } = charge;
  const anchor = isTransfer ? indexOfAnchor(history.recent) : Infinity;
  const recent = history.recent.filter(
    (earlier, index) => index >= anchor || at - earlier.at <= LONGEST_PASSBACK_SECONDS,
  );
  recent.push({ id, at, day, component, route, station, isTransfer });
  return {
    recent,
    day,
    charged: amount + chargedOn(day, history),
    discounted: (concession === 'applied' ? 1 : 0) + discountedInMonthOf(day, history),
  };
}

/** Returns the card's journey: its anchor and the transfers after it; empty if the card never boarded. */
export function journeyOf({ recent }: CardHistory): readonly EarlierBoarding[] {
  return recent.slice(Math.max(0, indexOfAnchor(recent)));
}

/** Returns what the card paid on a service day, in whole units of the currency. */
export function chargedOn(day: string, history: CardHistory): number {
  return history.day === day ? history.charged : 0;
}

/** Returns how many boardings got a concession in the calendar month of a day. */
export function discountedInMonthOf(day: string, history: CardHistory): number {
  return monthOf(history.day) === monthOf(day) ? history.discounted : 0;
}

/** Returns the first day of a day's calendar month. */
export function firstOfMonth(day: string): string {
  return `${monthOf(day)}-01`;
}

function monthOf(day: string): string {
  return day.slice(0, 7);
}

function indexOfAnchor(recent: readonly EarlierBoarding[]): number {
  return recent.findLastIndex(({ isTransfer }) => !isTransfer);
}
