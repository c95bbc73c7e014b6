import type { FareAdjustment, FareExplanation } from '../../api/schema';
import { dayAndTime, money, time } from '../../lib/format';
import { t } from './texts';

/** Of a trip, or of one that would be taken. */
type Reasons = Omit<FareExplanation, 'anchor_trip_id'>;

/** Says in whole sentences why a boarding costs what it does. @param fare whole units of the currency. */
export function explain(fare: number, reasons: Reasons): string[] {
  const { explain: says, products } = t();
  const sentences = [priceOf(fare, reasons), says.reasons[reasons.reason]];
  if (reasons.concession === 'applied') sentences.push(says.concession);
  if (reasons.concession === 'quota_used') sentences.push(says.quotaUsed);
  if (reasons.capped) sentences.push(says.capped);
  if (reasons.on_credit) sentences.push(says.onCredit);
  if (reasons.passback) sentences.push(says.passback);
  if (reasons.window_ends_at !== null && reasons.transfers_left !== 0) {
    const until = time(reasons.window_ends_at);
    const isOver = new Date(reasons.window_ends_at).getTime() < Date.now();
    const [left, anyLeft] = isOver ? [says.wereLeft, says.anyWereLeft] : [says.left, says.anyLeft];
    sentences.push(reasons.transfers_left === null ? anyLeft(until) : left(reasons.transfers_left, until));
  }
  return sentences;

  function priceOf(amount: number, { product, base_price: base }: Reasons): string {
    if (amount === 0) return says.free(products[product], money(base));
    if (amount === base) return says.full(money(amount), products[product]);
    return says.paid(money(amount), products[product], money(base));
  }
}

/** Says by how much and why a fare was changed, once earlier taps of the card were heard of. */
export function explainAdjustment(adjustment: FareAdjustment): string[] {
  const { adjusted_at: at, amount, fare_amount: fare } = adjustment;
  const { adjustedTo, sameFare } = t();
  const change = amount === 0 ? sameFare : adjustedTo(money(Math.abs(amount)), amount > 0);
  return [`${t().heardLate(dayAndTime(at))} ${change}`, ...explain(fare, adjustment)];
}
