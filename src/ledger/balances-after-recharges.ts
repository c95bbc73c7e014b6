/** What a recharge left on the card, in whole units of the currency, and when. */
export interface BalanceAfterRecharge {
  readonly at: Date;
  readonly balance: number;
}

/** Recharges of a card ($1) from a moment ($2) until before another ($3). */
export const BALANCES_AFTER_RECHARGES = `
  SELECT posted_at AS at, card_balance AS balance FROM postings
  WHERE card_id = $1 AND kind = 'recharge' AND posted_at >= $2 AND posted_at < $3`;
