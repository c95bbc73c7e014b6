import { Body, Controller, Get, Param, Post, Query, UseInterceptors } from '@nestjs/common';
import { ApiCreatedResponse, ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/access/requires.decorator';
import { NoteRefusals } from '../../platform/audit/note-refusals.interceptor';
import { ApiEvicts } from '../../platform/cache/cache.decorators';
import { evictions } from '../../platform/cache/evictions';
import { ApiId } from '../../common/http/api-id.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { AlreadyReversedError, RechargeSpentError } from '../../common/http/problem/card-errors';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { idPipe } from '../../common/http/id.pipe';
import { Repeatable } from '../../common/http/repeatable.decorator';
import { Write } from '../../platform/writes/write.decorator';
import type { WriteRequest } from '../../platform/writes/write-request';
import { ApiRechargeProblems } from './api-recharge-problems.decorator';
import { RechargesQuery } from './dto/recharge-queries.dto';
import { CreateRecharge, ReverseRecharge } from './dto/recharge-requests.dto';
import {
  RechargePage,
  RechargeResponse,
  RechargeDetails,
  ReversalResponse,
} from './dto/recharge-responses.dto';
import { LocationInterceptor } from './location.interceptor';
import { RechargesService } from './recharges.service';

@ApiTags('recharges')
@Controller('recharges')
export class RechargesController {
  constructor(private readonly recharges: RechargesService) {}

  /**
   * List recharges.
   *
   * @remarks Use it to look through what was paid in, such as at one recharge point on a day. The list comes in pages,
   * newest first. A page looks at no more than 20,000 recharges, however many there are. So with `channel` or
   * `reversed` a page may have few rows or none and still have a `next_cursor`: go on with it.
   */
  @Get()
  @Requires('recharges:list', { own: 'user_id', at: 'listed recharge point', noted: 'read' })
  list(@Query() query: RechargesQuery): Promise<RechargePage> {
    return this.recharges.list(query);
  }

  /**
   * Recharge a card.
   *
   * @remarks Use it when a rider pays money onto a card. It adds the amount to the balance and stores the
   * recharge and its posting in one transaction, which locks only this card. If the response is lost, send the
   * same request again with the same `Idempotency-Key` or the same `transaction_id`: the money is posted once.
   */
  @Post()
  @Requires('recharges:write', { at: 'recharge point' })
  @UseInterceptors(LocationInterceptor)
  @ApiEvicts(evictions.recharged)
  @Repeatable()
  @ApiCreatedResponse({
    type: RechargeResponse,
    headers: { Location: { description: 'Where the recharge can be read.', schema: { type: 'string' } } },
  })
  @ApiRechargeProblems()
  recharge(@Body() recharge: CreateRecharge, @Write() request: WriteRequest): Promise<RechargeResponse> {
    return this.recharges.recharge(recharge, request);
  }

  /**
   * Get a recharge.
   *
   * @remarks Use it to check a recharge later. It returns its amount, its channel, and when it was reversed. It
   * changes nothing and costs one read of the database.
   */
  @Get(':recharge_id')
  @Requires('recharges:read', { own: 'recharge_id' })
  @ApiId('recharge_id')
  @ApiProblems(NotFoundError.of('recharge'))
  get(@Param('recharge_id', idPipe('recharge')) rechargeId: number): Promise<RechargeDetails> {
    return this.recharges.get(rechargeId);
  }

  /**
   * Reverse a recharge.
   *
   * @remarks Use it when a recharge was a mistake. It takes the whole amount off the card by a second posting;
   * the first posting stays in the ledger. A recharge can be reversed once, and only while the card still has
   * that much money. It locks this card. If the recharge is reversed before the midnight after it, it renews no
   * credit of the card; if it is reversed later, the credit that it renewed stays.
   */
  @Post(':recharge_id/reversal')
  @Requires('recharges:reverse', { limit: 'reversal' })
  @UseInterceptors(NoteRefusals)
  @ApiEvicts(evictions.recharged)
  @Repeatable()
  @ApiId('recharge_id')
  @ApiProblems(NotFoundError.of('recharge'), AlreadyReversedError, RechargeSpentError)
  reverse(
    @Param('recharge_id', idPipe('recharge')) rechargeId: number,
    @Body() { reason }: ReverseRecharge,
    @Write() request: WriteRequest,
  ): Promise<ReversalResponse> {
    return this.recharges.reverse(rechargeId, reason, request);
  }
}
