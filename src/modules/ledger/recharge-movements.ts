/** A recharge of a card, or the reversal of one, as it was posted; money in whole units of the currency. */
export interface RechargeMovement {
  readonly recharge_id: number;
  readonly is_reversal: boolean;
  readonly amount: number;
  /** What it left on the card. */
  readonly balance: number;
  readonly at: Date;
}

/** Those of a card ($1) from a moment ($2) until before another ($3), in the order in which they were posted. */
export const RECHARGE_MOVEMENTS = `
  SELECT recharge_id, kind = 'reversal' AS is_reversal, amount, card_balance AS balance, posted_at AS at
  FROM postings
  WHERE card_id = $1 AND kind IN ('recharge', 'reversal') AND posted_at >= $2 AND posted_at < $3
  ORDER BY posting_id`;
