import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/access/requires.decorator';
import { Evicts } from '../../platform/cache/cache.decorators';
import { evictions } from '../../platform/cache/evictions';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { LargeBody } from '../../common/http/request/operation';
import { Observations, StoredObservations } from './dto/vehicle-positions.dto';
import { VehiclePositionsService } from './vehicle-positions.service';

@ApiTags('control centre')
@Controller('vehicle-positions')
export class VehiclePositionsController {
  constructor(private readonly positions: VehiclePositionsService) {}

  /**
   * Store positions of vehicles.
   *
   * @remarks A control centre sends up to 500 observations in one request. All of them are stored, or none.
   * An observation that is stored already is ignored, so a retry is harmless. It locks the rows of these
   * vehicles, in the order of their ids.
   */
  @Post()
  @Requires('positions:write')
  @HttpCode(200)
  @LargeBody()
  @Evicts(evictions.vehiclesMoved)
  @ApiProblems({ 404: 'vehicle_not_found, route_not_found', 422: 'invalid_value' })
  store(@Body() { positions }: Observations): Promise<StoredObservations> {
    return this.positions.store(positions);
  }
}
