import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiId } from '../../../common/http/api-id.decorator';
import { ApiProblems } from '../../../common/http/api-problems.decorator';
import { idPipe } from '../../../common/http/id.pipe';
import { ActionReturnedError, CardNotActiveError } from '../../../common/http/problem/card-errors';
import { NotFoundError } from '../../../common/http/problem/not-found-error';
import { Repeatable } from '../../../common/http/repeatable.decorator';
import { Requires } from '../../../platform/access/requires.decorator';
import { ApiEvicts } from '../../../platform/cache/cache.decorators';
import { evictions } from '../../../platform/cache/evictions';
import { Write } from '../../../platform/writes/write.decorator';
import type { WriteRequest } from '../../../platform/writes/write-request';
import { ActionList, ActionResponse, ActionsQuery } from '../dto/action.dto';
import { ActionsService } from './actions.service';

@ApiTags('validators')
@Controller('actions')
export class ActionsController {
  constructor(private readonly actions: ActionsService) {}

  /**
   * Get what validators are to load.
   *
   * @remarks A recharge with `activation: "validator"` waits until the card is next used. A validator keeps a copy of what waits, as it
   * does of the hotlist, and asks with the version of that as `since` for what changed. Of each card it lists one action at a time,
   * the oldest. It costs one or two reads of the database.
   */
  @Get()
  @Requires('actions:read')
  list(@Query() { since }: ActionsQuery): Promise<ActionList> {
    return this.actions.list(since ?? null);
  }

  /**
   * Get an action.
   *
   * @remarks Use it to see whether a recharge was loaded. It changes nothing and costs one read of the database.
   */
  @Get(':action_id')
  @Requires('actions:read')
  @ApiId('action_id')
  @ApiProblems(NotFoundError.of('action'))
  get(@Param('action_id', idPipe('action')) actionId: number): Promise<ActionResponse> {
    return this.actions.get(actionId);
  }

  /**
   * Collect an action: load the money onto the card.
   *
   * @remarks A validator sends it when it has done the action at a use of the card. It moves the money onto the card, once: if it is sent
   * again, by whichever validator, it returns the same response. What the card owes beside its balance is paid first. It locks
   * this card.
   */
  @Post(':action_id/collection')
  @Requires('actions:collect')
  @HttpCode(200)
  @ApiEvicts(evictions.loaded)
  @Repeatable()
  @ApiId('action_id')
  @ApiProblems(NotFoundError.of('action'), ActionReturnedError, CardNotActiveError)
  collect(
    @Param('action_id', idPipe('action')) actionId: number,
    @Write() request: WriteRequest,
  ): Promise<ActionResponse> {
    return this.actions.collect(actionId, request);
  }
}
