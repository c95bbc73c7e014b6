import type { Boarding, ConcessionUse } from './boarding';

/** A boarding that was charged, with an id of the caller's. */
export interface EarlierBoarding extends Boarding {
  readonly id: number;
  readonly isTransfer: boolean;
}

/** What became of a boarding; money in whole units of the currency. */
export interface Charge {
  readonly id: number;
  readonly isTransfer: boolean;
  readonly amount: number;
  readonly concession: ConcessionUse | null;
}

/** What later boardings of a card look back on. Refused boardings are not in it. */
export interface CardHistory {
  /** In their order, from the anchor on at least; the anchor is the last that is not a transfer. */
  readonly recent: readonly EarlierBoarding[];
  /** Of the last boarding. */
  readonly day: string;
  /** On that day, in whole units of the currency. */
  readonly charged: number;
  /** Discounted boardings in the calendar month of that day. */
  readonly discounted: number;
}

export const NO_HISTORY: CardHistory = { recent: [], day: '', charged: 0, discounted: 0 };

/** In seconds; the schema allows no longer one. */
export const LONGEST_PASSBACK = 3_600;

/** The history with one more boarding; what no rule can look back on any more is forgotten. */
export function remember(history: CardHistory, boarding: Boarding, charge: Charge): CardHistory {
  const { at, day, component, route, station } = boarding;
  const { id, isTransfer, amount, concession } = charge;
  const anchor = isTransfer ? indexOfAnchor(history.recent) : Infinity;
  const recent = history.recent.filter(
    (earlier, index) => index >= anchor || at - earlier.at <= LONGEST_PASSBACK,
  );
  recent.push({ id, at, day, component, route, station, isTransfer });
  return {
    recent,
    day,
    charged: amount + chargedOn(day, history),
    discounted: (concession === 'applied' ? 1 : 0) + discountedInMonthOf(day, history),
  };
}

/** The card's journey: its anchor and the transfers since; empty for a card that never boarded. */
export function journeyOf({ recent }: CardHistory): readonly EarlierBoarding[] {
  return recent.slice(Math.max(0, indexOfAnchor(recent)));
}

/** What the card paid on a service day, in whole units of the currency. */
export function chargedOn(day: string, history: CardHistory): number {
  return history.day === day ? history.charged : 0;
}

export function discountedInMonthOf(day: string, history: CardHistory): number {
  return monthOf(history.day) === monthOf(day) ? history.discounted : 0;
}

/** The first day of a day's calendar month. */
export function firstOfMonth(day: string): string {
  return `${monthOf(day)}-01`;
}

function monthOf(day: string): string {
  return day.slice(0, 7);
}

function indexOfAnchor(recent: readonly EarlierBoarding[]): number {
  return recent.findLastIndex(({ isTransfer }) => !isTransfer);
}
