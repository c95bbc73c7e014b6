import type { ServiceCalendar } from '../../common/time/service-calendar';
import type { RechargeMovement } from '../ledger/recharge-movements';
import { creditLeft, marksOf } from './engine/credit';
import type { FareRules } from './engine/fare-rules';

/** What a card's row says about its credit: boardings that took some, and when the last of them was. */
export interface CardCredit {
  /** A card of nobody has no credit. */
  readonly user_id: number | null;
  readonly credit_used: number;
  readonly credit_used_at: Date | null;
}

/**
 * Credit boardings that a card has left at a moment.
 *
 * @param findRecharges those of the card and their reversals, from a moment until before another, in their order.
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
  return creditLeft(rules, { used, lastDay }, marksOf(movements), today);
}
