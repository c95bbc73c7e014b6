import type { FareDecision } from '../../../modules/fares/engine/decide-fare';
import type { Leg } from '../people/itineraries';

interface CardEvent {
  /** Seconds from the beginning of the history. */
  readonly at: number;
  /** The index of the card. */
  readonly card: number;
  readonly amount: number;
  /** The balance and the number of postings of the card after the event. A free boarding has no posting. */
  readonly balance: number;
  readonly version: number;
}

export interface Boarding extends CardEvent {
  readonly kind: 'boarding';
  /** The id of the trip. It is 0 until the minute is over, because only then the order of its boardings is known. */
  trip: number;
  readonly fare: FareDecision;
  /** Whether the boarding left the balance below zero. */
  readonly onCredit: boolean;
  /** What the card was lent for it, because a validator that had no connection accepted it; 0 for nearly all. */
  readonly debt: number;
  readonly leg: Leg;
  /** How many seconds the ride takes until the exit. */
  readonly ride: number;
  /** Whether the rider forgets to tap out. */
  readonly forgotten: boolean;
}

export interface Recharge extends CardEvent {
  readonly kind: 'recharge';
  readonly point: number;
  readonly online: boolean;
  /** Whether it is the second recharge of a double payment, which is reversed. */
  readonly reversed: boolean;
}

export interface Reversal extends CardEvent {
  readonly kind: 'reversal';
}

/** An event that changes the balance of a card. */
export type HistoryEvent = Boarding | Recharge | Reversal;
