import type { FareComponent } from '../route-type';
import type { Boarding, CardProfile, ConcessionUse } from './boarding';
import { type CardHistory, chargedOn, discountedInMonthOf, journeyOf } from './card-history';
import type { FareRules, FaresOfDay } from './fare-rules';
import { priceAfter } from './price-after';
import { judgeTransfer, type TransferJudgement } from './transfer';

/** What a boarding costs, and why. Money is in whole units of the currency. */
export interface FareDecision extends TransferJudgement {
  readonly amount: number;
  /** The standard price of the product at that time. */
  readonly basePrice: number;
  readonly product: FareComponent;
  readonly concession: ConcessionUse | null;
  /** Whether the day's cap made it cheaper. */
  readonly capped: boolean;
  /** Whether the card was at this station a moment ago: a sign of one card for two riders. */
  readonly passback: boolean;
}

/**
 * Prices a boarding by the rules of its time and the card's earlier boardings, those of Bogotá in particular: decree
 * 026 of 2019 and those after it.
 *
 * @returns null before the first tariff.
 */
export function decideFare(
  rules: FareRules,
  card: CardProfile,
  history: CardHistory,
  boarding: Boarding,
): FareDecision | null {
  const fares = rules.on(boarding.day);
  const basePrice = fares.price(boarding.component);
  if (basePrice === null) return null;
  const journey = journeyOf(history);
  const judgement = judgeTransfer(rules, card, journey, boarding);
  const { price, concession } = judgement.anchor
    ? {
        price: priceOfTransfer(fares, journey.at(-1) ?? boarding, boarding, judgement, basePrice),
        concession: null,
      }
    : priceWithConcession(fares, card, history, boarding, basePrice);
  const amount = Math.min(price, leftOfDailyCap(fares, history, boarding));
  return {
    // Named one by one: a spread takes ten times as long as the decision.
    reason: judgement.reason,
    anchor: judgement.anchor,
    transfersUsed: judgement.transfersUsed,
    transfersLeft: judgement.transfersLeft,
    windowEndsAt: judgement.windowEndsAt,
    amount,
    basePrice,
    product: boarding.component,
    // A boarding that costs nothing without the concession uses none of it.
    concession: price > 0 && amount === 0 && concession === 'applied' ? null : concession,
    capped: amount < price,
    passback: isPassback(fares, history, boarding),
  };
}

function priceOfTransfer(
  fares: FaresOfDay,
  before: Boarding,
  boarding: Boarding,
  { transfersUsed }: TransferJudgement,
  basePrice: number,
): number {
  const row = fares.transferPrice(before.component, boarding.component, transfersUsed);
  return row ? priceAfter(basePrice, row) : 0;
}

function priceWithConcession(
  fares: FaresOfDay,
  card: CardProfile,
  history: CardHistory,
  { component, day }: Boarding,
  basePrice: number,
): { price: number; concession: ConcessionUse | null } {
  const row = card.personalised ? fares.concession(card.category, component) : null;
  if (!row) return { price: basePrice, concession: null };
  const quota = row.monthly_quota ?? Infinity;
  if (discountedInMonthOf(day, history) >= quota) return { price: basePrice, concession: 'quota_used' };
  return { price: Math.min(basePrice, priceAfter(basePrice, row)), concession: 'applied' };
}

function leftOfDailyCap(fares: FaresOfDay, history: CardHistory, { day }: Boarding): number {
  const cap = fares.limit('daily_cap');
  return cap === null ? Infinity : Math.max(0, cap - chargedOn(day, history));
}

function isPassback(fares: FaresOfDay, { recent }: CardHistory, { at, station }: Boarding): boolean {
  const seconds = fares.limit('passback_seconds');
  return (
    seconds !== null && recent.some((earlier) => earlier.station === station && at - earlier.at <= seconds)
  );
}
