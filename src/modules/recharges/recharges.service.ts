import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { evictions } from '../../platform/cache/evictions';
import { Card } from '../cards/card.entity';
import { CardsRepository } from '../cards/cards.repository';
import { Clock } from '../../common/time/clock';
import { decodeCursor, PageQuery, paginate } from '../../common/http/pagination';
import {
  AlreadyReversedError,
  BalanceLimitError,
  CardNotActiveError,
  RechargeSpentError,
  TransactionIdReusedError,
} from '../../common/http/problem/card-errors';
import { ReversalLimitError } from '../../common/http/problem/access-errors';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { InvalidValueError } from '../../common/http/problem/request-errors';
import { AgentReversals } from '../../platform/access/agent-reversals';
import { AppConfig, DEFAULT_CHANNEL } from '../../platform/config/app-config';
import type { WriteRequest } from '../../platform/writes/write-request';
import { pipelined } from '../../platform/postgres/pipelined';
import type { Statement } from '../../platform/postgres/statement';
import { Writes } from '../../platform/writes/writes';
import type { CardMovement } from '../ledger/card-movement';
import { payIn, takeBack } from '../ledger/debt';
import { LedgerRepository } from '../ledger/ledger.repository';
import { UsersRepository } from '../users/users.repository';
import { RechargesQuery } from './dto/recharge-queries.dto';
import { CreateRecharge } from './dto/recharge-requests.dto';
import {
  CardHistory,
  RechargePage,
  RechargeResponse,
  RechargeDetails,
  ReversalResponse,
  UserRecharges,
} from './dto/recharge-responses.dto';
import { type Action, ActionsRepository, type EndOfAction } from './loads/actions.repository';
import { type FirstRecharge, RechargesRepository, TRANSACTION_ID_CONSTRAINT } from './recharges.repository';

const HISTORY_LENGTH = 10;
const DAY_MS = 86_400_000;

/** Money of a recharge, in whole units of the currency. */
interface PaidIn {
  readonly recharge_id: number;
  readonly amount: number;
  readonly channel: string;
  readonly at: Date;
}

/** The recharge was collected by a validator, or went back already. */
export class NotWaitingError extends Error {
  constructor(rechargeId: number) {
    super(`recharge ${rechargeId} does not wait for a validator any more`);
  }
}

/** What a recharge leaves on the card, and how it is written. */
interface DoneRecharge {
  readonly balance: number;
  readonly debtPaid: number;
  readonly statements: readonly Statement[];
}

/** What a reversal leaves, and how it is written. @property post posts it, what it owes again before the reversal itself. */
interface UndoneRecharge {
  readonly balance: number;
  readonly debt: number;
  readonly post: () => Promise<readonly { readonly posting_id: number }[]>;
  readonly others: readonly Statement[];
}

/** Recharges and their reversals. Each is one transaction. */
@Injectable()
export class RechargesService {
  constructor(
    private readonly recharges: RechargesRepository,
    private readonly actions: ActionsRepository,
    private readonly cards: CardsRepository,
    private readonly users: UsersRepository,
    private readonly ledger: LedgerRepository,
    private readonly agentReversals: AgentReversals,
    private readonly writes: Writes,
    private readonly clock: Clock,
    private readonly config: AppConfig,
  ) {}

  async recharge(recharge: CreateRecharge, request: WriteRequest): Promise<RechargeResponse> {
    const { recharge_point_id: point, amount } = recharge;
    const activation = recharge.activation ?? 'card';
    const prefetch = (manager: EntityManager) =>
      pipelined({
        card: this.cards.lockOrFail(manager, recharge.card_id),
        // Read under the lock: a request with the same transaction_id may just have recharged, and filled, the card.
        first: this.findFirst(manager, recharge, request.client),
        channel: point ? this.recharges.findChannel(manager, point) : DEFAULT_CHANNEL,
        recharge_id: this.recharges.drawId(manager),
        waiting: this.actions.findPending(manager, recharge.card_id),
      });
    const options = {
      evicts: evictions.recharged,
      request,
      prefetch,
      retryOnUniqueViolation: TRANSACTION_ID_CONSTRAINT,
    };
    return this.writes.run(options, async (manager, { card, first, channel, recharge_id, waiting }) => {
      if (first)
        return { response: toRechargeResponse(first, first.new_balance ?? card.balance), replay: true };
      if (channel === null) throw new NotFoundError('recharge_point', String(point));
      this.assertWithinLimits(amount, channel);
      if (card.status !== 'active') throw new CardNotActiveError(card.card_id, card.status);
      const at = this.clock.now();
      const paid = { recharge_id, amount, channel, at };
      const done = await (activation === 'card'
        ? this.payIn(manager, card, paid, waiting)
        : this.keepForValidator(manager, card, paid, waiting));
      const created: FirstRecharge = {
        recharge_id,
        card_id: card.card_id,
        recharge_point_id: point ?? null,
        channel,
        amount,
        activation,
        new_balance: done.balance,
        debt_paid: done.debtPaid,
        transaction_id: recharge.transaction_id ?? null,
        recharge_timestamp: at,
      };
      return {
        response: toRechargeResponse(created, done.balance),
        touches: { ...card, changes_debt: done.debtPaid > 0 },
        audit: { object: { kind: 'recharge', id: recharge_id }, changes: recharge },
        statements: [this.recharges.creation(created, request.client), ...done.statements],
      };
    });
  }

  async reverse(rechargeId: number, reason: string, request: WriteRequest): Promise<ReversalResponse> {
    return this.undo(rechargeId, reason, request, false);
  }

  /** @throws NotWaitingError when it does not wait for a validator any more. */
  async reverseUncollected(rechargeId: number, reason: string, request: WriteRequest): Promise<void> {
    await this.undo(rechargeId, reason, request, true);
  }

  async list({ limit, cursor, reversed, ...filter }: RechargesQuery): Promise<RechargePage> {
    const sought = { ...filter, reversed: reversed === undefined ? undefined : reversed === 'true' };
    const found = await this.recharges.find(sought, decodeCursor(cursor), limit + 1);
    const { rows, next_cursor } = paginate(
      found.rows,
      limit,
      (recharge) => recharge.recharge_id,
      found.examinedTo,
    );
    return { recharges: rows, next_cursor };
  }

  async get(rechargeId: number): Promise<RechargeDetails> {
    return this.recharges.findOrFail(rechargeId);
  }

  async historyOfCard(cardId: number): Promise<CardHistory> {
    await this.cards.assertExists(cardId);
    return { history: await this.recharges.findLatestOfCard(cardId, HISTORY_LENGTH) };
  }

  async listOfUser(userId: number, { limit, cursor }: PageQuery): Promise<UserRecharges> {
    const before = decodeCursor(cursor);
    await this.users.assertExists(userId);
    const found = await this.recharges.findByUser(userId, before, limit);
    const { rows, next_cursor } = paginate(found, limit, (recharge) => recharge.recharge_id);
    return { recharges: rows, next_cursor };
  }

  private async undo(
    rechargeId: number,
    reason: string,
    request: WriteRequest,
    onlyIfWaiting: boolean,
  ): Promise<ReversalResponse> {
    const prefetch = (manager: EntityManager): Promise<RechargeDetails> =>
      this.recharges.findOrFail(rechargeId, manager);
    const options = { evicts: evictions.recharged, request, prefetch };
    return this.writes.run(options, async (manager, found) => {
      const { card, recharge, action } = await pipelined({
        card: this.cards.lockOrFail(manager, found.card_id),
        // Read again under the lock: another request may just have reversed it.
        recharge: this.recharges.findOfCardOrFail(manager, found),
        action: this.actions.find(rechargeId, manager),
      });
      if (onlyIfWaiting && action?.status !== 'pending') throw new NotWaitingError(rechargeId);
      const { recharge_id, card_id, amount, reversed_at, channel } = recharge;
      if (reversed_at) throw new AlreadyReversedError(rechargeId);
      const at = this.clock.nowAfter(recharge.recharge_timestamp);
      const paid = { recharge_id, amount, channel, at };
      const undone =
        action?.status === 'pending'
          ? this.giveBack(manager, card, paid, action)
          : this.takeBack(manager, card, paid, recharge.debt_paid + (action?.debt_paid ?? 0));
      const beyond = await this.agentReversals.take(manager, request.origin, amount);
      if (beyond) throw new ReversalLimitError(amount, beyond);
      const { balance: new_balance, debt } = undone;
      return {
        response: { recharge_id, card_id, amount, new_balance, debt, reason, reversed_at: at },
        touches: { ...card, changes_debt: debt !== card.debt },
        audit: { object: { kind: 'recharge', id: recharge_id }, changes: { amount, reason } },
        change: () =>
          this.recharges.createReversal(manager, undone.post, { recharge_id, reason, reversed_at: at }),
        statements: undone.others,
      };
    });
  }

  /** @throws TransactionIdReusedError when the client's first with this transaction_id was another recharge. */
  private async findFirst(
    manager: EntityManager,
    recharge: CreateRecharge,
    client: string,
  ): Promise<FirstRecharge | null> {
    if (!recharge.transaction_id) return null;
    const first = await this.recharges.findByTransactionId(manager, client, recharge.transaction_id);
    if (!first) return null;
    const { card_id, amount, activation } = recharge;
    if (first.card_id !== card_id || first.amount !== amount || first.activation !== (activation ?? 'card'))
      throw new TransactionIdReusedError();
    return first;
  }

  private assertWithinLimits(amount: number, channel: string): void {
    const { least, most } = this.config.limitsOf(channel);
    if (amount >= least && amount <= most) return;
    throw new InvalidValueError(`A recharge by the channel ${channel} must be from ${least} to ${most}.`, [
      { pointer: '/amount', detail: `must be a whole number from ${least} to ${most}` },
    ]);
  }

  private assertRoomFor(amount: number, { balance }: Card, balanceAfter: number): void {
    const most = this.config.get('MAX_CARD_BALANCE');
    if (balanceAfter > most) throw new BalanceLimitError(balance, amount, most);
  }

  /**
   * Puts the money onto the card. What it owes beside its balance is paid first.
   *
   * @param waiting what validators are still to load: there must be room for it, too.
   */
  private async payIn(
    manager: EntityManager,
    card: Card,
    { recharge_id, amount, channel, at }: PaidIn,
    waiting: number,
  ): Promise<DoneRecharge> {
    const { card_id } = card;
    const counter = { kind: 'cash', channel } as const;
    const settled = payIn(card, { kind: 'recharge', card_id, change: amount, counter, recharge_id, at });
    this.assertRoomFor(amount, card, settled.balance + waiting);
    const posting = await this.ledger.posting(manager, [card], settled.movements);
    return { balance: settled.balance, debtPaid: settled.paid, statements: [posting] };
  }

  /** Puts the money aside until a validator loads it. */
  private async keepForValidator(
    manager: EntityManager,
    card: Card,
    { recharge_id, amount, channel, at }: PaidIn,
    waiting: number,
  ): Promise<DoneRecharge> {
    this.assertRoomFor(amount, card, card.balance + waiting + amount);
    const [from, to] = [{ kind: 'cash', channel } as const, { kind: 'pending_load' } as const];
    const posting = await this.ledger.transferring(manager, {
      kind: 'recharge',
      from,
      to,
      amount,
      recharge_id,
      at,
    });
    const expires_at = new Date(at.getTime() + this.config.get('ACTION_DAYS') * DAY_MS);
    const action = { action_id: recharge_id, card_id: card.card_id, amount, expires_at };
    return { balance: card.balance, debtPaid: 0, statements: [posting, this.actions.creation(action)] };
  }

  /** @throws RechargeSpentError when the card has not as much, and the rest did not pay its debt. */
  private takeBack(
    manager: EntityManager,
    card: Card,
    { recharge_id, amount, channel, at }: PaidIn,
    paidOfDebt: number,
  ): UndoneRecharge {
    const { card_id } = card;
    const counter = { kind: 'cash', channel } as const;
    const reversal: CardMovement = { kind: 'reversal', card_id, change: -amount, counter, recharge_id, at };
    const settled = takeBack(card, reversal, paidOfDebt);
    if (!settled) throw new RechargeSpentError(recharge_id, amount, card.balance);
    return { ...settled, post: () => this.ledger.post(manager, [card], settled.movements), others: [] };
  }

  /** Gives back money that no validator has loaded. */
  private giveBack(
    manager: EntityManager,
    { balance, debt }: Card,
    { recharge_id, amount, channel, at }: PaidIn,
    action: Action,
  ): UndoneRecharge {
    const [from, to] = [{ kind: 'pending_load' } as const, { kind: 'cash', channel } as const];
    const reversal = { kind: 'reversal', from, to, amount, recharge_id, at } as const;
    const end: EndOfAction = { status: 'returned', ended_at: at, debt_paid: null, new_balance: null };
    const post = async () => [await this.ledger.transfer(manager, reversal)];
    return { balance, debt, post, others: [this.actions.ending(action, end)] };
  }
}

function toRechargeResponse(recharge: FirstRecharge, new_balance: number): RechargeResponse {
  const { recharge_id, card_id, amount, activation, debt_paid, recharge_timestamp } = recharge;
  return { recharge_id, card_id, amount, activation, debt_paid, new_balance, recharge_timestamp };
}
