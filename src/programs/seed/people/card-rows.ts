import { checkDigit } from '../../../modules/cards/card-number';
import type { CardCredits } from '../history/card-credits';
import type { CardStates } from '../history/card-states';
import type { Timeline } from '../history/timeline';
import type { Value } from '../load/copy';
import { shiftDay } from '../../../common/time/service-day';
import { NEVER, type Riders } from './riders';

export const CARD_COLUMNS = [
  'card_id',
  'account_id',
  'card_number',
  'user_id',
  'status',
  'balance',
  'credit_limit',
  'credit_used',
  'credit_used_at',
  'debt',
  'debt_account_id',
  'version',
  'acquisition_date',
  'last_used_date',
  'updated_at',
] as const;

/** Only one in a thousand of the numbers that the service draws for new cards begins like this. */
const NUMBER_PREFIX = '1010000';

/** Returns the rows of the cards after the history. `firstAccount` is the account of card 1; those of debts follow the cards'. */
export function* cardRows(
  riders: Riders,
  states: CardStates,
  credits: CardCredits,
  timeline: Timeline,
  firstAccount: number,
): Generator<readonly Value[]> {
  let debtAccount = firstAccount + riders.count;
  for (let card = 0; card < riders.count; card += 1) {
    const boarded = states.lastBoarding[card] ?? -1;
    const credit = credits.of(card);
    const debt = states.debts.get(card)?.debt ?? 0;
    const acquired = shiftDay(timeline.today, -riders.acquiredDaysAgo(card));
    yield [
      card + 1,
      firstAccount + card,
      cardNumber(card + 1),
      riders.userOf[card] || null,
      riders.statusOf(card),
      states.balanceOf(card),
      credit?.limit ?? 0,
      credit?.used ?? 0,
      credit ? timeline.stamp(credit.usedAt) : null,
      debt,
      debt > 0 ? debtAccount++ : null,
      states.version[card] ?? 0,
      acquired,
      boarded < 0 ? null : timeline.stamp(boarded),
      updatedAt(card, riders, states, timeline) ?? timeline.noonOf(acquired),
    ];
  }
}

/** Returns when the card had its last posting or was blocked, or null if nothing happened to it in the history. */
function updatedAt(card: number, riders: Riders, states: CardStates, timeline: Timeline): string | null {
  const quit = riders.quitAt[card] ?? NEVER;
  const last = Math.max(states.lastPosting[card] ?? -1, quit === NEVER ? -1 : quit);
  return last < 0 ? null : timeline.stamp(last);
}

export function cardNumber(id: number): string {
  const digits = NUMBER_PREFIX + String(id).padStart(15 - NUMBER_PREFIX.length, '0');
  return `${digits}${checkDigit(digits)}`;
}
