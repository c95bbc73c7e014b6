import type { CardFunds, CardMovement } from './card-movement';

/** Movements of one card, in their order, and what they leave behind. */
export interface SettledMovements {
  readonly movements: readonly CardMovement[];
  /** In whole units of the currency. */
  readonly balance: number;
  readonly debt: number;
  /** What was lent to the card, or what it paid back of its debt; at most one of both is above 0. */
  readonly lent: number;
  readonly paid: number;
}

/**
 * Takes money for what has happened already, so that it cannot be refused, such as a fare that was ridden. What the balance may not
 * pay is lent to the card, and becomes debt.
 *
 * @param movement debits the card.
 */
export function charge(funds: CardFunds, movement: CardMovement): SettledMovements {
  const missing = -movement.change - (funds.balance + funds.credit_limit);
  return lend(funds, movement, Math.max(0, Math.min(missing, -movement.change)));
}

/**
 * Adds money to the card. What it owes beside its balance is paid of it first.
 *
 * @param movement credits the card.
 */
export function payIn(funds: CardFunds, movement: CardMovement): SettledMovements {
  const paid = Math.min(funds.debt, movement.change);
  const movements = paid > 0 ? [movement, aboutDebt(movement, 'debt_payment', -paid)] : [movement];
  return {
    movements,
    balance: funds.balance + movement.change - paid,
    debt: funds.debt - paid,
    lent: 0,
    paid,
  };
}

/**
 * Takes a recharge off the card again. What it had paid of the debt is owed again, as far as the balance does not cover it. Null
 * if the rest is spent: credit never pays a recharge back.
 *
 * @param movement debits the card.
 * @param paidOfDebt by the recharge, in whole units of the currency.
 */
export function takeBack(
  funds: CardFunds,
  movement: CardMovement,
  paidOfDebt: number,
): SettledMovements | null {
  const missing = Math.max(0, -movement.change - Math.max(0, funds.balance));
  return missing > paidOfDebt ? null : lend(funds, movement, missing);
}

function lend(funds: CardFunds, movement: CardMovement, lent: number): SettledMovements {
  return {
    movements: lent > 0 ? [aboutDebt(movement, 'debt', lent), movement] : [movement],
    balance: funds.balance + lent + movement.change,
    debt: funds.debt + lent,
    lent,
    paid: 0,
  };
}

function aboutDebt(
  { card_id, recharge_id, trip_id, at }: CardMovement,
  kind: 'debt' | 'debt_payment',
  change: number,
): CardMovement {
  return { kind, card_id, change, counter: { kind: 'debt' }, recharge_id, trip_id, at };
}
