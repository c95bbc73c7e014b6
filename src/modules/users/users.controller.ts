import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
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

  /** How many users there are. */
  @Get('count')
  @Cached(cacheKeys.usersCount)
  count(): Promise<UserCount> {
    return this.users.count();
  }

  /** How many users have at least one active card. */
  @Get('active/count')
  @Cached(cacheKeys.usersActiveCount)
  countActive(): Promise<ActiveUserCount> {
    return this.users.countActive();
  }

  /** The user who registered last; 204 while there is none. */
  @Get('latest')
  @Cached(cacheKeys.usersLatest)
  @ApiOkResponse({ type: LatestUser })
  @ApiNoContentResponse({ description: 'There is no user yet.' })
  latest(): Promise<LatestUser | null> {
    return this.users.latest();
  }

  /** Registers a rider. */
  @Post()
  @Evicts(evictions.userCreated)
  @ApiProblems({ 409: 'already_exists', 422: 'invalid_value' })
  create(@Body() user: CreateUser): Promise<UserAnswer> {
    return this.users.create(user);
  }

  /** A rider. */
  @Get(':user_id')
  @ApiId('user_id')
  @ApiProblems({ 404: 'user_not_found' })
  get(@Param('user_id', idOf('user')) userId: number): Promise<UserAnswer> {
    return this.users.get(userId);
  }
}
