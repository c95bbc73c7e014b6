import type { FareComponent } from '../route-type';
import type { Boarding, CardProfile, ConcessionUse } from './boarding';
import { type CardHistory, chargedOn, discountedInMonthOf, journeyOf } from './card-history';
import type { FareRules, FaresOfDay } from './fare-rules';
import { priceAfter } from './price-after';
import { decideTransfer, type TransferDecision } from './transfer';

/** The price of a boarding and the reasons for it. Money is in whole units of the currency. */
export interface FareDecision extends TransferDecision {
  readonly amount: number;
  /** The standard price of the product at that time. */
  readonly basePrice: number;
  readonly product: FareComponent;
  readonly concession: ConcessionUse | null;
  /** Whether the daily cap made it cheaper. */
  readonly capped: boolean;
  /** Whether the card was used at this station a moment ago. It may mean that two riders share the card. */
  readonly passback: boolean;
}

/**
 * Prices a boarding by the rules of its time and the card's earlier boardings. A transfer has a price of its own; any
 * other boarding costs the standard price or the price of the rider's concession; the daily cap bounds both. The rules
 * of Bogotá are decree 026 of 2019 and those after it: see "Sources" in the README of this module.
 *
 * @returns null if the boarding is before the first tariff.
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
  const transfer = decideTransfer(rules, card, journey, boarding);
  const { price, concession } = transfer.anchor
    ? {
        price: priceOfTransfer(fares, journey.at(-1) ?? boarding, boarding, transfer, basePrice),
        concession: null,
      }
    : priceWithConcession(fares, card, history, boarding, basePrice);
  const amount = Math.min(price, leftOfDailyCap(fares, history, boarding));
  return {
    // The members are listed one by one because a spread takes ten times as long as the decision.
    reason: transfer.reason,
    anchor: transfer.anchor,
    transfersUsed: transfer.transfersUsed,
    transfersLeft: transfer.transfersLeft,
    windowEndsAt: transfer.windowEndsAt,
    amount,
    basePrice,
    product: boarding.component,
    // A boarding that would be free without the concession does not use its quota.
    concession: price > 0 && amount === 0 && concession === 'applied' ? null : concession,
    capped: amount < price,
    passback: isPassback(fares, history, boarding),
  };
}

function priceOfTransfer(
  fares: FaresOfDay,
  before: Boarding,
  boarding: Boarding,
  { transfersUsed }: TransferDecision,
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
