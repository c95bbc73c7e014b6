import type { FareRules } from './fare-rules';

/** How many boardings of a card have ended below zero since its credit was renewed. */
export interface CreditUse {
  readonly used: number;
  /** The service day of the last of them; null if there is none. */
  readonly lastDay: string | null;
}

/** A recharge or the reversal of one. Money is in whole units of the currency. */
export interface RechargeMovement {
  readonly recharge: number;
  readonly isReversal: boolean;
  readonly amount: number;
  /** The card's balance right after it. */
  readonly balance: number;
  readonly day: string;
}

/** The day of a recharge that counts for the credit, and the balance to which it brought the card. */
export interface CountedRecharge {
  readonly day: string;
  readonly balance: number;
}

/**
 * Returns the recharges that count at the midnight after each of them. A recharge that is reversed before that midnight
 * does not count, and is taken out of the balances to which later recharges brought the card. A later reversal changes
 * nothing.
 *
 * @param movements are those of one card, in the order in which they were posted.
 */
export function countedRecharges(movements: readonly RechargeMovement[]): CountedRecharge[] {
  const counted: CountedRecharge[] = [];
  /** Reversals of the same day whose recharges come earlier, so the loop has not reached them yet. */
  let undone: RechargeMovement[] = [];
  // The loop goes from the last movement to the first, so it meets each reversal before its recharge.
  for (const movement of movements.toReversed()) {
    const { recharge, isReversal, balance, day } = movement;
    undone = undone.filter((reversal) => reversal.day <= day);
    if (isReversal) {
      undone.push(movement);
      continue;
    }
    const others = undone.filter((reversal) => reversal.recharge !== recharge);
    if (others.length === undone.length)
      counted.push({ day, balance: balance - undone.reduce((sum, { amount }) => sum + amount, 0) });
    undone = others;
  }
  return counted;
}

/**
 * Returns how many boardings on credit a personalised card has left on a day. The credit is renewed at the first midnight
 * after a recharge has brought the balance to at least one trunk fare of its day (source: README, "Sources").
 *
 * @param recharges are those that count, since the day of the last boarding on credit began.
 */
export function creditLeft(
  rules: FareRules,
  { used, lastDay }: CreditUse,
  recharges: readonly CountedRecharge[],
  today: string,
): number {
  const granted = rules.on(today).limit('credit_boardings') ?? 0;
  const isRenewed =
    lastDay !== null &&
    recharges.some(
      ({ day, balance }) =>
        day >= lastDay && day < today && balance >= (rules.on(day).price('trunk') ?? Infinity),
    );
  return Math.max(0, granted - (isRenewed ? 0 : used));
}

/** How a boarding is paid, or why it is refused. Money is in whole units of the currency. */
export type Payment =
  | { readonly refused: false; readonly balanceAfter: number; readonly onCredit: boolean }
  | {
      readonly refused: true;
      readonly required: number;
      readonly available: number;
      readonly shortfall: number;
    };

/** Pays a boarding. One that ends below zero uses one boarding on credit, whatever its price. */
export function pay(amount: number, balance: number, creditLeft: number): Payment {
  const balanceAfter = balance - amount;
  if (balanceAfter >= 0) return { refused: false, balanceAfter, onCredit: false };
  if (creditLeft > 0) return { refused: false, balanceAfter, onCredit: true };
  return { refused: true, required: amount, available: balance, shortfall: -balanceAfter };
}

/** The credit of a card after a boarding. */
export interface CreditState {
  readonly used: number;
  /**
   * The most that the card may owe, in whole units of the currency: what it owes now, and what its credit could still
   * cost.
   */
  readonly limit: number;
}

/**
 * Returns the credit of a card after a boarding that ended below zero.
 *
 * @param left is the number of boardings on credit that the card had left before it.
 */
export function creditAfter(rules: FareRules, day: string, balanceAfter: number, left: number): CreditState {
  const fares = rules.on(day);
  const dearest = Math.max(...fares.tariffs.map(({ price }) => price));
  const granted = fares.limit('credit_boardings') ?? 0;
  return { used: Math.max(0, granted - (left - 1)), limit: (left - 1) * dearest - balanceAfter };
}
