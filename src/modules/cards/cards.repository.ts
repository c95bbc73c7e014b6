import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { EntityManager, Repository } from 'typeorm';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import type { Statement } from '../../platform/postgres/statement';
import { Card } from './card.entity';
import { CARD_STATUSES, type CardStatus } from './card-status';
import type { CardProfile, CardsQuery } from './dto/card-queries.dto';
import type { CardResponse } from './dto/card-responses.dto';

const CARD = `
  SELECT card_id, account_id, card_number, user_id, status, balance, credit_limit, debt, credit_used, credit_used_at,
         version, acquisition_date, last_used_date, updated_at
  FROM cards`;

const LISTED = 'card_id, card_number, user_id, status, balance, debt, acquisition_date';

/** Whether a card of a profile has no user. */
const IS_WITHOUT_USER: Readonly<Record<CardProfile, boolean>> = { basic: true, personalised: false };

@Injectable()
export class CardsRepository {
  constructor(@InjectRepository(Card) private readonly cards: Repository<Card>) {}

  async findOrFail(cardId: number): Promise<Card> {
    const [card] = await this.cards.query<Card[]>(`${CARD} WHERE card_id = $1`, [cardId]);
    if (!card) throw new NotFoundError('card', cardId);
    return card;
  }

  /**
   * Finds cards before an id, newest first. Null begins with the newest. Those of a status and a profile are beside each other in
   * the index, so the newest of each are found there and merged: a filter that few cards pass costs no more than another.
   */
  async find(
    { status, profile, user_id }: Pick<CardsQuery, 'status' | 'profile' | 'user_id'>,
    before: number | null,
    limit: number,
  ): Promise<CardResponse[]> {
    const statuses = status ? [status] : CARD_STATUSES;
    const profiles = profile ? [IS_WITHOUT_USER[profile]] : Object.values(IS_WITHOUT_USER);
    const from = before ?? Number.MAX_SAFE_INTEGER;
    if (user_id !== undefined)
      return this.cards.query<CardResponse[]>(
        `SELECT ${LISTED} FROM cards
         WHERE user_id = $1 AND status = ANY ($2::text[]) AND (user_id IS NULL) = ANY ($3::boolean[]) AND card_id < $4
         ORDER BY card_id DESC LIMIT $5`,
        [user_id, statuses, profiles, from, limit],
      );
    return this.cards.query<CardResponse[]>(
      `SELECT card.* FROM unnest($1::text[]) kind (status) CROSS JOIN unnest($2::boolean[]) profile (is_without_user)
       CROSS JOIN LATERAL (
         SELECT ${LISTED} FROM cards
         WHERE cards.status = kind.status AND (user_id IS NULL) = is_without_user AND card_id < $3
         ORDER BY card_id DESC LIMIT $4) card
       ORDER BY card_id DESC LIMIT $4`,
      [statuses, profiles, from, limit],
    );
  }

  async assertExists(cardId: number): Promise<void> {
    const found = await this.cards.query<unknown[]>('SELECT FROM cards WHERE card_id = $1', [cardId]);
    if (found.length === 0) throw new NotFoundError('card', cardId);
  }

  async findByUser(userId: number): Promise<Card[]> {
    return this.cards.query<Card[]>(`${CARD} WHERE user_id = $1 ORDER BY card_id`, [userId]);
  }

  /**
   * Reads the card and locks it until the transaction ends. Whatever is decided about its money, its status or its open
   * trip is decided under this lock. Readers and foreign keys do not wait for it.
   */
  async lockOrFail(manager: EntityManager, cardId: number): Promise<Card> {
    const [card] = await manager.query<Card[]>(`${CARD} WHERE card_id = $1 FOR NO KEY UPDATE`, [cardId]);
    if (!card) throw new NotFoundError('card', cardId);
    return card;
  }

  /**
   * Creates the card and its account.
   *
   * @throws AlreadyExistsError when the number is taken.
   */
  async create(
    manager: EntityManager,
    card: Pick<Card, 'card_number' | 'user_id' | 'acquisition_date' | 'updated_at'>,
  ): Promise<Card> {
    const [{ account_id } = { account_id: 0 }] = await manager.query<{ account_id: number }[]>(
      `INSERT INTO accounts (kind) VALUES ('card') RETURNING account_id`,
    );
    return manager.getRepository(Card).save({
      ...card,
      account_id,
      status: 'active',
      balance: 0,
      credit_limit: 0,
      debt: 0,
      credit_used: 0,
      credit_used_at: null,
      version: 0,
      last_used_date: null,
    });
  }

  async changeStatus(manager: EntityManager, cardId: number, status: CardStatus, at: Date): Promise<void> {
    await manager.update(Card, { card_id: cardId }, { status, updated_at: at });
  }

  /** Reads all cards of a user and locks them until the transaction ends, as {@link lockOrFail} does. */
  async lockOfUser(manager: EntityManager, userId: number): Promise<Card[]> {
    return manager.query<Card[]>(`${CARD} WHERE user_id = $1 ORDER BY card_id FOR NO KEY UPDATE`, [userId]);
  }

  /** Reads the cards with these numbers and locks them in the order of their ids, as {@link lockOrFail} does. */
  async lockAllByNumber(manager: EntityManager, cardNumbers: readonly string[]): Promise<Card[]> {
    return manager.query<Card[]>(
      `${CARD} WHERE card_number = ANY ($1::text[]) ORDER BY card_id FOR NO KEY UPDATE`,
      [cardNumbers],
    );
  }

  /** Takes all cards of a user out of use for good. A lost card stays on the hotlist. */
  async blockAllOfUser(manager: EntityManager, userId: number, at: Date): Promise<void> {
    await manager.query(
      `UPDATE cards SET status = 'blocked', updated_at = $2 WHERE user_id = $1 AND status <> 'lost'`,
      [userId, at],
    );
  }

  /** Notes that cards were used; it may have been before they were last. */
  usingAll(uses: readonly { readonly card_id: number; readonly boarding_time: Date }[]): Statement {
    return {
      text: `UPDATE cards SET last_used_date = greatest(last_used_date, used.at)
             FROM (SELECT card_id, max(at) AS at FROM unnest($1::bigint[], $2::timestamptz[]) AS used (card_id, at)
                   GROUP BY card_id) used
             WHERE cards.card_id = used.card_id`,
      values: [uses.map(({ card_id }) => card_id), uses.map(({ boarding_time }) => boarding_time)],
    };
  }

  /** @param credit what a boarding below zero changes. It is written before the posting, so that the card may owe so much. */
  use(
    cardId: number,
    at: Date,
    credit: Pick<Card, 'credit_used' | 'credit_used_at' | 'credit_limit'> | null,
  ): Statement {
    return {
      text: `UPDATE cards SET last_used_date = $2, credit_used = coalesce($3, credit_used),
                              credit_used_at = coalesce($4, credit_used_at), credit_limit = coalesce($5, credit_limit)
             WHERE card_id = $1`,
      values: [cardId, at, credit?.credit_used, credit?.credit_used_at, credit?.credit_limit],
    };
  }
}
