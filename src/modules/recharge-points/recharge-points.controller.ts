import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { RechargePointPage, RechargePointsQuery } from './dto/recharge-points.dto';
import { RechargePointsService } from './recharge-points.service';

@ApiTags('network')
@Controller('recharge-points')
export class RechargePointsController {
  constructor(private readonly points: RechargePointsService) {}

  /** Recharge points: of a locality or channel, by name, or near a point. */
  @Get()
  @ApiProblems({ 422: 'invalid_value' })
  list(@Query() query: RechargePointsQuery): Promise<RechargePointPage> {
    return this.points.list(query);
  }
}
