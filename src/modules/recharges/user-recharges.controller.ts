import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/access/requires.decorator';
import { Cached } from '../../platform/cache/cache.decorators';
import { cacheKeys } from '../../platform/cache/cache-keys';
import { ApiId } from '../../common/http/api-id.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { idPipe } from '../../common/http/id.pipe';
import { PageQuery } from '../../common/http/pagination';
import { UserRecharges } from './dto/recharge-responses.dto';
import { RechargesService } from './recharges.service';

@ApiTags('users')
@Controller('users/:user_id/recharges')
export class UserRechargesController {
  constructor(private readonly recharges: RechargesService) {}

  /**
   * List a rider's recharges.
   *
   * @remarks Use it to show a rider what was paid in. It returns the recharges of all cards of the rider, newest
   * first, in pages. Only a request without `limit` and `cursor` is cached.
   */
  @Get()
  @Requires('recharges:read', { own: 'user_id', noted: 'read' })
  @Cached(cacheKeys.userRecharges)
  @ApiId('user_id')
  @ApiProblems(NotFoundError.of('user'))
  list(@Param('user_id', idPipe('user')) userId: number, @Query() page: PageQuery): Promise<UserRecharges> {
    return this.recharges.listOfUser(userId, page);
  }
}
