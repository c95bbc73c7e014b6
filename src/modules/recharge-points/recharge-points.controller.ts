import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/access/requires.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { RechargePointPage, RechargePointsQuery } from './dto/recharge-points.dto';
import { RechargePointsService } from './recharge-points.service';

@ApiTags('network')
@Controller('recharge-points')
export class RechargePointsController {
  constructor(private readonly points: RechargePointsService) {}

  /**
   * List recharge points.
   *
   * @remarks Filter by locality, channel or name, or search around a point with `near`.
   */
  @Get()
  @Requires('network:read')
  @ApiProblems({ 422: 'invalid_value' })
  list(@Query() query: RechargePointsQuery): Promise<RechargePointPage> {
    return this.points.list(query);
  }
}
