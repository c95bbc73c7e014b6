import type { FareRules } from './fare-rules';

/** Boardings of a card that ended below zero. */
export interface CreditUse {
  readonly used: number;
  /** The service day of the last of them; null for none. */
  readonly lastDay: string | null;
}

/** A recharge or the reversal of one; money in whole units of the currency. */
export interface RechargeMovement {
  readonly recharge: number;
  readonly isReversal: boolean;
  readonly amount: number;
  /** What it left on the card. */
  readonly balance: number;
  readonly day: string;
}

/** What a recharge left on the card, as far as it counts. */
export interface RechargeMark {
  readonly day: string;
  readonly balance: number;
}

/**
 * The recharges that count at the midnight after each: one that is reversed before that midnight counts as never made,
 * neither by itself nor in the balance that a later recharge brought the card to. A reversal after it changes nothing.
 *
 * @param movements of one card, in the order in which they were posted.
 */
export function marksOf(movements: readonly RechargeMovement[]): RechargeMark[] {
  const marks: RechargeMark[] = [];
  /** Reversals that come later, but before midnight, of recharges that are still to be met. */
  let undone: RechargeMovement[] = [];
  // From the last to the first: each recharge is met after what undoes it.
  for (const movement of movements.toReversed()) {
    const { recharge, isReversal, balance, day } = movement;
    undone = undone.filter((reversal) => reversal.day <= day);
    if (isReversal) {
      undone.push(movement);
      continue;
    }
    const others = undone.filter((reversal) => reversal.recharge !== recharge);
    if (others.length === undone.length)
      marks.push({ day, balance: balance - undone.reduce((sum, { amount }) => sum + amount, 0) });
    undone = others;
  }
  return marks;
}

/**
 * Credit boardings that a personalised card has left on a day. The count is full again at the first midnight after a
 * recharge has brought the balance to one trunk fare of that time.
 *
 * @param recharges those that count since the last credit boarding's day began.
 */
export function creditLeft(
  rules: FareRules,
  { used, lastDay }: CreditUse,
  recharges: readonly RechargeMark[],
  today: string,
): number {
  const granted = rules.on(today).limit('credit_boardings') ?? 0;
  const isFullAgain =
    lastDay !== null &&
    recharges.some(
      ({ day, balance }) =>
        day >= lastDay && day < today && balance >= (rules.on(day).price('trunk') ?? Infinity),
    );
  return Math.max(0, granted - (isFullAgain ? 0 : used));
}

/** How a boarding is paid, or what it would take; money in whole units of the currency. */
export type Payment =
  | { readonly refused: false; readonly balanceAfter: number; readonly onCredit: boolean }
  | {
      readonly refused: true;
      readonly required: number;
      readonly available: number;
      readonly shortfall: number;
    };

/** A boarding that ends below zero takes one of the credit boardings, whatever its price. */
export function pay(amount: number, balance: number, creditLeft: number): Payment {
  const balanceAfter = balance - amount;
  if (balanceAfter >= 0) return { refused: false, balanceAfter, onCredit: false };
  if (creditLeft > 0) return { refused: false, balanceAfter, onCredit: true };
  return { refused: true, required: amount, available: balance, shortfall: -balanceAfter };
}

/** What becomes of a card's credit; the limit in whole units of the currency. */
export interface CreditState {
  readonly used: number;
  /** The most that the card may owe: what it owes now, and what the rest of its credit could cost. */
  readonly limit: number;
}

/**
 * The credit of a card after a boarding that ended below zero.
 *
 * @param left credit boardings that it had before it.
 */
export function creditAfter(rules: FareRules, day: string, balanceAfter: number, left: number): CreditState {
  const fares = rules.on(day);
  const dearest = Math.max(...fares.tariffs.map(({ price }) => price));
  const granted = fares.limit('credit_boardings') ?? 0;
  return { used: Math.max(0, granted - (left - 1)), limit: (left - 1) * dearest - balanceAfter };
}
