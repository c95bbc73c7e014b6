import type { FareDecision } from '../../../modules/fares/engine/decide-fare';
import type { Leg } from '../people/itineraries';

interface CardEvent {
  /** Seconds from the beginning of the history. */
  readonly at: number;
  /** Index of the card. */
  readonly card: number;
  readonly amount: number;
  /** What the event left on the card, and how many postings that makes; a boarding that costs nothing is none. */
  readonly balance: number;
  readonly version: number;
}

export interface Boarding extends CardEvent {
  readonly kind: 'boarding';
  /** Its id, given when the minute is over and the order in it known; 0 until then. */
  trip: number;
  readonly fare: FareDecision;
  /** It left the card below zero. */
  readonly onCredit: boolean;
  readonly leg: Leg;
  /** Seconds until the exit. */
  readonly ride: number;
  /** The rider never taps out. */
  readonly forgotten: boolean;
}

export interface Recharge extends CardEvent {
  readonly kind: 'recharge';
  readonly point: number;
  readonly online: boolean;
  /** The last of a double payment that a reversal takes back. */
  readonly reversed: boolean;
}

export interface Reversal extends CardEvent {
  readonly kind: 'reversal';
}

/** What moves a card's money. */
export type HistoryEvent = Boarding | Recharge | Reversal;
