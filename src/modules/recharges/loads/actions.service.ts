import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ActionReturnedError, CardNotActiveError } from '../../../common/http/problem/card-errors';
import { Clock } from '../../../common/time/clock';
import { evictions } from '../../../platform/cache/evictions';
import { pipelined } from '../../../platform/postgres/pipelined';
import type { WriteRequest } from '../../../platform/writes/write-request';
import { Writes } from '../../../platform/writes/writes';
import { CardsRepository } from '../../cards/cards.repository';
import { DeviceLists } from '../../device-lists/device-lists.service';
import { payIn } from '../../ledger/debt';
import { LedgerRepository } from '../../ledger/ledger.repository';
import type { ActionList, ActionResponse } from '../dto/action.dto';
import { type Action, ActionsRepository, type EndOfAction } from './actions.repository';

/** Recharges that validators load. The money waits in an account of its own until then. */
@Injectable()
export class ActionsService {
  constructor(
    private readonly actions: ActionsRepository,
    private readonly lists: DeviceLists,
    private readonly cards: CardsRepository,
    private readonly ledger: LedgerRepository,
    private readonly writes: Writes,
    private readonly clock: Clock,
  ) {}

  /** Of each card only the first action is listed: one is done at a use. */
  async list(since: number | null): Promise<ActionList> {
    const { add, remove, ...state } = await this.lists.read('actions', since);
    return {
      ...state,
      add: await this.actions.findListed(add.map(Number)),
      remove: remove.map(Number).sort((one, other) => one - other),
    };
  }

  async get(actionId: number): Promise<ActionResponse> {
    return this.actions.findOrFail(actionId);
  }

  /** Moves the money onto the card, once: whoever says it again gets the same response. */
  async collect(actionId: number, request: WriteRequest): Promise<ActionResponse> {
    const prefetch = (manager: EntityManager): Promise<Action> => this.actions.findOrFail(actionId, manager);
    const options = { evicts: evictions.loaded, request, prefetch };
    return this.writes.run(options, async (manager, { card_id }) => {
      const { card, action } = await pipelined({
        card: this.cards.lockOrFail(manager, card_id),
        // Read again under the lock: another validator may just have collected it.
        action: this.actions.findOrFail(actionId, manager),
      });
      if (action.status === 'collected') return { response: action, nothingToDo: true };
      if (action.status === 'returned') throw new ActionReturnedError(actionId);
      if (card.status !== 'active') throw new CardNotActiveError(card_id, card.status);
      const at = this.clock.now();
      const settled = payIn(card, {
        kind: 'load',
        card_id,
        change: action.amount,
        counter: { kind: 'pending_load' },
        recharge_id: actionId,
        at,
      });
      const end: EndOfAction = {
        status: 'collected',
        ended_at: at,
        debt_paid: settled.paid,
        new_balance: settled.balance,
      };
      return {
        response: { ...action, ...end },
        touches: { ...card, changes_debt: settled.paid > 0 },
        audit: { object: { kind: 'action', id: actionId }, changes: end },
        statements: [
          await this.ledger.posting(manager, [card], settled.movements),
          this.actions.ending(action, end),
        ],
      };
    });
  }
}
