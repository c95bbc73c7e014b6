import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { BalanceNotSettledError, PayoutLimitError } from '../../common/http/problem/card-errors';
import { Clock } from '../../common/time/clock';
import { AgentReversals } from '../../platform/access/agent-reversals';
import { revokeKeysOfErasedUser } from '../../platform/access/access-key-store';
import { heardEverywhere } from '../../platform/access/heard-everywhere';
import { evictions } from '../../platform/cache/evictions';
import { DEFAULT_CHANNEL } from '../../platform/config/app-config';
import { IdempotencyKeys } from '../../platform/writes/idempotency-keys';
import type { WriteRequest } from '../../platform/writes/write-request';
import { Writes } from '../../platform/writes/writes';
import type { Card } from '../cards/card.entity';
import { CardsRepository } from '../cards/cards.repository';
import { LedgerRepository } from '../ledger/ledger.repository';
import { ERASED } from '../users/personal-columns';
import { UsersRepository } from '../users/users.repository';
import type { ErasureResponse } from './dto/erasure.dto';
import { ErasureRepository } from './erasure.repository';

/** The reason of a reversal on a card of an erased rider, and of what a person decided about a tap. */
const NO_REASON = 'erased';

/** Forgets who a rider is. The books stay. */
@Injectable()
export class ErasureService {
  constructor(
    private readonly erasures: ErasureRepository,
    private readonly users: UsersRepository,
    private readonly cards: CardsRepository,
    private readonly ledger: LedgerRepository,
    private readonly agentReversals: AgentReversals,
    private readonly writes: Writes,
    private readonly idempotencyKeys: IdempotencyKeys,
    private readonly clock: Clock,
  ) {}

  /**
   * When it is answered, no process accepts a key of the rider any more.
   *
   * @throws NotFoundError, BalanceNotSettledError, PayoutLimitError
   */
  async erase(userId: number, payOut: boolean, request: WriteRequest): Promise<ErasureResponse> {
    const options = { evicts: evictions.userErased, request };
    const response = await this.writes.run<ErasureResponse, { user_id: number; card_ids: number[] }>(
      options,
      async (manager) => {
        const user = await this.users.lockOrFail(manager, userId);
        if (user.erased_at) {
          const paid_out = await this.erasures.paidOut(manager, userId);
          return { response: { user_id: userId, erased_at: user.erased_at, paid_out }, nothingToDo: true };
        }
        // Read after the rider is locked: a card that was just issued is among them.
        const cards = await this.cards.lockOfUser(manager, userId);
        const waiting = await this.erasures.waitingByCard(manager, userId);
        const paid_out = this.settle(cards, waiting, payOut);
        const beyond = await this.agentReversals.take(manager, request.origin, paid_out);
        if (beyond) throw new PayoutLimitError(paid_out, beyond);
        const erased: ErasureResponse = { user_id: userId, erased_at: this.clock.now(), paid_out };
        return {
          response: erased,
          touches: { user_id: userId, card_ids: cards.map(({ card_id }) => card_id) },
          audit: { object: { kind: 'user', id: userId }, changes: { ...ERASED, ...erased } },
          change: () => this.carryOut(manager, erased, cards),
        };
      },
    );
    // Also when the rider was erased before: whoever did it may still be waiting.
    await heardEverywhere();
    return response;
  }

  /** @returns what is to be paid out. */
  private settle(cards: readonly Card[], waiting: ReadonlyMap<number, number>, payOut: boolean): number {
    const unsettled = cards
      .map((card) => ({ ...card, pending_load: waiting.get(card.card_id) ?? 0 }))
      .filter(
        ({ balance, debt, pending_load }) =>
          balance < 0 || debt > 0 || pending_load > 0 || (balance > 0 && !payOut),
      );
    if (unsettled.length > 0) throw new BalanceNotSettledError(unsettled);
    return cards.reduce((sum, { balance }) => sum + balance, 0);
  }

  private async carryOut(
    manager: EntityManager,
    { user_id, erased_at }: ErasureResponse,
    cards: readonly Card[],
  ): Promise<void> {
    for (const card of cards) {
      if (card.balance > 0) await this.payOut(manager, card, erased_at);
    }
    await this.cards.blockAllOfUser(manager, user_id, erased_at);
    await this.users.erase(manager, user_id, erased_at);
    const reversed = await this.erasures.forgetReasons(manager, user_id, NO_REASON);
    await this.idempotencyKeys.forgetReasons(manager, 'reversal', reversed, NO_REASON);
    const resolved = await this.erasures.forgetReasonsOfTaps(manager, user_id, NO_REASON);
    await this.idempotencyKeys.forgetReasons(manager, 'resolution', resolved, NO_REASON);
    await this.erasures.forgetFindings(manager, user_id);
    await revokeKeysOfErasedUser(manager, user_id);
  }

  private async payOut(manager: EntityManager, card: Card, at: Date): Promise<void> {
    const { card_id, balance } = card;
    const counter = { kind: 'cash', channel: DEFAULT_CHANNEL } as const;
    await this.ledger.post(manager, [card], [{ kind: 'payout', card_id, change: -balance, counter, at }]);
  }
}
