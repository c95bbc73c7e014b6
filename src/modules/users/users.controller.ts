import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/access/requires.decorator';
import { Cached, ApiEvicts } from '../../platform/cache/cache.decorators';
import { cacheKeys } from '../../platform/cache/cache-keys';
import { evictions } from '../../platform/cache/evictions';
import { ApiId } from '../../common/http/api-id.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { AlreadyExistsError } from '../../common/http/problem/card-errors';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { idPipe } from '../../common/http/id.pipe';
import { Write } from '../../platform/writes/write.decorator';
import type { WriteRequest } from '../../platform/writes/write-request';
import { CreateUser } from './dto/user-requests.dto';
import { UsersQuery } from './dto/user-queries.dto';
import { ActiveUserCount, LatestUser, UserPage, UserResponse, UserCount } from './dto/user-responses.dto';
import { UsersService } from './users.service';

@ApiTags('users')
@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  /**
   * List riders.
   *
   * @remarks Use it to find a rider at a counter. Filter by name or by the number of the identity document. The list
   * comes in pages, newest first, and shows only what tells one rider from another. That is personal data: keep it
   * out of logs.
   */
  @Get()
  @Requires('users:find', { noted: 'read' })
  list(@Query() query: UsersQuery): Promise<UserPage> {
    return this.users.list(query);
  }

  /**
   * Count the riders.
   *
   * @remarks Use it for a dashboard. It returns the number of registered riders, with and without cards.
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
   * @remarks Use it for a dashboard. It returns the number of riders with at least one active card; a rider with
   * several is counted once.
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
   * @remarks Use it for a dashboard. It returns the id and the name of the newest rider. While no rider is
   * registered, the status is 204 No Content.
   */
  @Get('latest')
  @Requires('users:find', { noted: 'read' })
  @Cached(cacheKeys.usersLatest)
  @ApiOkResponse({ type: LatestUser })
  @ApiNoContentResponse({ description: 'No rider is registered yet.' })
  latest(): Promise<LatestUser | null> {
    return this.users.latest();
  }

  /**
   * Register a rider.
   *
   * @remarks Use it before you issue a personalised card. It stores a rider without a card; issue the card with
   * `POST /cards`. Two riders cannot have the same e-mail or the same `id_number`. The `rider_category` decides
   * which concessions the rider's cards have. It changes no money and locks no card.
   */
  @Post()
  @Requires('users:write')
  @ApiEvicts(evictions.userCreated)
  @ApiProblems(AlreadyExistsError)
  create(@Body() user: CreateUser, @Write() request: WriteRequest): Promise<UserResponse> {
    return this.users.create(user, request);
  }

  /**
   * Get a rider.
   *
   * @remarks Use it for support at a counter. It returns everything that is stored about the rider. That is
   * personal data: keep it out of logs.
   */
  @Get(':user_id')
  @Requires('users:read', { own: 'user_id', noted: 'read' })
  @ApiId('user_id')
  @ApiProblems(NotFoundError.of('user'))
  get(@Param('user_id', idPipe('user')) userId: number): Promise<UserResponse> {
    return this.users.get(userId);
  }
}
