import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/access/requires.decorator';
import { Cached, ApiEvicts } from '../../platform/cache/cache.decorators';
import { cacheKeys } from '../../platform/cache/cache-keys';
import { evictions } from '../../platform/cache/evictions';
import { ApiId } from '../../common/http/api-id.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { idPipe } from '../../common/http/id.pipe';
import { Repeatable } from '../../common/http/repeatable.decorator';
import { Write } from '../../platform/writes/write.decorator';
import type { WriteRequest } from '../../platform/writes/write-request';
import { ApiRechargeProblems } from './api-recharge-problems.decorator';
import { CreateRecharge } from './dto/recharge-requests.dto';
import { CardHistory, RechargeResponse } from './dto/recharge-responses.dto';
import { RechargesService } from './recharges.service';

@ApiTags('cards')
@Controller('cards')
export class CardRechargesController {
  constructor(private readonly recharges: RechargesService) {}

  /**
   * Recharge a card, under the older path.
   *
   * @remarks It does the same as `POST /recharges`, but its status is 200 instead of 201. It exists for clients of
   * the replaced service. New programs should use `POST /recharges`.
   */
  @Post('recharge')
  @Requires('recharges:write', { at: 'recharge point' })
  @HttpCode(200)
  @ApiEvicts(evictions.recharged)
  @Repeatable()
  @ApiRechargeProblems()
  recharge(@Body() recharge: CreateRecharge, @Write() request: WriteRequest): Promise<RechargeResponse> {
    return this.recharges.recharge(recharge, request);
  }

  /**
   * List a card's last recharges.
   *
   * @remarks Use it to show a rider the latest recharges. It returns at most 10, newest first; `reversed_at` is
   * set on those that were reversed. The statement of the card has its other movements.
   */
  @Get(':card_id/history')
  @Requires('recharges:read', { own: 'card_id' })
  @Cached(cacheKeys.cardHistory)
  @ApiId('card_id')
  @ApiProblems(NotFoundError.of('card'))
  history(@Param('card_id', idPipe('card')) cardId: number): Promise<CardHistory> {
    return this.recharges.historyOfCard(cardId);
  }
}
