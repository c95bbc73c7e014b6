import { Body, Controller, Get, Param, Post, UseInterceptors } from '@nestjs/common';
import { ApiCreatedResponse, ApiTags } from '@nestjs/swagger';
import { Evicts } from '../../platform/cache/cache.decorators';
import { evictions } from '../../platform/cache/evictions';
import { ApiId } from '../../common/http/api-id.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { idOf } from '../../common/http/id.pipe';
import { ApiRepeatable, Repeatable } from '../../common/http/repeatable.decorator';
import type { RepeatableRequest } from '../../common/http/repeatable-request';
import { ApiRechargeProblems } from './api-recharge-problems.decorator';
import { CreateRecharge } from './dto/create-recharge.dto';
import { RechargeAnswer, RechargeDetails, ReversalAnswer } from './dto/recharge-answers.dto';
import { ReverseRecharge } from './dto/reverse-recharge.dto';
import { LocationInterceptor } from './location.interceptor';
import { RechargesService } from './recharges.service';

@ApiTags('recharges')
@Controller('recharges')
export class RechargesController {
  constructor(private readonly recharges: RechargesService) {}

  /** Recharges a card. */
  @Post()
  @UseInterceptors(LocationInterceptor)
  @Evicts(evictions.recharged)
  @ApiRepeatable()
  @ApiCreatedResponse({
    type: RechargeAnswer,
    headers: { Location: { description: 'Where the recharge can be read.', schema: { type: 'string' } } },
  })
  @ApiRechargeProblems()
  recharge(
    @Body() recharge: CreateRecharge,
    @Repeatable() request: RepeatableRequest,
  ): Promise<RechargeAnswer> {
    return this.recharges.recharge(recharge, request);
  }

  /** A recharge. */
  @Get(':recharge_id')
  @ApiId('recharge_id')
  @ApiProblems({ 404: 'recharge_not_found' })
  get(@Param('recharge_id', idOf('recharge')) rechargeId: number): Promise<RechargeDetails> {
    return this.recharges.get(rechargeId);
  }

  /**
   * Undoes a recharge, once and wholly, by a counter posting.
   *
   * @remarks For the card's credit, one that is undone before the midnight after it counts as never made; later, the
   * credit that it renewed stays.
   */
  @Post(':recharge_id/reversal')
  @Evicts(evictions.recharged)
  @ApiRepeatable()
  @ApiId('recharge_id')
  @ApiProblems({
    400: 'malformed_request, malformed_header',
    404: 'recharge_not_found',
    409: 'already_reversed, recharge_spent, request_in_progress',
    422: 'invalid_value, idempotency_key_reused',
  })
  reverse(
    @Param('recharge_id', idOf('recharge')) rechargeId: number,
    @Body() { reason }: ReverseRecharge,
    @Repeatable() request: RepeatableRequest,
  ): Promise<ReversalAnswer> {
    return this.recharges.reverse(rechargeId, reason, request);
  }
}
