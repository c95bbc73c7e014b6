import type { ServiceCalendar } from '../../common/time/service-calendar';
import type { RechargeMovement } from '../ledger/recharge-movements';
import { creditLeft, countedRecharges } from './engine/credit';
import type { FareRules } from './engine/fare-rules';

/** The credit of a card: how many boardings have used it, and when the last of them was. */
export interface CardCredit {
  /** A card without a user has no credit. */
  readonly user_id: number | null;
  readonly credit_used: number;
  readonly credit_used_at: Date | null;
}

/**
 * Returns how many boardings on credit a card has left at a time.
 *
 * @param findRecharges returns the card's recharges and their reversals, from a time until before another, in the order
 *   in which they were posted.
 */
export async function creditLeftAt(
  at: Date,
  { user_id, credit_used: used, credit_used_at }: CardCredit,
  rules: FareRules,
  calendar: ServiceCalendar,
  findRecharges: (from: Date, until: Date) => Promise<readonly RechargeMovement[]>,
): Promise<number> {
  if (user_id === null) return 0;
  const today = calendar.dayOf(at);
  if (!credit_used_at) return creditLeft(rules, { used, lastDay: null }, [], today);
  const lastDay = calendar.dayOf(credit_used_at);
  const found = await findRecharges(calendar.startOf(lastDay), calendar.startOf(today));
  const movements = found.map(({ recharge_id, is_reversal, amount, balance, at }) => ({
    recharge: recharge_id,
    isReversal: is_reversal,
    amount,
    balance,
    day: calendar.dayOf(at),
  }));
  return creditLeft(rules, { used, lastDay }, countedRecharges(movements), today);
}
