import type { ClientBase } from 'pg';
import type { LedgerCheck } from './check';
import { CHANGE_OF_CARDS, CHANGE_OF_DEBTS, type LedgerPosition } from './ledger-position';
import { ledgerChecks } from './ledger-checks';
import { lostReferencesOf } from './reference-check';
import { findBreaks, type Finding } from './verify-ledger';

/** What stands in a check for a table, so that it reads only what is new, each after those that it needs. */
const NEW_ROWS = {
  postings: 'SELECT * FROM public.postings WHERE posting_id > (SELECT through_id FROM proven)',
  // One whose id was drawn early may have been posted late.
  recharges: `
    SELECT * FROM public.recharges WHERE recharge_id > (SELECT recharge_id FROM proven)
    UNION SELECT recharge.* FROM postings JOIN public.recharges recharge USING (recharge_id) WHERE kind = 'recharge'`,
  recharge_reversals: `
    SELECT * FROM public.recharge_reversals WHERE posting_id > (SELECT through_id FROM proven)
    UNION SELECT reversal.* FROM postings JOIN public.recharge_reversals reversal USING (recharge_id)
    WHERE kind = 'reversal'`,
  // Another client may have used the same text for an older recharge.
  recharge_transactions: `
    SELECT same.* FROM recharges JOIN public.recharge_transactions claim USING (transaction_id, recharge_id)
    JOIN public.recharge_transactions same USING (transaction_id, client)`,
  trips: `
    SELECT * FROM public.trips WHERE trip_id > (SELECT trip_id FROM proven)
    UNION SELECT trip.* FROM postings JOIN public.trips trip USING (trip_id) WHERE kind = 'fare'`,
  cards: 'SELECT * FROM public.cards WHERE card_id IN (SELECT card_id FROM postings)',
} as const;

type Table = keyof typeof NEW_ROWS;

/** The checks that hold of new rows what they hold of all, and of which tables they then read the new rows. */
const KNOWN: readonly (readonly [name: string, tables: readonly Table[]])[] = [
  ['every posting moves an amount from one account to another', ['postings']],
  [
    "every card's balance and version are those of its last posting, and it was not updated before that",
    ['postings', 'cards'],
  ],
  ['no card owes more than it may', []],
  ["a posting that names no card moves no card's account", ['postings']],
  ['each kind of posting debits and credits the kinds of account that it may', ['postings']],
  [
    'each recharge is posted once, for its amount, its card and its channel, at its time',
    ['postings', 'recharges'],
  ],
  [
    'each reversal is posted once, for the whole recharge, from its card to its channel, at its time',
    ['postings', 'recharge_reversals'],
  ],
  [
    'each transaction_id of a client belongs to one recharge that exists',
    ['postings', 'recharges', 'recharge_transactions'],
  ],
  [
    'each fare above 0 is posted once, for its amount and its card, at its boarding, to the concessionaire of its route',
    ['postings', 'trips'],
  ],
  [
    'each ride begins and ends at stops of its route, and was charged the price for the type of its route',
    ['postings', 'trips'],
  ],
  [
    'there is one account for each concessionaire, each channel, openings, adjustments and other fare revenue',
    [],
  ],
  ['no id and no watermark is above the last id that its sequence has given', []],
  ['each table that must have exactly one row, or one for each source, has it', []],
  [
    'a payout leaves nothing on a card of an erased rider, and no such card has money, owes any, or can be used',
    ['postings', 'cards'],
  ],
  [
    'what a card was lent is part of what follows it, and what it paid of its debt is part of what came before it',
    ['postings'],
  ],
  ['the hotlist has exactly the cards that are blocked or lost, or owe more than is tolerated', []],
  ['each list of the validators has the members, the checksum and the version that it says', []],
];

/** Those that begin with what was proven. */
const OWN: readonly (LedgerCheck & { readonly tables: readonly Table[] })[] = [
  {
    name: 'whatever a new posting, recharge or trip refers to exists',
    tables: ['postings', 'recharges', 'trips'],
    breaks: ['postings', 'recharges', 'trips'].map(lostReferencesOf).join(' UNION ALL '),
  },
  {
    name: "a card's new postings go on from the version and the balance that its last proven posting left",
    tables: ['postings'],
    breaks: `
      WITH steps AS (
        SELECT posting_id, posting.card_id, card_version, card_balance,
               CASE credit_account_id WHEN card.account_id THEN amount ELSE -amount END AS change,
               lag(card_version) OVER card_history AS version_before, lag(card_balance) OVER card_history AS balance_before,
               card.account_id IN (debit_account_id, credit_account_id) AS names_its_account
        FROM postings posting JOIN cards card USING (card_id)
        WINDOW card_history AS (PARTITION BY posting.card_id ORDER BY posting_id)),
      continued AS (
        SELECT steps.posting_id, steps.card_id, steps.card_version, steps.card_balance, change, names_its_account,
               coalesce(version_before, opening.card_version, 0) AS version_before,
               coalesce(balance_before, opening.card_balance, 0) AS balance_before
        FROM steps LEFT JOIN LATERAL (
          SELECT proven_posting.card_version, proven_posting.card_balance FROM public.postings proven_posting
          WHERE proven_posting.card_id = steps.card_id AND posting_id <= (SELECT through_id FROM proven)
          ORDER BY posting_id DESC LIMIT 1) opening ON version_before IS NULL)
      SELECT * FROM continued
      WHERE card_version <> version_before + 1 OR card_balance <> balance_before + change OR NOT names_its_account`,
  },
  {
    name: 'all cards together have what all postings left on them',
    tables: ['postings'],
    breaks: `
      WITH sums AS (
        SELECT balances, debts, proven.card_balances + on_cards AS posted, proven.card_debts + lent AS posted_debts
        FROM proven, (SELECT sum(balance) AS balances, sum(debt) AS debts FROM cards) cards_now, (
          SELECT ${CHANGE_OF_CARDS} AS on_cards, ${CHANGE_OF_DEBTS} AS lent FROM postings
          JOIN accounts debit ON debit.account_id = debit_account_id
          JOIN accounts credit ON credit.account_id = credit_account_id) changes)
      SELECT balances, posted, debts, posted_debts FROM sums
      WHERE coalesce(balances, 0) <> posted OR coalesce(debts, 0) <> posted_debts`,
  },
];

/** The names of all checks of what is new, in the order in which they are looked at. */
export const NEW_POSTING_CHECK_NAMES: readonly string[] = [...OWN, ...KNOWN.map(([name]) => ({ name }))].map(
  ({ name }) => name,
);

/**
 * Proves what was posted behind a position that was proven before, at the cost of what is new; but for three sums over
 * all cards, accounts and ids. That what was proven has not changed since, it takes from the seals only as far as somebody
 * has read them: `--full` reads everything.
 *
 * @param client in a transaction that reads one snapshot.
 */
export async function* verifyNewPostings(client: ClientBase, from: LedgerPosition): AsyncGenerator<Finding> {
  const known = KNOWN.map(([name, tables]) => ({ name, tables, breaks: breaksOf(name) }));
  for (const { name, tables, breaks } of [...OWN, ...known]) {
    const proven = `proven (through_id, recharge_id, trip_id, card_balances, card_debts) AS (
      SELECT $1::bigint, $2::bigint, $3::bigint, $4::bigint, $5::bigint)`;
    const newRows = tables.map((table) => `${table} AS MATERIALIZED (${NEW_ROWS[table]})`);
    yield findBreaks(client, name, breaks, {
      before: [proven, ...newRows],
      values: [from.through_id, from.recharge_id, from.trip_id, from.card_balances, from.card_debts ?? 0],
    });
  }
}

function breaksOf(name: string): string {
  const check = ledgerChecks.find((known) => known.name === name);
  if (!check) throw new Error(`no check is called ${name}`);
  return check.breaks;
}
