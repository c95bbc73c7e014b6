/** A posted recharge of a card, or the reversal of one. Money is in whole units of the currency. */
export interface RechargeMovement {
  readonly recharge_id: number;
  readonly is_reversal: boolean;
  readonly amount: number;
  /** The card's balance right after it. */
  readonly balance: number;
  readonly at: Date;
}

/**
 * SQL: the movements of a card ($1) from a time ($2) until before another ($3), in the order in which they were posted.
 */
export const RECHARGE_MOVEMENTS = `
  SELECT recharge_id, kind = 'reversal' AS is_reversal, amount, card_balance AS balance, posted_at AS at
  FROM postings
  WHERE card_id = $1 AND kind IN ('recharge', 'reversal') AND posted_at >= $2 AND posted_at < $3
  ORDER BY posting_id`;
