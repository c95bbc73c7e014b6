import type { LedgerCheck } from './check';

/** What must hold for what cards owe beside their balances. */
export const debtChecks: readonly LedgerCheck[] = [
  {
    name: "every card's debt is the sum of its account's postings, and each account of a debt is of one card",
    breaks: `
      WITH sides AS (
        SELECT debit_account_id AS account_id, amount FROM postings
        UNION ALL SELECT credit_account_id, -amount FROM postings),
      sums AS (
        SELECT account_id, sum(amount) AS total FROM sides JOIN accounts USING (account_id) WHERE kind = 'debt' GROUP BY account_id),
      debts AS (SELECT account_id, total FROM accounts LEFT JOIN sums USING (account_id) WHERE kind = 'debt'),
      owing AS (SELECT card_id, debt_account_id AS account_id, debt FROM cards WHERE debt_account_id IS NOT NULL OR debt <> 0)
      SELECT card_id, account_id, debt, total AS postings, count(*) OVER (PARTITION BY account_id) AS cards
      FROM owing FULL JOIN debts USING (account_id)
      WHERE debt IS DISTINCT FROM coalesce(total, 0)
         OR account_id IN (SELECT account_id FROM owing GROUP BY account_id HAVING count(*) > 1)`,
  },
  {
    // A seal may end between two postings of one movement, so the one beside is looked for among all.
    name: 'what a card was lent is part of what follows it, and what it paid of its debt is part of what came before it',
    breaks: `
      SELECT posting.posting_id, posting.kind, posting.card_id, posting.recharge_id, posting.trip_id, posting.amount,
             beside.kind AS beside, beside.amount AS amount_beside
      FROM postings posting
      LEFT JOIN public.cards card ON card.card_id = posting.card_id
      LEFT JOIN public.postings beside ON beside.card_id = posting.card_id
        AND beside.card_version = posting.card_version + CASE posting.kind WHEN 'debt' THEN 1 ELSE -1 END
      WHERE posting.kind IN ('debt', 'debt_payment')
        AND (card.debt_account_id IS DISTINCT FROM
               CASE posting.kind WHEN 'debt' THEN posting.debit_account_id ELSE posting.credit_account_id END
          OR beside.amount IS NULL OR posting.amount > beside.amount OR posting.posted_at <> beside.posted_at
          OR posting.recharge_id IS DISTINCT FROM beside.recharge_id OR posting.trip_id IS DISTINCT FROM beside.trip_id
          OR beside.kind NOT IN ('fare_adjustment', CASE posting.kind WHEN 'debt' THEN 'fare' ELSE 'recharge' END,
                                 CASE posting.kind WHEN 'debt' THEN 'reversal' ELSE 'load' END))`,
  },
];
