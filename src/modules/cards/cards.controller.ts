import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
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

  /** Hands out a card: basic without a user, personalised with one. */
  @Post()
  @Evicts(evictions.cardCreated)
  @ApiProblems({ 404: 'user_not_found', 409: 'already_exists', 422: 'invalid_value' })
  create(@Body() card: CreateCard): Promise<CardAnswer> {
    return this.cards.create(card);
  }

  /** A card. */
  @Get(':card_id')
  @ApiId('card_id')
  @ApiProblems({ 404: 'card_not_found' })
  get(@Param('card_id', idOf('card')) cardId: number): Promise<CardAnswer> {
    return this.cards.get(cardId);
  }

  /** Changes a card's status: active, inactive and blocked to each other, any of them to lost, lost to none. */
  @Patch(':card_id')
  @Evicts(evictions.cardStatusChanged)
  @ApiId('card_id', 2)
  @ApiProblems({ 404: 'card_not_found', 409: 'illegal_transition', 422: 'invalid_value' })
  changeStatus(
    @Param('card_id', idOf('card')) cardId: number,
    @Body() { status }: ChangeCardStatus,
  ): Promise<CardAnswer> {
    return this.cards.changeStatus(cardId, status);
  }

  /** What is on a card. */
  @Get(':card_id/balance')
  @Cached(cacheKeys.cardBalance)
  @ApiId('card_id')
  @ApiProblems({ 404: 'card_not_found' })
  balance(@Param('card_id', idOf('card')) cardId: number): Promise<CardBalance> {
    return this.cards.balance(cardId);
  }

  /** Every posting of a card, newest first, with the balance that it left behind. */
  @Get(':card_id/statement')
  @ApiId('card_id')
  @ApiProblems({ 404: 'card_not_found', 422: 'invalid_value' })
  statement(
    @Param('card_id', idOf('card')) cardId: number,
    @Query() page: PageQuery,
  ): Promise<CardStatement> {
    return this.cards.statement(cardId, page);
  }
}
