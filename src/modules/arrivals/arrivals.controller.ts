import { Body, Controller, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/access/requires.decorator';
import { ApiEvicts } from '../../platform/cache/cache.decorators';
import { evictions } from '../../platform/cache/evictions';
import { ApiId } from '../../common/http/api-id.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { StationNotOnRouteError } from '../../common/http/problem/trip-errors';
import { idPipe } from '../../common/http/id.pipe';
import { Repeatable } from '../../common/http/repeatable.decorator';
import { Write } from '../../platform/writes/write.decorator';
import type { WriteRequest } from '../../platform/writes/write-request';
import { Arrival } from './arrival.entity';
import { ArrivalsService } from './arrivals.service';
import { ChangeArrival, CreateArrival } from './dto/arrival-requests.dto';

@ApiTags('control centre')
@Controller('arrivals')
export class ArrivalsController {
  constructor(private readonly arrivals: ArrivalsService) {}

  /**
   * Announce an arrival.
   *
   * @remarks A control centre sends it when a vehicle of a route is expected at a station. Riders see it with
   * their next request. It stores one row, changes no money and locks no card.
   */
  @Post()
  @Requires('arrivals:write')
  @ApiEvicts(evictions.arrivalChanged)
  @Repeatable()
  @ApiProblems(
    NotFoundError.of('station'),
    NotFoundError.of('route'),
    NotFoundError.of('vehicle'),
    StationNotOnRouteError,
  )
  create(@Body() arrival: CreateArrival, @Write() request: WriteRequest): Promise<Arrival> {
    return this.arrivals.create(arrival, request);
  }

  /**
   * Change an arrival.
   *
   * @remarks A control centre sends it for a new estimate, a delay, an arrival or a cancellation. Members that
   * are left out keep their values. It changes one row, and two changes of the same arrival wait for each other.
   */
  @Patch(':arrival_id')
  @Requires('arrivals:write')
  @ApiEvicts(evictions.arrivalChanged)
  @ApiId('arrival_id')
  @ApiProblems(NotFoundError.of('arrival'))
  change(
    @Param('arrival_id', idPipe('arrival')) arrivalId: number,
    @Body() changes: ChangeArrival,
    @Write() request: WriteRequest,
  ): Promise<Arrival> {
    return this.arrivals.change(arrivalId, changes, request);
  }
}
