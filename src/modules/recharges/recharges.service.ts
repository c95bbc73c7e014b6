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
import { Recharge } from './recharge.entity';
import { RechargesRepository, TRANSACTION_ID_CONSTRAINT } from './recharges.repository';

const HISTORY_LENGTH = 10;

/** Recharges and their reversals. Each is one transaction. */
@Injectable()
export class RechargesService {
  constructor(
    private readonly recharges: RechargesRepository,
    private readonly cards: CardsRepository,
    private readonly users: UsersRepository,
    private readonly ledger: LedgerRepository,
    private readonly agentReversals: AgentReversals,
    private readonly writes: Writes,
    private readonly clock: Clock,
    private readonly config: AppConfig,
  ) {}

  async recharge(recharge: CreateRecharge, request: WriteRequest): Promise<RechargeResponse> {
    const { recharge_point_id: point } = recharge;
    const prefetch = (manager: EntityManager) =>
      pipelined({
        card: this.cards.lockOrFail(manager, recharge.card_id),
        // Read under the lock: a request with the same transaction_id may just have recharged, and filled, the card.
        first: this.findFirst(manager, recharge, request.client),
        channel: point ? this.recharges.findChannel(manager, point) : DEFAULT_CHANNEL,
        recharge_id: this.recharges.drawId(manager),
      });
    const options = {
      evicts: evictions.recharged,
      request,
      prefetch,
      retryOnUniqueViolation: TRANSACTION_ID_CONSTRAINT,
    };
    return this.writes.run(options, async (manager, { card, first, channel, recharge_id }) => {
      if (first)
        return { response: toRechargeResponse(first, first.new_balance ?? card.balance), replay: true };
      if (channel === null) throw new NotFoundError('recharge_point', String(point));
      this.assertWithinLimits(recharge.amount, channel);
      this.assertRoomFor(recharge.amount, card);
      const new_balance = card.balance + recharge.amount;
      const created: Recharge = {
        recharge_id,
        card_id: card.card_id,
        recharge_point_id: point ?? null,
        channel,
        amount: recharge.amount,
        new_balance,
        transaction_id: recharge.transaction_id ?? null,
        recharge_timestamp: this.clock.now(),
      };
      return {
        response: toRechargeResponse(created, new_balance),
        touches: card,
        audit: { object: { kind: 'recharge', id: recharge_id }, changes: recharge },
        statements: [
          this.recharges.creation(created, request.client),
          await this.posting(manager, created, card),
        ],
      };
    });
  }

  async reverse(rechargeId: number, reason: string, request: WriteRequest): Promise<ReversalResponse> {
    const prefetch = (manager: EntityManager): Promise<RechargeDetails> =>
      this.recharges.findOrFail(rechargeId, manager);
    const options = { evicts: evictions.recharged, request, prefetch };
    return this.writes.run(options, async (manager, found) => {
      const { card, recharge } = await pipelined({
        card: this.cards.lockOrFail(manager, found.card_id),
        // Read again under the lock: another request may just have reversed it.
        recharge: this.recharges.findOfCardOrFail(manager, found),
      });
      const { recharge_id, card_id, amount, reversed_at } = recharge;
      if (reversed_at) throw new AlreadyReversedError(rechargeId);
      // Credit is for boardings; it never pays a recharge back.
      if (card.balance < amount) throw new RechargeSpentError(rechargeId, amount, card.balance);
      const beyond = await this.agentReversals.take(manager, request.origin, amount);
      if (beyond) throw new ReversalLimitError(amount, beyond);
      const reversal: ReversalResponse = {
        recharge_id,
        card_id,
        amount,
        new_balance: card.balance - amount,
        reason,
        reversed_at: this.clock.nowAfter(recharge.recharge_timestamp),
      };
      return {
        response: reversal,
        touches: card,
        audit: { object: { kind: 'recharge', id: recharge_id }, changes: { amount, reason } },
        change: () => this.createReversal(manager, reversal, recharge.channel, card),
      };
    });
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

  /** @throws TransactionIdReusedError when the client's first with this transaction_id was another recharge. */
  private async findFirst(
    manager: EntityManager,
    recharge: CreateRecharge,
    client: string,
  ): Promise<Recharge | null> {
    if (!recharge.transaction_id) return null;
    const first = await this.recharges.findByTransactionId(manager, client, recharge.transaction_id);
    if (!first) return null;
    if (first.card_id !== recharge.card_id || first.amount !== recharge.amount)
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

  private assertRoomFor(amount: number, card: Card): void {
    if (card.status !== 'active') throw new CardNotActiveError(card.card_id, card.status);
    const most = this.config.get('MAX_CARD_BALANCE');
    if (card.balance + amount > most) throw new BalanceLimitError(card.balance, amount, most);
  }

  private posting(
    manager: EntityManager,
    { recharge_id, card_id, amount, channel, recharge_timestamp: at }: Recharge,
    { balance }: Card,
  ): Promise<Statement> {
    return this.ledger.posting(manager, {
      kind: 'recharge',
      card_id,
      balance_before: balance,
      change: amount,
      counter: { kind: 'cash', channel },
      recharge_id,
      at,
    });
  }

  private async createReversal(
    manager: EntityManager,
    { recharge_id, card_id, amount, reason, reversed_at }: ReversalResponse,
    channel: string,
    { balance }: Card,
  ): Promise<void> {
    const { posting_id } = await this.ledger.post(manager, {
      kind: 'reversal',
      card_id,
      balance_before: balance,
      change: -amount,
      counter: { kind: 'cash', channel },
      recharge_id,
      at: reversed_at,
    });
    await this.recharges.createReversal(manager, { recharge_id, posting_id, reason, reversed_at });
  }
}

function toRechargeResponse(recharge: Recharge, new_balance: number): RechargeResponse {
  const { recharge_id, card_id, amount, recharge_timestamp } = recharge;
  return { recharge_id, card_id, amount, new_balance, recharge_timestamp };
}
