import type { ClientBase } from 'pg';
import type { ServiceCalendar } from '../../common/service-calendar';
import { BALANCES_AFTER_RECHARGES, type BalanceAfterRecharge } from '../../ledger/balances-after-recharges';
import { creditAfter, creditLeft } from '../engine/credit';
import type { FareRules } from '../engine/fare-rules';
import type { FareDifference } from './difference';

/** A card's row, with one of its boardings that ended below zero; a card may have a row without one. */
interface CreditBoarding {
  readonly card_id: number;
  readonly user_id: number | null;
  readonly credit_used: number;
  readonly credit_used_at: Date | null;
  readonly credit_limit: number;
  readonly trip_id: number | null;
  readonly boarding_time: Date;
  readonly new_balance: number;
}

/** What is known of a card's credit after one of its boardings; money in whole units of the currency. */
interface KnownCredit {
  readonly used: number;
  readonly usedAt: Date;
  readonly limit: number;
}

/** Rows in memory. */
const PAGE = 1_000;

/** Trips that were imported were decided elsewhere, and took none of this credit. */
const CREDIT_BOARDINGS = `
  SELECT card.card_id, user_id, credit_used, credit_used_at, credit_limit, trip_id, boarding_time, new_balance
  FROM cards card
  LEFT JOIN trips trip ON trip.card_id = card.card_id AND new_balance < 0 AND fare_reason IS NOT NULL
  WHERE trip_id IS NOT NULL OR credit_used > 0 OR credit_used_at IS NOT NULL
  ORDER BY card.card_id, trip_id`;

/**
 * Goes through all boardings that ended below zero, card by card: whether there was credit left for each, and whether
 * the card's row says what is left after the last.
 *
 * @param client in a transaction that reads one snapshot.
 */
export async function* verifyCredit(
  client: ClientBase,
  rules: FareRules,
  calendar: ServiceCalendar,
): AsyncGenerator<FareDifference> {
  await client.query(`DECLARE credit_boardings NO SCROLL CURSOR FOR ${CREDIT_BOARDINGS}`);
  let last: CreditBoarding | null = null;
  let credit: KnownCredit | null = null;
  for (;;) {
    const { rows } = await client.query<CreditBoarding>(`FETCH ${PAGE} FROM credit_boardings`);
    for (const boarding of rows) {
      if (last && last.card_id !== boarding.card_id) {
        yield* compareCard(last, credit);
        credit = null;
      }
      last = boarding;
      if (boarding.trip_id === null) continue;
      const left = await leftBefore(client, rules, calendar, boarding, credit);
      if (left === 0) yield withoutCredit(boarding);
      const { boarding_time: usedAt, new_balance } = boarding;
      const day = calendar.dayOf(usedAt);
      credit = { ...creditAfter(rules, day, new_balance, Math.max(left, 1)), usedAt };
    }
    if (rows.length === 0) break;
  }
  if (last) yield* compareCard(last, credit);
}

async function leftBefore(
  client: ClientBase,
  rules: FareRules,
  calendar: ServiceCalendar,
  { card_id, user_id, boarding_time }: CreditBoarding,
  credit: KnownCredit | null,
): Promise<number> {
  if (user_id === null) return 0;
  const today = calendar.dayOf(boarding_time);
  if (!credit) return creditLeft(rules, { used: 0, lastDay: null }, [], today);
  const lastDay = calendar.dayOf(credit.usedAt);
  const between = [calendar.startOf(lastDay), calendar.startOf(today)];
  const { rows } = await client.query<BalanceAfterRecharge>(BALANCES_AFTER_RECHARGES, [card_id, ...between]);
  const recharges = rows.map(({ at, balance }) => ({ day: calendar.dayOf(at), balance }));
  return creditLeft(rules, { used: credit.used, lastDay }, recharges, today);
}

function withoutCredit({ trip_id, card_id, new_balance }: CreditBoarding): FareDifference {
  return { trip_id, card_id, stored: { new_balance, refused: false }, decided: { refused: true } };
}

/** What a card may owe that never boarded on credit is not decided here: it may have come with an import. */
function* compareCard(card: CreditBoarding, credit: KnownCredit | null): Generator<FareDifference> {
  const { card_id, credit_used, credit_used_at, credit_limit } = card;
  const stored = { credit_used, credit_used_at, credit_limit };
  const decided = {
    credit_used: credit?.used ?? 0,
    credit_used_at: credit?.usedAt ?? null,
    credit_limit: credit?.limit ?? credit_limit,
  };
  if (JSON.stringify(stored) !== JSON.stringify(decided)) yield { trip_id: null, card_id, stored, decided };
}
