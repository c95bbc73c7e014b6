import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { NotFoundError } from '../../../common/http/problem/not-found-error';
import type { Statement } from '../../../platform/postgres/statement';
import type { ActionStatus } from './action-status';

/** A recharge that waits until a validator loads it onto the card. Money in whole units of the currency. */
export interface Action {
  /** The id of its recharge. */
  readonly action_id: number;
  readonly card_id: number;
  readonly amount: number;
  readonly status: ActionStatus;
  readonly expires_at: Date;
  /** When it was collected, or went back. */
  readonly ended_at: Date | null;
  /** What it paid of the card's debt, and the balance that it left, once it is collected. */
  readonly debt_paid: number | null;
  readonly new_balance: number | null;
}

/** How an action ends. */
export type EndOfAction = Pick<Action, 'status' | 'ended_at' | 'debt_paid' | 'new_balance'>;

/** An action as validators see it. */
export interface ListedAction extends Pick<Action, 'action_id' | 'amount' | 'expires_at'> {
  readonly card_number: string;
}

const ACTION = `
  SELECT action_id, card_id, amount, status, expires_at, ended_at, debt_paid, new_balance FROM actions`;

/** Actions whose place in the list may have changed: this one, and that of the card which is its first now. */
const NOTE = `
  INSERT INTO device_list_changes (list, subject_id)
  SELECT 'actions', action_id FROM actions WHERE card_id = $2 AND action_id <> $1 AND status = 'pending'
  UNION ALL SELECT 'actions', $1`;

@Injectable()
export class ActionsRepository {
  constructor(private readonly dataSource: DataSource) {}

  async find(actionId: number, manager: EntityManager = this.dataSource.manager): Promise<Action | null> {
    const [action = null] = await manager.query<Action[]>(`${ACTION} WHERE action_id = $1`, [actionId]);
    return action;
  }

  async findOrFail(actionId: number, manager?: EntityManager): Promise<Action> {
    const action = await this.find(actionId, manager);
    if (!action) throw new NotFoundError('action', actionId);
    return action;
  }

  /** What waits to be loaded onto a card, in whole units of the currency. */
  async findPending(manager: EntityManager, cardId: number): Promise<number> {
    const [row] = await manager.query<{ pending: number }[]>(
      `SELECT coalesce(sum(amount), 0)::bigint AS pending FROM actions WHERE card_id = $1 AND status = 'pending'`,
      [cardId],
    );
    return row?.pending ?? 0;
  }

  /** Those of some actions that are there, by their ids. */
  async findListed(actionIds: readonly number[]): Promise<ListedAction[]> {
    return this.dataSource.query<ListedAction[]>(
      `SELECT action_id, card_number, amount, expires_at FROM actions JOIN cards USING (card_id)
       WHERE action_id = ANY ($1) ORDER BY action_id`,
      [actionIds],
    );
  }

  /** Actions that nobody has collected in time. */
  async findExpired(now: Date, limit: number): Promise<number[]> {
    const rows = await this.dataSource.query<{ action_id: number }[]>(
      `SELECT action_id FROM actions WHERE status = 'pending' AND expires_at <= $1 ORDER BY expires_at LIMIT $2`,
      [now, limit],
    );
    return rows.map(({ action_id }) => action_id);
  }

  creation({ action_id, card_id, amount, expires_at }: Omit<Action, keyof EndOfAction>): Statement {
    return {
      text: `WITH action AS (
               INSERT INTO actions (action_id, card_id, amount, expires_at) VALUES ($1, $2, $3, $4))
             INSERT INTO device_list_changes (list, subject_id) VALUES ('actions', $1)`,
      values: [action_id, card_id, amount, expires_at],
    };
  }

  /** The card must be locked, so that each action ends once. */
  ending({ action_id, card_id }: Action, end: EndOfAction): Statement {
    return {
      text: `WITH ended AS (
               UPDATE actions SET status = $3, ended_at = $4, debt_paid = $5, new_balance = $6 WHERE action_id = $1)
             ${NOTE}`,
      values: [action_id, card_id, end.status, end.ended_at, end.debt_paid, end.new_balance],
    };
  }
}
