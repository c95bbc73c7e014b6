import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { EntityManager, type FindOptionsWhere, IsNull, Repository } from 'typeorm';
import { sqlState } from '../../common/http/problem/database-errors';
import type { Statement } from '../../platform/postgres/statement';
import { Account, type CounterAccountKind } from './account.entity';
import type { CardMovement, CounterAccount } from './card-movement';
import {
  type AccountedMovement,
  type FundsBefore,
  POST_ALL,
  POST_ONE,
  valuesOfAll,
  valuesOfOne,
} from './post-movements';
import { Posting, PostingKind } from './posting.entity';
import { RECHARGE_MOVEMENTS, type RechargeMovement } from './recharge-movements';

/** A card has another balance, or another debt, than its movements were planned with. */
export class UnexpectedBalanceError extends Error {
  /** @param expected of one card or of several. */
  constructor(expected: readonly FundsBefore[]) {
    const [card, ...others] = expected.map(
      ({ card_id, balance, debt }) => `card ${card_id} with a balance of ${balance} and a debt of ${debt}`,
    );
    super(
      others.length === 0
        ? `there is no ${card}`
        : `there is no ${card}, or one of ${others.length} other cards has changed`,
    );
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

/** An account that is not of one card. */
type SharedAccount = Exclude<CounterAccount, { readonly kind: 'debt' }>;

/** Money of a recharge that goes from one account (debit) to another (credit), in whole units of the currency. */
interface Transfer {
  readonly kind: 'recharge' | 'reversal';
  readonly from: SharedAccount;
  readonly to: SharedAccount;
  readonly amount: number;
  readonly recharge_id: number;
  readonly at: Date;
}

/** Moves money: one statement changes the balances and inserts the postings for it, so that both happen or neither. */
@Injectable()
export class LedgerRepository {
  /** By name. Accounts never change, so each id is read once. */
  private readonly accountIds = new Map<string, number>();

  constructor(
    @InjectRepository(Account) private readonly accounts: Repository<Account>,
    @InjectRepository(Posting) private readonly postings: Repository<Posting>,
  ) {}

  /**
   * Posts movements of one or several cards, in their order. The caller's transaction must have locked the rows of the cards. A fare
   * sets `last_used_date`.
   *
   * @param before what each card had when its movements were planned.
   * @throws UnexpectedBalanceError when a card has something else: then nothing is changed.
   */
  async post(
    manager: EntityManager,
    before: readonly FundsBefore[],
    movements: readonly CardMovement[],
  ): Promise<PostedMovement[]> {
    const { text, values, meaningOf } = await this.posting(manager, before, movements);
    return manager.query<PostedMovement[]>(text, [...values]).catch((error: unknown) => {
      throw meaningOf(error);
    });
  }

  /** The same as a statement, which the caller's transaction has still to run. */
  async posting(
    manager: EntityManager,
    before: readonly FundsBefore[],
    movements: readonly CardMovement[],
  ): Promise<Required<Statement>> {
    const meaningOf = (error: unknown): unknown =>
      sqlState(error) === NOT_NULL_VIOLATION ? new UnexpectedBalanceError(before) : error;
    const accounted: AccountedMovement[] = [];
    for (const movement of movements)
      accounted.push(
        Object.assign({ counter_id: await this.counterId(manager, movement.counter) }, movement),
      );
    const [first, ...others] = accounted;
    const [card] = before;
    // Nearly all movements are alone, and change no debt.
    if (first && card && others.length === 0 && first.counter_id !== null && !first.used_at)
      return { text: POST_ONE, values: valuesOfOne(card, first), meaningOf };
    return { text: POST_ALL, values: valuesOfAll(before, accounted), meaningOf };
  }

  /** Moves money of a recharge between two accounts that are not of a card. */
  async transfer(manager: EntityManager, transfer: Transfer): Promise<{ readonly posting_id: number }> {
    const { text, values } = await this.transferring(manager, transfer);
    const [posted] = await manager.query<{ posting_id: number }[]>(text, [...values]);
    if (!posted) throw new Error('a posting returned no row');
    return posted;
  }

  /** The same as a statement, which the caller's transaction has still to run. */
  async transferring(
    manager: EntityManager,
    { kind, from, to, amount, recharge_id, at }: Transfer,
  ): Promise<Statement> {
    const [debit, credit] = [await this.idOf(manager, from), await this.idOf(manager, to)];
    return {
      text: `INSERT INTO postings (kind, debit_account_id, credit_account_id, amount, recharge_id, posted_at)
             VALUES ($1, $2, $3, $4, $5, $6) RETURNING posting_id`,
      values: [kind, debit, credit, amount, recharge_id, at],
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

  /** Null for the card's own account of its debt. */
  private async counterId(manager: EntityManager, counter: CounterAccount): Promise<number | null> {
    return counter.kind === 'debt' ? null : this.idOf(manager, counter);
  }

  /** On the caller's connection: a transaction that waited for a second one could exhaust the pool. */
  private async idOf(manager: EntityManager, counter: SharedAccount): Promise<number> {
    const name = nameOf(counter);
    const known = this.accountIds.get(name);
    if (known !== undefined) return known;
    const account = await manager.findOneByOrFail(Account, conditionOf(counter));
    this.accountIds.set(name, account.account_id);
    return account.account_id;
  }
}

function nameOf(counter: SharedAccount): string {
  switch (counter.kind) {
    case 'cash':
      return `cash:${counter.channel}`;
    case 'fare_revenue':
      return `revenue:${counter.concessionaire_id}`;
    case 'pending_load':
      return counter.kind;
  }
}

function conditionOf(counter: SharedAccount): FindOptionsWhere<Account> {
  switch (counter.kind) {
    case 'cash':
    case 'pending_load':
      return counter;
    case 'fare_revenue':
      return { ...counter, concessionaire_id: counter.concessionaire_id ?? IsNull() };
  }
}
