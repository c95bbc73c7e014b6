import type { ClientBase } from 'pg';
import type { ServiceCalendar } from '../../common/time/service-calendar';
import { RECHARGE_MOVEMENTS, type RechargeMovement } from '../../modules/ledger/recharge-movements';
import { type CardCredit, creditLeftAt } from '../../modules/fares/card-credit';
import { creditAfter } from '../../modules/fares/engine/credit';
import type { FareRules } from '../../modules/fares/engine/fare-rules';
import type { FareDifference } from './difference';

/** The credit in a card's row. The limit is in whole units of the currency. */
interface StoredCredit extends CardCredit {
  readonly credit_limit: number;
}

/** The credit of a card with one of its boardings that ended below zero, or with none. */
interface CreditBoarding extends StoredCredit {
  readonly card_id: number;
  readonly trip_id: number | null;
  readonly boarding_time: Date;
  readonly new_balance: number;
}

/** The most rows that are in memory at a time. */
const PAGE_ROWS = 1_000;

/**
 * Imported trips are left out, because the replaced service decided them and they used no credit here; and so are taps of devices,
 * which become debt and use none.
 */
const CREDIT_BOARDINGS = `
  SELECT card.card_id, user_id, credit_used, credit_used_at, credit_limit, trip_id, boarding_time, new_balance
  FROM cards card
  LEFT JOIN trips trip ON trip.card_id = card.card_id AND new_balance < 0 AND fare_reason IS NOT NULL
    AND validator_id IS NULL
  WHERE trip_id IS NOT NULL OR credit_used > 0 OR credit_used_at IS NOT NULL
  ORDER BY card.card_id, trip_id`;

/**
 * Checks all boardings that ended below zero, card by card: that the card had credit left for each of them, and that the
 * card's row says what was left after the last one.
 *
 * @param client is in a transaction that reads one snapshot.
 */
export async function* verifyCredit(
  client: ClientBase,
  rules: FareRules,
  calendar: ServiceCalendar,
): AsyncGenerator<FareDifference> {
  await client.query(`DECLARE credit_boardings NO SCROLL CURSOR FOR ${CREDIT_BOARDINGS}`);
  let last: CreditBoarding | null = null;
  let credit: StoredCredit | null = null;
  for (;;) {
    const { rows } = await client.query<CreditBoarding>(`FETCH ${PAGE_ROWS} FROM credit_boardings`);
    for (const boarding of rows) {
      if (last && last.card_id !== boarding.card_id) {
        yield* compareCard(last, credit);
        credit = null;
      }
      last = boarding;
      if (boarding.trip_id === null) continue;
      const { card_id, user_id, boarding_time, new_balance } = boarding;
      const findRecharges = async (from: Date, until: Date): Promise<RechargeMovement[]> =>
        (await client.query<RechargeMovement>(RECHARGE_MOVEMENTS, [card_id, from, until])).rows;
      const before = credit ?? { user_id, credit_used: 0, credit_used_at: null };
      const left = await creditLeftAt(boarding_time, before, rules, calendar, findRecharges);
      if (left === 0) yield withoutCredit(boarding);
      const day = calendar.dayOf(boarding_time);
      const { used, limit } = creditAfter(rules, day, new_balance, Math.max(left, 1));
      credit = { user_id, credit_used: used, credit_used_at: boarding_time, credit_limit: limit };
    }
    if (rows.length === 0) break;
  }
  if (last) yield* compareCard(last, credit);
}

function withoutCredit({ trip_id, card_id, new_balance }: CreditBoarding): FareDifference {
  return { trip_id, card_id, stored: { new_balance, refused: false }, decided: { refused: true } };
}

/** A card that never boarded on credit keeps its stored limit, because an import may have set it. */
function* compareCard(card: CreditBoarding, credit: StoredCredit | null): Generator<FareDifference> {
  const stored = columnsOf(card);
  const decided = columnsOf(credit ?? { ...card, credit_used: 0, credit_used_at: null });
  if (JSON.stringify(stored) === JSON.stringify(decided)) return;
  yield { trip_id: null, card_id: card.card_id, stored, decided };
}

function columnsOf({ credit_used, credit_used_at, credit_limit }: StoredCredit): FareDifference['stored'] {
  return { credit_used, credit_used_at, credit_limit };
}
