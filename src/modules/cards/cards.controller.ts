import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/access/requires.decorator';
import { Cached, Evicts } from '../../platform/cache/cache.decorators';
import { cacheKeys } from '../../platform/cache/cache-keys';
import { evictions } from '../../platform/cache/evictions';
import { ApiId } from '../../common/http/api-id.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { idOf } from '../../common/http/id.pipe';
import { PageQuery } from '../../common/http/pagination';
import { CardsService } from './cards.service';
import { CardAnswer, CardBalance, CardStatement } from './dto/card-answers.dto';
import { ChangeCardStatus } from './dto/change-card-status.dto';
import { CreateCard } from './dto/create-card.dto';

@ApiTags('cards')
@Controller('cards')
export class CardsController {
  constructor(private readonly cards: CardsService) {}

  /**
   * Issue a card.
   *
   * @remarks Without a `user_id` the card is basic; with one it is personalised, which concessions and credit
   * need, and transfers too where the rules say so. The new card is active and its balance is 0. It locks no
   * other card.
   */
  @Post()
  @Requires('cards:issue')
  @Evicts(evictions.cardCreated)
  @ApiProblems({ 404: 'user_not_found', 409: 'already_exists', 422: 'invalid_value' })
  create(@Body() card: CreateCard): Promise<CardAnswer> {
    return this.cards.create(card);
  }

  /**
   * Get a card.
   *
   * @remarks It shows the card's number, owner, status and balance as they are in the database now.
   */
  @Get(':card_id')
  @Requires('cards:read', { own: 'card_id' })
  @ApiId('card_id')
  @ApiProblems({ 404: 'card_not_found' })
  get(@Param('card_id', idOf('card')) cardId: number): Promise<CardAnswer> {
    return this.cards.get(cardId);
  }

  /**
   * Change a card's status.
   *
   * @remarks A card that is active, inactive or blocked can get any other status. A lost card stays lost for
   * ever. Only an active card can be recharged or used for boarding. The balance does not change. It locks this
   * card. A card that has the status already is returned as it is.
   */
  @Patch(':card_id')
  @Requires('cards:status', { own: 'card_id', or: { scope: 'cards:report-lost', body: { status: 'lost' } } })
  @Evicts(evictions.cardStatusChanged)
  @ApiId('card_id', 2)
  @ApiProblems({ 404: 'card_not_found', 409: 'illegal_transition', 422: 'invalid_value' })
  changeStatus(
    @Param('card_id', idOf('card')) cardId: number,
    @Body() { status }: ChangeCardStatus,
  ): Promise<CardAnswer> {
    return this.cards.changeStatus(cardId, status);
  }

  /**
   * Get a card's balance.
   *
   * @remarks It returns the balance, the status and the time of the last boarding. This is what a kiosk or an
   * app asks most often.
   */
  @Get(':card_id/balance')
  @Requires('cards:balance', { own: 'card_id' })
  @Cached(cacheKeys.cardBalance)
  @ApiId('card_id')
  @ApiProblems({ 404: 'card_not_found' })
  balance(@Param('card_id', idOf('card')) cardId: number): Promise<CardBalance> {
    return this.cards.balance(cardId);
  }

  /**
   * List a card's postings.
   *
   * @remarks It returns every movement of the card's money, newest first, in pages. Each entry has the balance
   * that it left, so the statement explains the balance completely.
   */
  @Get(':card_id/statement')
  @Requires('cards:read', { own: 'card_id' })
  @ApiId('card_id')
  @ApiProblems({ 404: 'card_not_found', 422: 'invalid_value' })
  statement(
    @Param('card_id', idOf('card')) cardId: number,
    @Query() page: PageQuery,
  ): Promise<CardStatement> {
    return this.cards.statement(cardId, page);
  }
}
