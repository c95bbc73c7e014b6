import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public, Requires } from '../../platform/access/requires.decorator';
import { cacheKeys } from '../../platform/cache/cache-keys';
import { Cached } from '../../platform/cache/cache.decorators';
import { LastPositions } from './dto/last-positions.dto';
import { VehiclePage, VehiclesQuery } from './dto/vehicles.dto';
import { VehiclesService } from './vehicles.service';

@ApiTags('network')
@Controller('vehicles')
export class VehiclesController {
  constructor(private readonly vehicles: VehiclesService) {}

  /**
   * List vehicles.
   *
   * @remarks Use it to choose the vehicle of a trip. Filter by concessionaire or status. The list comes in pages
   * and changes nothing.
   */
  @Get()
  @Requires('network:read')
  list(@Query() query: VehiclesQuery): Promise<VehiclePage> {
    return this.vehicles.list(query);
  }

  /**
   * List the last positions of all vehicles.
   *
   * @remarks Use it to draw all vehicles on a map. It returns for each vehicle where it was seen last, on which route, and
   * how long ago. Also a vehicle that was last seen days ago is listed, as long as its positions are kept: judge by
   * `age_seconds`.
   */
  @Get('positions')
  @Public()
  @Cached(cacheKeys.vehiclePositions)
  positions(): Promise<LastPositions> {
    return this.vehicles.lastPositions();
  }
}
