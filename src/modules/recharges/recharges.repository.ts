import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { EntityManager, Repository } from 'typeorm';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import type { Statement } from '../../platform/postgres/statement';
import { findNewest, type History, type NewestRows } from '../../platform/postgres/newest-rows';
import type { RechargesQuery } from './dto/recharge-queries.dto';
import type { Activation } from './dto/recharge-requests.dto';
import { HistoryEntry, RechargeDetails } from './dto/recharge-responses.dto';
import { Recharge } from './recharge.entity';

export interface NewReversal {
  readonly recharge_id: number;
  readonly reason: string;
  readonly reversed_at: Date;
}

/** SQL: where the money of a recharge goes, as a column. */
export const activationOf = (recharge: string): string => `
  CASE WHEN EXISTS (SELECT FROM actions WHERE action_id = ${recharge}.recharge_id) THEN 'validator' ELSE 'card' END AS activation`;
const ACTIVATION = activationOf('recharge');

const DETAILS = `
  SELECT recharge.recharge_id, card_id, amount, ${ACTIVATION}, debt_paid, new_balance, recharge_timestamp,
         recharge_point_id, channel, transaction_id, reversal.reversed_at
  FROM recharges recharge LEFT JOIN recharge_reversals reversal USING (recharge_id)`;

const REVERSED_AT = `(SELECT reversed_at FROM recharge_reversals reversal WHERE reversal.recharge_id = recharges.recharge_id)`;

/** Recharges by their time. */
const HISTORY: History = {
  table: 'recharges',
  id: 'recharge_id',
  time: 'recharge_timestamp',
  columns: `recharge_id, card_id, amount, ${activationOf('recharges')}, debt_paid, new_balance, recharge_timestamp,
    recharge_point_id, channel, transaction_id, ${REVERSED_AT} AS reversed_at`,
};

/** Refuses a client a second recharge with the same transaction_id. */
export const TRANSACTION_ID_CONSTRAINT = 'recharge_transactions_pkey';

/** A recharge, and where its money goes. */
export type FirstRecharge = Recharge & { readonly activation: Activation };

/** Which recharges to find. */
export type RechargeFilter = Omit<RechargesQuery, 'limit' | 'cursor' | 'reversed'> & {
  readonly reversed?: boolean;
};

@Injectable()
export class RechargesRepository {
  constructor(@InjectRepository(Recharge) private readonly recharges: Repository<Recharge>) {}

  /** Draws the id of a recharge before it is written, because its response and its posting name it. */
  async drawId(manager: EntityManager): Promise<number> {
    const [next] = await manager.query<{ recharge_id: number }[]>(
      `SELECT nextval('recharges_recharge_id_seq') AS recharge_id`,
    );
    if (!next) throw new Error('a sequence returned no row');
    return next.recharge_id;
  }

  /** Violates {@link TRANSACTION_ID_CONSTRAINT} when another recharge of the client has the transaction_id. */
  creation(recharge: Recharge, client: string): Statement {
    return {
      text: `WITH recharge AS (
         INSERT INTO recharges (recharge_id, card_id, recharge_point_id, channel, amount, new_balance, transaction_id,
                                recharge_timestamp, debt_paid)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $10)
         RETURNING recharge_id)
       INSERT INTO recharge_transactions (transaction_id, client, recharge_id)
       SELECT $7, $9, recharge_id FROM recharge WHERE $7::text IS NOT NULL`,
      values: [
        recharge.recharge_id,
        recharge.card_id,
        recharge.recharge_point_id,
        recharge.channel,
        recharge.amount,
        recharge.new_balance,
        recharge.transaction_id,
        recharge.recharge_timestamp,
        client,
        recharge.debt_paid,
      ],
    };
  }

  /** Another client's is not found. */
  async findByTransactionId(
    manager: EntityManager,
    client: string,
    transactionId: string,
  ): Promise<FirstRecharge | null> {
    const [recharge = null] = await manager.query<FirstRecharge[]>(
      `SELECT recharge_id, card_id, recharge_point_id, channel, amount, debt_paid, new_balance,
              recharge.transaction_id, recharge_timestamp, ${ACTIVATION}
       FROM recharge_transactions JOIN recharges recharge USING (recharge_id)
       WHERE recharge_transactions.transaction_id = $1 AND client = $2`,
      [transactionId, client],
    );
    return recharge;
  }

  async findOrFail(rechargeId: number, manager = this.recharges.manager): Promise<RechargeDetails> {
    const [recharge] = await manager.query<RechargeDetails[]>(`${DETAILS} WHERE recharge.recharge_id = $1`, [
      rechargeId,
    ]);
    if (!recharge) throw new NotFoundError('recharge', rechargeId);
    return recharge;
  }

  /** The same for a recharge whose card is known. */
  async findOfCardOrFail(
    manager: EntityManager,
    { recharge_id, card_id }: Pick<Recharge, 'recharge_id' | 'card_id'>,
  ): Promise<RechargeDetails> {
    const [recharge] = await manager.query<RechargeDetails[]>(
      `${DETAILS} WHERE recharge.recharge_id = $1 AND recharge.card_id = $2`,
      [recharge_id, card_id],
    );
    if (!recharge) throw new NotFoundError('recharge', recharge_id);
    return recharge;
  }

  /** Finds recharges that were posted before one, newest first. Null begins with the newest. */
  async find(
    { recharge_point_id, channel, reversed, ...filter }: RechargeFilter,
    before: number | null,
    limit: number,
  ): Promise<NewestRows<RechargeDetails>> {
    const indexed = [['recharge_point_id = ?', recharge_point_id]] as const;
    const examined = [
      ['channel = ?', channel],
      [`(${REVERSED_AT} IS NOT NULL) = ?`, reversed],
    ] as const;
    const all = { ...filter, indexed, examined };
    return findNewest<RechargeDetails>(this.recharges.manager, HISTORY, all, before, limit);
  }

  async findLatestOfCard(cardId: number, limit: number): Promise<HistoryEntry[]> {
    return this.recharges.query<HistoryEntry[]>(
      `SELECT recharge.recharge_id, card_id, amount, recharge_timestamp, reversal.reversed_at
       FROM recharges recharge LEFT JOIN recharge_reversals reversal USING (recharge_id)
       WHERE card_id = $1 ORDER BY recharge.recharge_id DESC LIMIT $2`,
      [cardId, limit],
    );
  }

  /** Newest first, one row more than the limit. */
  async findByUser(userId: number, beforeId: number | null, limit: number): Promise<HistoryEntry[]> {
    return this.recharges.query<HistoryEntry[]>(
      `SELECT recharge.recharge_id, recharge.card_id, amount, recharge_timestamp, reversal.reversed_at
       FROM cards card
       CROSS JOIN LATERAL (
         SELECT recharge_id, card_id, amount, recharge_timestamp FROM recharges
         WHERE card_id = card.card_id AND recharge_id < $2
         ORDER BY recharge_id DESC LIMIT $3) recharge
       LEFT JOIN recharge_reversals reversal USING (recharge_id)
       WHERE card.user_id = $1 ORDER BY recharge.recharge_id DESC LIMIT $3`,
      [userId, beforeId ?? Number.MAX_SAFE_INTEGER, limit + 1],
    );
  }

  /**
   * The primary key refuses a second reversal of the same recharge.
   *
   * @param post posts it; its last posting is that of the reversal.
   */
  async createReversal(
    manager: EntityManager,
    post: () => Promise<readonly { readonly posting_id: number }[]>,
    { recharge_id, reason, reversed_at }: NewReversal,
  ): Promise<void> {
    const posting = (await post()).at(-1);
    if (!posting) throw new Error('a posting returned no row');
    await manager.query(
      'INSERT INTO recharge_reversals (recharge_id, posting_id, reason, reversed_at) VALUES ($1, $2, $3, $4)',
      [recharge_id, posting.posting_id, reason, reversed_at],
    );
  }

  /** The channel of a recharge point; null where there is none. */
  async findChannel(manager: EntityManager, rechargePointId: number): Promise<string | null> {
    const [point] = await manager.query<{ channel: string }[]>(
      'SELECT channel FROM recharge_points WHERE recharge_point_id = $1',
      [rechargePointId],
    );
    return point?.channel ?? null;
  }
}
