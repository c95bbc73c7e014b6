import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/access/requires.decorator';
import { ApiEvicts } from '../../platform/cache/cache.decorators';
import { evictions } from '../../platform/cache/evictions';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { LargeBody } from '../../common/http/request/operation';
import { Write } from '../../platform/writes/write.decorator';
import type { WriteRequest } from '../../platform/writes/write-request';
import { Observations, StoredObservations } from './dto/vehicle-positions.dto';
import { VehiclePositionsService } from './vehicle-positions.service';

@ApiTags('control centre')
@Controller('vehicle-positions')
export class VehiclePositionsController {
  constructor(private readonly positions: VehiclePositionsService) {}

  /**
   * Store positions of vehicles.
   *
   * @remarks A control centre sends where its vehicles are, up to 500 observations in one request. All of them
   * are stored, or none. An observation that is already stored is ignored, so a retry does no harm. It locks
   * these vehicles, in the order of their ids, and no card.
   */
  @Post()
  @Requires('positions:write')
  @HttpCode(200)
  @LargeBody()
  @ApiEvicts(evictions.vehiclesMoved)
  @ApiProblems(NotFoundError.of('vehicle'), NotFoundError.of('route'))
  store(@Body() { positions }: Observations, @Write() request: WriteRequest): Promise<StoredObservations> {
    return this.positions.store(positions, request);
  }
}
