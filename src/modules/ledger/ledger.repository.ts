import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { EntityManager, type FindOptionsWhere, IsNull, Repository } from 'typeorm';
import { sqlState } from '../../common/http/problem/database-errors';
import type { Statement } from '../../platform/postgres/statement';
import { Account, type CounterAccountKind } from './account.entity';
import { Posting, PostingKind } from './posting.entity';
import { RECHARGE_MOVEMENTS, type RechargeMovement } from './recharge-movements';

/** The account on the other side of a card's. */
export type CounterAccount =
  | { readonly kind: 'cash'; readonly channel: string }
  | { readonly kind: 'fare_revenue'; readonly concessionaire_id: number | null };

/** A movement between a card and a counter account. */
export interface CardMovement {
  readonly kind: Exclude<PostingKind, 'opening' | 'adjustment'>;
  readonly card_id: number;
  /** The balance of the card, in whole units, that the movement was planned with. */
  readonly balance_before: number;
  /** In whole units: above zero credits the card, below zero debits it. */
  readonly change: number;
  readonly counter: CounterAccount;
  readonly recharge_id?: number;
  readonly trip_id?: number;
  readonly at: Date;
}

/** The card has another balance than the movement was planned with. */
export class UnexpectedBalanceError extends Error {
  constructor(cardId: number, expected: number) {
    super(`card ${cardId} is missing, or its balance is not the expected ${expected}`);
  }
}

/** What a posting left behind on its card. */
export interface PostedMovement {
  readonly posting_id: number;
  readonly card_balance: number;
  readonly card_version: number;
}

/** A posting as the statement of its card shows it. */
export interface StatementRow {
  readonly posting_id: number;
  readonly kind: PostingKind;
  readonly amount: number;
  readonly card_credited: boolean;
  readonly card_balance: number;
  readonly card_version: number;
  readonly counter_kind: CounterAccountKind;
  readonly counter_name: string | null;
  readonly recharge_id: number | null;
  readonly trip_id: number | null;
  readonly posted_at: Date;
}

const NOT_NULL_VIOLATION = '23502';

/** If there is no card with the expected balance, the posting has no card, and is refused. */
const POST = `
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

/** Moves money: one statement changes a card's balance and inserts the posting for it, so that both happen or neither. */
@Injectable()
export class LedgerRepository {
  /** By name. Accounts never change, so each id is read once. */
  private readonly accountIds = new Map<string, number>();

  constructor(
    @InjectRepository(Account) private readonly accounts: Repository<Account>,
    @InjectRepository(Posting) private readonly postings: Repository<Posting>,
  ) {}

  /**
   * The caller's transaction must have locked the card's row. A fare sets `last_used_date`.
   *
   * @throws UnexpectedBalanceError when the balance is not `balance_before`: then nothing is changed.
   */
  async post(manager: EntityManager, movement: CardMovement): Promise<PostedMovement> {
    const { text, values, meaningOf } = await this.posting(manager, movement);
    const [posted] = await manager.query<PostedMovement[]>(text, [...values]).catch((error: unknown) => {
      throw meaningOf(error);
    });
    if (!posted) throw new Error('a posting returned no row');
    return posted;
  }

  /** The same as a statement, which the caller's transaction has still to run. */
  async posting(manager: EntityManager, movement: CardMovement): Promise<Required<Statement>> {
    const { card_id, balance_before, change, kind, recharge_id = null, trip_id = null, at } = movement;
    const counterId = await this.accountId(manager, movement.counter);
    return {
      text: POST,
      values: [card_id, change, at, kind, counterId, recharge_id, trip_id, balance_before],
      meaningOf: (error) =>
        sqlState(error) === NOT_NULL_VIOLATION ? new UnexpectedBalanceError(card_id, balance_before) : error,
    };
  }

  /** The recharges and reversals of a card in a span of time that ends before `until`, in their order. */
  async rechargeMovements(
    manager: EntityManager,
    cardId: number,
    from: Date,
    until: Date,
  ): Promise<RechargeMovement[]> {
    return manager.query<RechargeMovement[]>(RECHARGE_MOVEMENTS, [cardId, from, until]);
  }

  /** Opens the cash account of each channel that has none yet. */
  async openCashAccounts(channels: readonly string[]): Promise<void> {
    await this.accounts.query(
      `INSERT INTO accounts (kind, channel) SELECT 'cash', unnest($1::text[]) ON CONFLICT (channel) DO NOTHING`,
      [channels],
    );
  }

  /** Newest first, one row more than the limit; the counter account is the side that isn't the card's. */
  async statement(cardId: number, beforePostingId: number | null, limit: number): Promise<StatementRow[]> {
    return this.postings.query<StatementRow[]>(
      `SELECT posting.posting_id, posting.kind, posting.amount, posting.card_balance, posting.card_version,
              posting.recharge_id, posting.trip_id, posting.posted_at,
              posting.credit_account_id = card.account_id AS card_credited,
              counter.kind AS counter_kind, coalesce(counter.channel, concessionaire.name) AS counter_name
       FROM postings posting
       JOIN cards card ON card.card_id = posting.card_id
       JOIN accounts counter ON counter.account_id =
         CASE card.account_id WHEN posting.debit_account_id THEN posting.credit_account_id
                              ELSE posting.debit_account_id END
       LEFT JOIN concessionaires concessionaire USING (concessionaire_id)
       WHERE posting.card_id = $1 AND posting.posting_id < $2
       ORDER BY posting.posting_id DESC LIMIT $3`,
      [cardId, beforePostingId ?? Number.MAX_SAFE_INTEGER, limit + 1],
    );
  }

  /** On the caller's connection: a transaction that waited for a second one could exhaust the pool. */
  private async accountId(manager: EntityManager, counter: CounterAccount): Promise<number> {
    const name = nameOf(counter);
    const known = this.accountIds.get(name);
    if (known !== undefined) return known;
    const account = await manager.findOneByOrFail(Account, conditionOf(counter));
    this.accountIds.set(name, account.account_id);
    return account.account_id;
  }
}

function nameOf(counter: CounterAccount): string {
  switch (counter.kind) {
    case 'cash':
      return `cash:${counter.channel}`;
    case 'fare_revenue':
      return `revenue:${counter.concessionaire_id}`;
  }
}

function conditionOf(counter: CounterAccount): FindOptionsWhere<Account> {
  switch (counter.kind) {
    case 'cash':
      return counter;
    case 'fare_revenue':
      return { ...counter, concessionaire_id: counter.concessionaire_id ?? IsNull() };
  }
}
