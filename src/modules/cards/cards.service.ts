import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { evictions } from '../../platform/cache/evictions';
import { Clock } from '../../common/time/clock';
import { sumExactly } from '../../common/exact-integer';
import { decodeCursor, PageQuery, paginate } from '../../common/http/pagination';
import { IllegalTransitionError } from '../../common/http/problem/card-errors';
import { ServiceCalendar } from '../../common/time/service-calendar';
import type { WriteRequest } from '../../platform/writes/write-request';
import { Writes } from '../../platform/writes/writes';
import { creditLeftAt } from '../fares/card-credit';
import { FaresService } from '../fares/fares.service';
import { LedgerRepository, StatementRow } from '../ledger/ledger.repository';
import { UsersRepository } from '../users/users.repository';
import { Card } from './card.entity';
import { drawCardNumber } from './card-number';
import { isLegalTransition } from './card-transitions';
import { CardsRepository } from './cards.repository';
import {
  CardBalance,
  CardDetails,
  CardPage,
  CardResponse,
  CardStatement,
  StatementEntry,
  UserCardBalance,
  UserCards,
} from './dto/card-responses.dto';
import { CardsQuery } from './dto/card-queries.dto';
import { ChangeCardStatus, CreateCard } from './dto/card-requests.dto';

/** Issues, blocks and reads cards. */
@Injectable()
export class CardsService {
  constructor(
    private readonly cards: CardsRepository,
    private readonly users: UsersRepository,
    private readonly ledger: LedgerRepository,
    private readonly fares: FaresService,
    private readonly dataSource: DataSource,
    private readonly writes: Writes,
    private readonly clock: Clock,
    private readonly calendar: ServiceCalendar,
  ) {}

  async create({ user_id, card_number }: CreateCard, request: WriteRequest): Promise<CardResponse> {
    return this.writes.run({ evicts: evictions.cardCreated, request }, async (manager) => {
      if (user_id) await this.users.assertExists(user_id, manager);
      const now = this.clock.now();
      const card = await this.cards.create(manager, {
        card_number: card_number ?? drawCardNumber(),
        user_id: user_id ?? null,
        acquisition_date: this.calendar.dayOf(now),
        updated_at: now,
      });
      return {
        response: toCardResponse(card),
        touches: card,
        audit: {
          object: { kind: 'card', id: card.card_id },
          changes: { card_number: card.card_number, user_id: card.user_id },
        },
      };
    });
  }

  async list({ limit, cursor, ...filter }: CardsQuery): Promise<CardPage> {
    const found = await this.cards.find(filter, decodeCursor(cursor), limit + 1);
    const { rows, next_cursor } = paginate(found, limit, (card) => card.card_id);
    return { cards: rows, next_cursor };
  }

  async get(cardId: number): Promise<CardDetails> {
    const card = await this.cards.findOrFail(cardId);
    return { ...toCardResponse(card), credit_boardings_left: await this.creditLeft(card) };
  }

  async changeStatus(
    cardId: number,
    { status, reason }: ChangeCardStatus,
    request: WriteRequest,
  ): Promise<CardResponse> {
    return this.writes.run({ evicts: evictions.cardStatusChanged, request }, async (manager) => {
      const card = await this.cards.lockOrFail(manager, cardId);
      if (card.status === status) return { response: toCardResponse(card), nothingToDo: true };
      if (!isLegalTransition(card.status, status)) throw new IllegalTransitionError(card.status, status);
      // An erasure locks the card too.
      if (card.user_id !== null) await this.users.assertNotErased(manager, card.user_id);
      return {
        response: toCardResponse({ ...card, status }),
        touches: card,
        audit: { object: { kind: 'card', id: cardId }, changes: { status }, reason },
        change: () => this.cards.changeStatus(manager, cardId, status, this.clock.now()),
      };
    });
  }

  async balance(cardId: number): Promise<CardBalance> {
    const { card_id, balance, debt, last_used_date, status } = await this.cards.findOrFail(cardId);
    return { card_id, balance, debt, last_used_date, status };
  }

  async listOfUser(userId: number): Promise<UserCards> {
    await this.users.assertExists(userId);
    return { cards: (await this.cards.findByUser(userId)).map(toCardResponse) };
  }

  async balanceOfUser(userId: number): Promise<UserCardBalance> {
    await this.users.assertExists(userId);
    const cards = await this.cards.findByUser(userId);
    return {
      user_id: userId,
      cards: cards.map(({ card_id, balance, debt, status }) => ({ card_id, balance, debt, status })),
      // It is a number in the JSON, however many digits it has.
      total_balance: sumExactly(cards.map(({ balance }) => balance)) as number,
    };
  }

  async statement(cardId: number, { limit, cursor }: PageQuery): Promise<CardStatement> {
    const before = decodeCursor(cursor);
    await this.cards.assertExists(cardId);
    const found = await this.ledger.statement(cardId, before, limit);
    const { rows, next_cursor } = paginate(found, limit, (row) => row.posting_id);
    return { statement: rows.map(toStatementEntry), next_cursor };
  }

  private async creditLeft(card: Card): Promise<number> {
    if (card.user_id === null) return 0;
    const { manager } = this.dataSource;
    return creditLeftAt(this.clock.now(), card, await this.fares.rules(), this.calendar, (from, until) =>
      this.ledger.rechargeMovements(manager, card.card_id, from, until),
    );
  }
}

function toCardResponse(card: Card): CardResponse {
  const { card_id, card_number, user_id, status, balance, debt, acquisition_date } = card;
  return { card_id, card_number, user_id, status, balance, debt, acquisition_date };
}

function toStatementEntry(row: StatementRow): StatementEntry {
  return {
    posting_id: row.posting_id,
    kind: row.kind,
    amount: row.card_credited ? row.amount : -row.amount,
    balance: row.card_balance,
    version: row.card_version,
    counter_account: { kind: row.counter_kind, name: row.counter_name },
    recharge_id: row.recharge_id,
    trip_id: row.trip_id,
    posted_at: row.posted_at,
  };
}
