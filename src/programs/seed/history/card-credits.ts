import { creditAfter, creditLeft, type CountedRecharge } from '../../../modules/fares/engine/credit';
import type { FareRules } from '../../../modules/fares/engine/fare-rules';

/** What a card's row says about its credit. */
export interface CardCredit {
  readonly used: number;
  /** The second of the last boarding below zero. */
  readonly usedAt: number;
  readonly limit: number;
}

/** The credit of the few riders who make use of it. */
export class CardCredits {
  private readonly credits = new Map<number, CardCredit & { readonly lastDay: string }>();
  private readonly recharges = new Map<number, readonly CountedRecharge[]>();

  constructor(private readonly rules: FareRules) {}

  of(card: number): CardCredit | null {
    return this.credits.get(card) ?? null;
  }

  left(card: number, today: string): number {
    const { used, lastDay } = this.credits.get(card) ?? { used: 0, lastDay: null };
    return creditLeft(this.rules, { used, lastDay }, this.recharges.get(card) ?? [], today);
  }

  /** Keeps what may fill the credit up again: a recharge before the day of the last credit boarding doesn't. */
  recharged(card: number, today: string, balance: number): void {
    const since = this.credits.get(card)?.lastDay ?? today;
    const kept = (this.recharges.get(card) ?? []).filter(({ day }) => day >= since);
    this.recharges.set(card, [...kept, { day: today, balance }]);
  }

  /** A boarding has ended below zero. */
  use(card: number, today: string, at: number, balanceAfter: number): void {
    const state = creditAfter(this.rules, today, balanceAfter, this.left(card, today));
    this.credits.set(card, { ...state, usedAt: at, lastDay: today });
  }
}
