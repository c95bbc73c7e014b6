/** A posted recharge of a card, or the reversal of one. Money is in whole units of the currency. */
export interface RechargeMovement {
  readonly recharge_id: number;
  readonly is_reversal: boolean;
  readonly amount: number;
  /** The card's balance right after it, and after what it paid of a debt. */
  readonly balance: number;
  readonly at: Date;
}

/**
 * SQL: the movements of a card ($1) from a time ($2) until before another ($3), in the order in which they were posted.
 */
export const RECHARGE_MOVEMENTS = `
  SELECT recharge_id, kind = 'reversal' AS is_reversal, amount,
         CASE next_kind WHEN 'debt_payment' THEN next_balance ELSE card_balance END AS balance, posted_at AS at
  FROM (
    SELECT posting_id, recharge_id, kind, amount, card_balance, posted_at, lead(kind) OVER history AS next_kind,
           lead(card_balance) OVER history AS next_balance
    FROM postings
    WHERE card_id = $1 AND kind IN ('recharge', 'load', 'reversal', 'debt_payment') AND recharge_id IS NOT NULL
      AND posted_at >= $2 AND posted_at < $3
    WINDOW history AS (ORDER BY posting_id)) movements
  WHERE kind <> 'debt_payment'
  ORDER BY posting_id`;
