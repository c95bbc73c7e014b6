import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/access/requires.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { VehiclePage, VehiclesQuery } from './dto/vehicles.dto';
import { VehiclesService } from './vehicles.service';

@ApiTags('network')
@Controller('vehicles')
export class VehiclesController {
  constructor(private readonly vehicles: VehiclesService) {}

  /**
   * List vehicles.
   *
   * @remarks Filter by concessionaire or status.
   */
  @Get()
  @Requires('network:read')
  @ApiProblems({ 422: 'invalid_value' })
  list(@Query() query: VehiclesQuery): Promise<VehiclePage> {
    return this.vehicles.list(query);
  }
}
