import { Body, Controller, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/access/requires.decorator';
import { Evicts } from '../../platform/cache/cache.decorators';
import { evictions } from '../../platform/cache/evictions';
import { ApiId } from '../../common/http/api-id.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { idOf } from '../../common/http/id.pipe';
import { ApiRepeatable, Repeatable } from '../../common/http/repeatable.decorator';
import type { RepeatableRequest } from '../../common/http/repeatable-request';
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
   * their next request. It locks no card.
   */
  @Post()
  @Requires('arrivals:write')
  @Evicts(evictions.arrivalChanged)
  @ApiRepeatable()
  @ApiProblems({
    400: 'malformed_request, malformed_header',
    404: 'station_not_found, route_not_found, vehicle_not_found',
    409: 'request_in_progress',
    422: 'invalid_value, station_not_on_route, idempotency_key_reused',
  })
  create(@Body() arrival: CreateArrival, @Repeatable() request: RepeatableRequest): Promise<Arrival> {
    return this.arrivals.create(arrival, request);
  }

  /**
   * Change an arrival.
   *
   * @remarks Use it for a new estimate, a delay, an arrival or a cancellation. What is left out stays as it
   * was. It locks this arrival.
   */
  @Patch(':arrival_id')
  @Requires('arrivals:write')
  @Evicts(evictions.arrivalChanged)
  @ApiId('arrival_id')
  @ApiProblems({ 404: 'arrival_not_found', 422: 'invalid_value' })
  change(
    @Param('arrival_id', idOf('arrival')) arrivalId: number,
    @Body() changes: ChangeArrival,
  ): Promise<Arrival> {
    return this.arrivals.change(arrivalId, changes);
  }
}
