import { creditAfter, creditLeft, type CountedRecharge } from '../../../modules/fares/engine/credit';
import type { FareRules } from '../../../modules/fares/engine/fare-rules';

/** The columns about credit in the row of a card. */
export interface CardCredit {
  readonly used: number;
  /** The second of the last boarding below zero. */
  readonly usedAt: number;
  readonly limit: number;
}

/** The credit of the few riders who use it. */
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

  /** Keeps a recharge that may pay the credit back. A recharge before the day of the last credit boarding does not. */
  recharged(card: number, today: string, balance: number): void {
    const since = this.credits.get(card)?.lastDay ?? today;
    const kept = (this.recharges.get(card) ?? []).filter(({ day }) => day >= since);
    this.recharges.set(card, [...kept, { day: today, balance }]);
  }

  /** Notes a boarding that left the balance below zero. */
  use(card: number, today: string, at: number, balanceAfter: number): void {
    const state = creditAfter(this.rules, today, balanceAfter, this.left(card, today));
    this.credits.set(card, { ...state, usedAt: at, lastDay: today });
  }
}
