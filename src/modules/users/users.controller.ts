import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/access/requires.decorator';
import { Cached, Evicts } from '../../platform/cache/cache.decorators';
import { cacheKeys } from '../../platform/cache/cache-keys';
import { evictions } from '../../platform/cache/evictions';
import { ApiId } from '../../common/http/api-id.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { idOf } from '../../common/http/id.pipe';
import { CreateUser } from './dto/create-user.dto';
import { ActiveUserCount, LatestUser, UserAnswer, UserCount } from './dto/user-answers.dto';
import { UsersService } from './users.service';

@ApiTags('users')
@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  /**
   * Count the riders.
   *
   * @remarks It returns the number of registered riders, with and without cards.
   */
  @Get('count')
  @Requires('totals:read')
  @Cached(cacheKeys.usersCount)
  count(): Promise<UserCount> {
    return this.users.count();
  }

  /**
   * Count the riders with an active card.
   *
   * @remarks A rider with several active cards is counted once.
   */
  @Get('active/count')
  @Requires('totals:read')
  @Cached(cacheKeys.usersActiveCount)
  countActive(): Promise<ActiveUserCount> {
    return this.users.countActive();
  }

  /**
   * Get the rider who registered last.
   *
   * @remarks It returns 204 No Content while no rider is registered.
   */
  @Get('latest')
  @Requires('users:find')
  @Cached(cacheKeys.usersLatest)
  @ApiOkResponse({ type: LatestUser })
  @ApiNoContentResponse({ description: 'There is no user yet.' })
  latest(): Promise<LatestUser | null> {
    return this.users.latest();
  }

  /**
   * Register a rider.
   *
   * @remarks It creates a user without a card; issue one with `POST /cards`. Two riders cannot have the same
   * e-mail or the same `id_number`. The `rider_category` decides which concessions the rider's cards can have.
   * It locks no card.
   */
  @Post()
  @Requires('users:write')
  @Evicts(evictions.userCreated)
  @ApiProblems({ 409: 'already_exists', 422: 'invalid_value' })
  create(@Body() user: CreateUser): Promise<UserAnswer> {
    return this.users.create(user);
  }

  /**
   * Get a rider.
   *
   * @remarks It returns what is known of the rider, with personal data: keep it out of logs.
   */
  @Get(':user_id')
  @Requires('users:read', { own: 'user_id' })
  @ApiId('user_id')
  @ApiProblems({ 404: 'user_not_found' })
  get(@Param('user_id', idOf('user')) userId: number): Promise<UserAnswer> {
    return this.users.get(userId);
  }
}
