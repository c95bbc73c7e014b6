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
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { InvalidValueError } from '../../common/http/problem/request-errors';
import { AppConfig, DEFAULT_CHANNEL } from '../../platform/config/app-config';
import type { RepeatableRequest } from '../../common/http/repeatable-request';
import { together } from '../../platform/postgres/together';
import { Writes } from '../../platform/writes/writes';
import { LedgerRepository } from '../ledger/ledger.repository';
import { UsersRepository } from '../users/users.repository';
import { CreateRecharge } from './dto/create-recharge.dto';
import {
  CardHistory,
  RechargeAnswer,
  RechargeDetails,
  ReversalAnswer,
  UserRecharges,
} from './dto/recharge-answers.dto';
import { Recharge } from './recharge.entity';
import { RechargesRepository } from './recharges.repository';

const HISTORY_LENGTH = 10;

/** Recharges and what undoes them: each is one transaction, after which the answers that it made old are evicted. */
@Injectable()
export class RechargesService {
  constructor(
    private readonly recharges: RechargesRepository,
    private readonly cards: CardsRepository,
    private readonly users: UsersRepository,
    private readonly ledger: LedgerRepository,
    private readonly writes: Writes,
    private readonly clock: Clock,
    private readonly config: AppConfig,
  ) {}

  async recharge(recharge: CreateRecharge, request: RepeatableRequest): Promise<RechargeAnswer> {
    const { recharge_point_id: point } = recharge;
    const look = (manager: EntityManager) =>
      together([
        this.cards.lockOrFail(manager, recharge.card_id),
        // Read under the lock: a twin may just have posted the recharge, and filled the card.
        this.findFirst(manager, recharge),
        point ? this.recharges.findChannel(manager, point) : DEFAULT_CHANNEL,
        this.recharges.nextId(manager),
      ]);
    return this.writes.run({ evicts: evictions.recharged, request, look }, (manager, found) => {
      const [card, first, channel, recharge_id] = found;
      if (first) {
        request.replayed();
        return { nothingToDo: true, answer: toRechargeAnswer(first, first.new_balance ?? card.balance) };
      }
      if (channel === null) throw new NotFoundError('recharge_point', String(point));
      this.requireWithinLimits(recharge.amount, channel);
      this.requireRoomFor(recharge.amount, card);
      const new_balance = card.balance + recharge.amount;
      const posted: Recharge = {
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
        answer: toRechargeAnswer(posted, new_balance),
        touches: card,
        change: () => this.post(manager, posted),
      };
    });
  }

  async reverse(rechargeId: number, reason: string, request: RepeatableRequest): Promise<ReversalAnswer> {
    const find = (manager: EntityManager): Promise<RechargeDetails> =>
      this.recharges.findOrFail(rechargeId, manager);
    return this.writes.run({ evicts: evictions.recharged, request, look: find }, async (manager, found) => {
      const { card_id } = found;
      // Read again under the lock: a twin may just have reversed it.
      const [card, recharge] = await together([this.cards.lockOrFail(manager, card_id), find(manager)]);
      const { amount, reversed_at } = recharge;
      if (reversed_at) throw new AlreadyReversedError(rechargeId);
      // Credit is for boardings; it never pays a recharge back.
      if (card.balance < amount) throw new RechargeSpentError(rechargeId, amount, card.balance);
      return { answer: await this.undo(manager, recharge, reason), touches: card };
    });
  }

  async get(rechargeId: number): Promise<RechargeDetails> {
    return this.recharges.findOrFail(rechargeId);
  }

  async historyOfCard(cardId: number): Promise<CardHistory> {
    await this.cards.requireExisting(cardId);
    return { history: await this.recharges.findLatestOfCard(cardId, HISTORY_LENGTH) };
  }

  async listOfUser(userId: number, { limit, cursor }: PageQuery): Promise<UserRecharges> {
    const before = decodeCursor(cursor);
    await this.users.requireExisting(userId);
    const found = await this.recharges.findByUser(userId, before, limit);
    const { rows, next_cursor } = paginate(found, limit, (recharge) => recharge.recharge_id);
    return { recharges: rows, next_cursor };
  }

  /** @throws TransactionIdReusedError when the first with this transaction_id was another recharge. */
  private async findFirst(manager: EntityManager, recharge: CreateRecharge): Promise<Recharge | null> {
    if (!recharge.transaction_id) return null;
    const first = await this.recharges.findByTransactionId(manager, recharge.transaction_id);
    if (!first) return null;
    if (first.card_id !== recharge.card_id || first.amount !== recharge.amount)
      throw new TransactionIdReusedError();
    return first;
  }

  private requireWithinLimits(amount: number, channel: string): void {
    const { least, most } = this.config.limitsOf(channel);
    if (amount >= least && amount <= most) return;
    throw new InvalidValueError(`A recharge by the channel ${channel} must be from ${least} to ${most}.`, [
      { pointer: '/amount', detail: `must be a whole number from ${least} to ${most}` },
    ]);
  }

  private requireRoomFor(amount: number, card: Card): void {
    if (card.status !== 'active') throw new CardNotActiveError(card.card_id, card.status);
    const most = this.config.get('MAX_CARD_BALANCE');
    if (card.balance + amount > most) throw new BalanceLimitError(card.balance, amount, most);
  }

  private async undo(
    manager: EntityManager,
    { recharge_id, card_id, amount, channel, recharge_timestamp }: RechargeDetails,
    reason: string,
  ): Promise<ReversalAnswer> {
    const at = this.clock.nowAfter(recharge_timestamp);
    const { posting_id, card_balance } = await this.ledger.post(manager, {
      kind: 'reversal',
      card_id,
      change: -amount,
      counter: { kind: 'cash', channel },
      recharge_id,
      at,
    });
    await this.recharges.addReversal(manager, { recharge_id, posting_id, reason, reversed_at: at });
    return { recharge_id, card_id, amount, new_balance: card_balance, reason, reversed_at: at };
  }

  private async post(manager: EntityManager, recharge: Recharge): Promise<void> {
    const { recharge_id, card_id, amount, channel, recharge_timestamp: at } = recharge;
    await together([
      this.recharges.create(manager, recharge),
      this.ledger.post(manager, {
        kind: 'recharge',
        card_id,
        change: amount,
        counter: { kind: 'cash', channel },
        recharge_id,
        at,
      }),
    ]);
  }
}

function toRechargeAnswer(recharge: Recharge, new_balance: number): RechargeAnswer {
  const { recharge_id, card_id, amount, recharge_timestamp } = recharge;
  return { recharge_id, card_id, amount, new_balance, recharge_timestamp };
}
