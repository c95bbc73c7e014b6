/**
 * SQL: whether a posting gives a rider something back of a fare. An adjustment of a fare goes either way, and its accounts say which.
 */
const IS_GIVEN_BACK = `kind = 'fare_adjustment'
  AND (SELECT accounts.kind FROM accounts WHERE account_id = debit_account_id) = 'fare_revenue'`;

/** SQL: what a row of `postings` adds to the sum of its kind. */
export const SIGNED_AMOUNT = `CASE WHEN ${IS_GIVEN_BACK} THEN -amount ELSE amount END`;

/** SQL: the account on the other side of the card's: of a channel, or of a concessionaire. */
export const COUNTER_ACCOUNT = `CASE WHEN kind = 'recharge' OR (${IS_GIVEN_BACK}) THEN debit_account_id ELSE credit_account_id END`;
