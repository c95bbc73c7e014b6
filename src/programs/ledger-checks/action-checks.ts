import type { LedgerCheck } from './check';

/** What must hold for recharges that a validator loads. */
export const actionChecks: readonly LedgerCheck[] = [
  {
    name: 'what waits for validators is what its account has, and each action is posted as its status says',
    breaks: `
      WITH sides AS (
        SELECT recharge_id, posting.kind, amount, card_id, card_balance, posted_at, credit_account_id = account_id AS is_in
        FROM postings posting JOIN accounts account ON account_id IN (debit_account_id, credit_account_id)
        WHERE account.kind = 'pending_load'),
      posted AS (
        SELECT recharge_id, count(*) FILTER (WHERE is_in) AS came, count(*) FILTER (WHERE NOT is_in) AS went,
               min(amount) AS least, max(amount) AS most, min(kind) FILTER (WHERE NOT is_in) AS kind,
               min(card_id) AS card_id, min(card_balance) AS card_balance, min(posted_at) FILTER (WHERE NOT is_in) AS ended_at
        FROM sides GROUP BY recharge_id),
      paid AS (
        SELECT recharge_id, sum(amount) AS debt_paid FROM postings
        WHERE kind = 'debt_payment' AND recharge_id IN (SELECT action_id FROM actions) GROUP BY recharge_id)
      SELECT action_id, posted.recharge_id, status, action.amount, came, went, posted.kind, action.ended_at
      FROM actions action FULL JOIN posted ON posted.recharge_id = action_id
      LEFT JOIN paid ON paid.recharge_id = action_id
      LEFT JOIN recharges recharge ON recharge.recharge_id = action_id
      WHERE came IS DISTINCT FROM 1 OR least IS DISTINCT FROM action.amount OR most IS DISTINCT FROM action.amount
         OR recharge.amount IS DISTINCT FROM action.amount OR recharge.card_id IS DISTINCT FROM action.card_id
         OR went IS DISTINCT FROM CASE status WHEN 'pending' THEN 0 ELSE 1 END
         OR posted.ended_at IS DISTINCT FROM action.ended_at
         OR posted.kind IS DISTINCT FROM CASE status WHEN 'collected' THEN 'load' WHEN 'returned' THEN 'reversal' END
         OR posted.card_id IS DISTINCT FROM CASE status WHEN 'collected' THEN action.card_id END
         OR action.debt_paid IS DISTINCT FROM CASE status WHEN 'collected' THEN coalesce(paid.debt_paid, 0) END
         OR action.new_balance IS DISTINCT FROM posted.card_balance - action.debt_paid`,
  },
];
