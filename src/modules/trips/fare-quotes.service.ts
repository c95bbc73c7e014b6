import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CardsRepository } from '../cards/cards.repository';
import { Clock } from '../../common/time/clock';
import { CardNotActiveError } from '../../common/http/problem/card-errors';
import { toFareReasons } from '../fares/fare-reasons';
import { BoardingFares } from './boarding-fares.service';
import { BoardingsRepository } from './boardings.repository';
import type { FareQuote, QuoteRequest } from './dto/fare-quote.dto';

/** Says what a boarding would cost, by the same decision that charges one, and changes nothing. */
@Injectable()
export class FareQuotesService {
  constructor(
    private readonly cards: CardsRepository,
    private readonly boardings: BoardingsRepository,
    private readonly fares: BoardingFares,
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  async quote({ card_id, route_id, boarding_station_id, at: asked }: QuoteRequest): Promise<FareQuote> {
    const { manager } = this.dataSource;
    const card = await this.cards.findOrFail(card_id);
    if (card.status !== 'active') throw new CardNotActiveError(card_id, card.status);
    const { route } = await this.boardings.findOpen(manager, { card_id, route_id, boarding_station_id });
    const until = asked ? new Date(asked) : null;
    const at = until ?? this.clock.now();
    const journeys = await this.fares.recall(manager, card.card_id, at, until);
    const boarding = { route, stationId: boarding_station_id, at };
    const { fare, payment } = await this.fares.decide(manager, card, journeys, boarding);
    const quote = {
      card_id,
      route_id,
      boarding_station_id,
      at,
      amount: fare.amount,
      is_transfer: fare.anchor !== null,
      ...toFareReasons(fare, !payment.refused && payment.onCredit),
      anchor_trip_id: fare.anchor?.id ?? null,
      balance: card.balance,
    };
    return payment.refused
      ? {
          ...quote,
          balance_after: card.balance,
          refused: 'insufficient_balance',
          shortfall: payment.shortfall,
        }
      : { ...quote, balance_after: payment.balanceAfter };
  }
}
