import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/access/requires.decorator';
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
}
