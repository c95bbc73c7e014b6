import type { ClientBase } from 'pg';
import type { ProvenSeal } from '../../platform/audit/seals/verify-chain';

/** How far the books were proven: a seal, and what the checks of later postings begin with. Money in whole units. */
export interface LedgerPosition extends ProvenSeal {
  /** The largest recharge, and the largest trip, that a posting up to the seal is about. */
  readonly recharge_id: number;
  readonly trip_id: number;
  /** What all postings up to the seal left on all cards. */
  readonly card_balances: number;
  /** What all postings up to the seal left cards owing beside their balances; a position of before there were debts has none. */
  readonly card_debts?: number;
}

export const NOTHING_PROVEN: LedgerPosition = {
  seal: 0,
  through_id: -1,
  digest: '',
  recharge_id: 0,
  trip_id: 0,
  card_balances: 0,
  card_debts: 0,
};

/** The position at a seal, from one before it: it reads the postings in between. */
export async function advancePosition(
  client: ClientBase,
  from: LedgerPosition,
  head: ProvenSeal,
): Promise<LedgerPosition> {
  const { rows } = await client.query<
    Pick<LedgerPosition, 'recharge_id' | 'trip_id' | 'card_balances' | 'card_debts'>
  >(
    `SELECT greatest($3, max(recharge_id) FILTER (WHERE posting.kind = 'recharge')) AS recharge_id,
            greatest($4, max(trip_id) FILTER (WHERE posting.kind = 'fare')) AS trip_id,
            $5::bigint + ${CHANGE_OF_CARDS} AS card_balances, $6::bigint + ${CHANGE_OF_DEBTS} AS card_debts
     FROM postings posting
     JOIN accounts debit ON debit.account_id = debit_account_id
     JOIN accounts credit ON credit.account_id = credit_account_id
     WHERE posting_id > $1 AND posting_id <= $2`,
    [
      from.through_id,
      head.through_id,
      from.recharge_id,
      from.trip_id,
      from.card_balances,
      from.card_debts ?? 0,
    ],
  );
  const [found] = rows;
  if (!found) throw new Error('an aggregate has no row');
  return { ...head, ...found };
}

/** What postings change on cards, with their accounts as `debit` and `credit`. */
export const CHANGE_OF_CARDS = `coalesce(sum(CASE WHEN credit.kind = 'card' THEN amount ELSE 0 END
  - CASE WHEN debit.kind = 'card' THEN amount ELSE 0 END), 0)`;

/** What postings change of what cards owe beside their balances, with their accounts as `debit` and `credit`. */
export const CHANGE_OF_DEBTS = `coalesce(sum(CASE WHEN debit.kind = 'debt' THEN amount ELSE 0 END
  - CASE WHEN credit.kind = 'debt' THEN amount ELSE 0 END), 0)`;
