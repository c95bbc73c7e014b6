import type { CardStatus } from '../../src/modules/cards/card-status';
import { FARE } from './rides';

/** A request. `card` is the index of the card, and `nth` the index among its records. */
export type Operation =
  | { readonly kind: 'recharge'; readonly card: number; readonly amount: number }
  | { readonly kind: 'reversal'; readonly card: number; readonly nth: number }
  | { readonly kind: 'start' | 'complete'; readonly card: number }
  | { readonly kind: 'end'; readonly card: number; readonly nth: number }
  | { readonly kind: 'status'; readonly card: number; readonly status: CardStatus }
  /** Time passes until the card's open trip counts as forgotten. */
  | { readonly kind: 'forget'; readonly card: number };

interface Recharge {
  readonly id: number;
  readonly amount: number;
  isReversed: boolean;
}

interface Trip {
  readonly id: number;
  state: 'open' | 'forgotten' | 'ended';
}

const CREDIT_BOARDINGS = 2;
const LEAST = 1_000;
const MOST = 200_000;
/** MAX_CARD_BALANCE of the service that is tested: low, so that it is reached. */
export const MOST_ON_A_CARD = 250_000;

/** What a card must be, by the rules alone. */
export class ModelCard {
  balance = 0;
  /** Never full again: that takes a midnight. */
  creditUsed = 0;
  status: CardStatus = 'active';
  readonly recharges: Recharge[] = [];
  readonly trips: Trip[] = [];
  /** Signed, oldest first. */
  readonly postings: number[] = [];

  constructor(
    readonly id: number,
    readonly isBasic: boolean,
  ) {}

  /** The outcomes that the rules allow: a status, with the code of a refusal. */
  outcomesOf(operation: Operation): readonly string[] {
    switch (operation.kind) {
      case 'recharge':
        return [this.outcomeOfRecharge(operation.amount)];
      case 'reversal':
        return [this.outcomeOfReversal(this.recharges[operation.nth])];
      case 'start':
      case 'complete':
        return this.outcomesOfBoarding();
      case 'end':
        return [this.outcomeOfEnd(this.trips[operation.nth])];
      case 'status':
        return [this.status === 'lost' && operation.status !== 'lost' ? '409 illegal_transition' : '200'];
      case 'forget':
        return ['200'];
    }
  }

  recharge(id: number, amount: number): void {
    this.recharges.push({ id, amount, isReversed: false });
    this.post(amount);
  }

  reverse(nth: number): void {
    const recharge = this.recharges[nth];
    if (!recharge) return;
    recharge.isReversed = true;
    this.post(-recharge.amount);
  }

  board(id: number, fare: number, state: 'open' | 'ended'): void {
    for (const trip of this.trips) trip.state = 'ended';
    this.trips.push({ id, state });
    if (fare > 0) this.post(-fare);
    if (this.balance < 0) this.creditUsed += 1;
  }

  private post(change: number): void {
    this.balance += change;
    this.postings.push(change);
  }

  private outcomeOfRecharge(amount: number): string {
    if (amount < LEAST || amount > MOST) return '422 invalid_value';
    if (this.status !== 'active') return '409 card_not_active';
    return this.balance + amount > MOST_ON_A_CARD ? '409 balance_limit' : '201';
  }

  private outcomeOfReversal(recharge: Recharge | undefined): string {
    if (!recharge) return '404 recharge_not_found';
    if (recharge.isReversed) return '409 already_reversed';
    return this.balance < recharge.amount ? '409 recharge_spent' : '201';
  }

  /** A basic card pays the fare or walks; what a personalised one that has less must pay is for the fares to say. */
  private outcomesOfBoarding(): string[] {
    if (this.status !== 'active') return ['409 card_not_active'];
    if (this.trips.some(({ state }) => state === 'open')) return ['409 trip_already_open'];
    const maySpend = this.balance >= FARE || (!this.isBasic && this.creditUsed < CREDIT_BOARDINGS);
    return maySpend ? ['200'] : ['402 insufficient_balance'];
  }

  private outcomeOfEnd(trip: Trip | undefined): string {
    if (!trip) return '404 trip_not_found';
    return trip.state === 'ended' ? '409 trip_already_ended' : '200';
  }
}
