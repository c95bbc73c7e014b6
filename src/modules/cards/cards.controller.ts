import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/access/requires.decorator';
import { Cached, ApiEvicts } from '../../platform/cache/cache.decorators';
import { cacheKeys } from '../../platform/cache/cache-keys';
import { evictions } from '../../platform/cache/evictions';
import { ApiId } from '../../common/http/api-id.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import {
  AlreadyExistsError,
  IllegalTransitionError,
  RiderErasedError,
} from '../../common/http/problem/card-errors';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { idPipe } from '../../common/http/id.pipe';
import { PageQuery } from '../../common/http/pagination';
import { Repeatable } from '../../common/http/repeatable.decorator';
import { Write } from '../../platform/writes/write.decorator';
import type { WriteRequest } from '../../platform/writes/write-request';
import { CardsService } from './cards.service';
import { CardBalance, CardDetails, CardPage, CardResponse, CardStatement } from './dto/card-responses.dto';
import { CardsQuery } from './dto/card-queries.dto';
import { ChangeCardStatus, CreateCard } from './dto/card-requests.dto';

@ApiTags('cards')
@Controller('cards')
export class CardsController {
  constructor(private readonly cards: CardsService) {}

  /**
   * List cards.
   *
   * @remarks Use it to look through cards, such as all that were lost. Filter by status, by rider, or by whether a
   * card is personalised. The list comes in pages, newest first. A page costs the same however many cards there are. For a key that is bound to a
   * rider it is the list of that rider.
   */
  @Get()
  @Requires('cards:read', { own: 'user_id', noted: 'read' })
  @ApiProblems(NotFoundError.of('user'))
  list(@Query() query: CardsQuery): Promise<CardPage> {
    return this.cards.list(query);
  }

  /**
   * Issue a card.
   *
   * @remarks Use it when a rider gets a new card. Without a `user_id` the card is basic; with one it is
   * personalised. Only personalised cards have concessions and credit and, if the rules say so, transfers. The
   * new card is active and its balance is 0. It stores the card and its ledger account, and locks no other card.
   */
  @Post()
  @Requires('cards:issue')
  @Repeatable()
  @ApiEvicts(evictions.cardCreated)
  @ApiProblems(NotFoundError.of('user'), AlreadyExistsError, RiderErasedError)
  create(@Body() card: CreateCard, @Write() request: WriteRequest): Promise<CardResponse> {
    return this.cards.create(card, request);
  }

  /**
   * Get a card.
   *
   * @remarks Use it at a card desk. It returns the card's number, owner, status and balance, and how many boardings on
   * credit it has left, as they are in the database now. Use the balance, which is cached, where that is enough.
   */
  @Get(':card_id')
  @Requires('cards:read', { own: 'card_id', noted: 'read' })
  @ApiId('card_id')
  @ApiProblems(NotFoundError.of('card'))
  get(@Param('card_id', idPipe('card')) cardId: number): Promise<CardDetails> {
    return this.cards.get(cardId);
  }

  /**
   * Change a card's status.
   *
   * @remarks Use it to block a card or to report it lost. An active, inactive or blocked card can get any other
   * status. A lost card stays lost for ever. Only an active card can be recharged or used for boarding. The
   * balance does not change. A card whose rider was erased stays as it is. If the card already has the status, nothing is written. The
   * audit trail keeps the `reason`. It locks this card.
   */
  @Patch(':card_id')
  @Requires('cards:status', { own: 'card_id', or: { scope: 'cards:report-lost', body: { status: 'lost' } } })
  @ApiEvicts(evictions.cardStatusChanged)
  @ApiId('card_id', 2)
  @ApiProblems(NotFoundError.of('card'), IllegalTransitionError, RiderErasedError)
  changeStatus(
    @Param('card_id', idPipe('card')) cardId: number,
    @Body() change: ChangeCardStatus,
    @Write() request: WriteRequest,
  ): Promise<CardResponse> {
    return this.cards.changeStatus(cardId, change, request);
  }

  /**
   * Get a card's balance.
   *
   * @remarks Use it in kiosks and apps, which ask for it most often. It returns the balance, the status and the
   * time of the last boarding.
   */
  @Get(':card_id/balance')
  @Requires('cards:balance', { own: 'card_id' })
  @Cached(cacheKeys.cardBalance)
  @ApiId('card_id')
  @ApiProblems(NotFoundError.of('card'))
  balance(@Param('card_id', idPipe('card')) cardId: number): Promise<CardBalance> {
    return this.cards.balance(cardId);
  }

  /**
   * List a card's postings.
   *
   * @remarks Use it to answer a rider's question about the balance. It returns every movement of the card's
   * money, newest first, in pages. Each entry has the balance after it, so the statement explains the balance
   * completely. A page costs the same however long the history of the card is.
   */
  @Get(':card_id/statement')
  @Requires('cards:read', { own: 'card_id', noted: 'read' })
  @ApiId('card_id')
  @ApiProblems(NotFoundError.of('card'))
  statement(
    @Param('card_id', idPipe('card')) cardId: number,
    @Query() page: PageQuery,
  ): Promise<CardStatement> {
    return this.cards.statement(cardId, page);
  }
}
