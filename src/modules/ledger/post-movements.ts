import type { CardFunds, CardMovement } from './card-movement';

/** A movement, and the account on the other side; null is the card's own account for its debt. */
export type AccountedMovement = CardMovement & { readonly counter_id: number | null };

/** What was on a card, and what it owed beside it, when its movements were planned. */
export type FundsBefore = Pick<CardFunds, 'card_id' | 'balance' | 'debt'>;

/**
 * SQL: one movement of one card. If there is no card with the expected balance, the posting has no card, and is refused.
 */
export const POST_ONE = `
  WITH card AS (
    UPDATE cards SET balance = balance + $2::bigint, version = version + 1, updated_at = $3,
                     last_used_date = CASE $4 WHEN 'fare' THEN $3 ELSE last_used_date END
    WHERE card_id = $1 AND balance = $8
    RETURNING card_id, account_id, balance, version)
  INSERT INTO postings (kind, debit_account_id, credit_account_id, amount,
                        card_id, card_version, card_balance, recharge_id, trip_id, posted_at)
  SELECT $4, CASE WHEN $2::bigint > 0 THEN $5::bigint ELSE account_id END,
         CASE WHEN $2::bigint > 0 THEN account_id ELSE $5::bigint END, abs($2::bigint),
         card_id, version, balance, $6, $7, $3
  FROM (VALUES (true)) AS once LEFT JOIN card ON true
  RETURNING posting_id, card_balance, card_version`;

/**
 * SQL: any movements of any cards, in their order. An account for the debt is opened with the first debt of a card. If a card has
 * not the expected balance and debt, its postings have no account, and are refused.
 */
export const POST_ALL = `
  WITH movements AS (
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::timestamptz[],
                         $8::timestamptz[])
      WITH ORDINALITY AS movement (card_id, change, kind, counter_id, recharge_id, trip_id, at, used_at, n)),
  sums AS (
    SELECT card_id, sum(change)::bigint AS change, count(*) AS postings, bool_or(counter_id IS NULL) AS concerns_debt,
           coalesce(sum(change) FILTER (WHERE counter_id IS NULL), 0)::bigint AS lent,
           max(at) AS at, max(used_at) AS used_at
    FROM movements GROUP BY card_id),
  planned AS MATERIALIZED (
    SELECT sums.*, before.balance, before.debt, debt_account_id IS NULL AND concerns_debt AS has_first_debt,
           coalesce(debt_account_id, CASE WHEN concerns_debt THEN nextval('accounts_account_id_seq') END) AS account_of_debt
    FROM unnest($9::bigint[], $10::bigint[], $11::bigint[]) AS before (card_id, balance, debt)
    JOIN sums USING (card_id) JOIN cards USING (card_id)),
  opened AS (
    INSERT INTO accounts (account_id, kind) SELECT account_of_debt, 'debt' FROM planned WHERE has_first_debt),
  moved AS (
    UPDATE cards
    SET balance = planned.balance + change, debt = planned.debt + lent, debt_account_id = account_of_debt,
        version = version + postings, updated_at = greatest(updated_at, at),
        last_used_date = greatest(last_used_date, used_at)
    FROM planned
    WHERE cards.card_id = planned.card_id AND cards.balance = planned.balance AND cards.debt = planned.debt
    RETURNING cards.card_id, account_id, account_of_debt, planned.balance AS balance_before, version - postings AS version_before)
  INSERT INTO postings (kind, debit_account_id, credit_account_id, amount,
                        card_id, card_version, card_balance, recharge_id, trip_id, posted_at)
  SELECT kind, CASE WHEN change > 0 THEN coalesce(counter_id, account_of_debt) ELSE account_id END,
         CASE WHEN change > 0 THEN account_id ELSE coalesce(counter_id, account_of_debt) END, abs(change),
         moved.card_id, version_before + row_number() OVER history, balance_before + sum(change) OVER history,
         recharge_id, trip_id, at
  FROM movements LEFT JOIN moved USING (card_id)
  WINDOW history AS (PARTITION BY movements.card_id ORDER BY n ROWS UNBOUNDED PRECEDING)
  ORDER BY n
  RETURNING posting_id, card_balance, card_version`;

/** The parameters of {@link POST_ONE}. */
export function valuesOfOne(
  { card_id, balance }: FundsBefore,
  movement: AccountedMovement,
): readonly unknown[] {
  const { change, at, kind, counter_id, recharge_id = null, trip_id = null } = movement;
  return [card_id, change, at, kind, counter_id, recharge_id, trip_id, balance];
}

/** The parameters of {@link POST_ALL}. */
export function valuesOfAll(
  before: readonly FundsBefore[],
  movements: readonly AccountedMovement[],
): readonly unknown[] {
  return [
    movements.map(({ card_id }) => card_id),
    movements.map(({ change }) => change),
    movements.map(({ kind }) => kind),
    movements.map(({ counter_id }) => counter_id),
    movements.map(({ recharge_id }) => recharge_id ?? null),
    movements.map(({ trip_id }) => trip_id ?? null),
    movements.map(({ at }) => at),
    movements.map(({ kind, at, used_at = at }) => (kind === 'fare' ? used_at : null)),
    before.map(({ card_id }) => card_id),
    before.map(({ balance }) => balance),
    before.map(({ debt }) => debt),
  ];
}
