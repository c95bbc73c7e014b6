import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/access/requires.decorator';
import { RechargePointPage, RechargePointsQuery } from './dto/recharge-points.dto';
import { RechargePointsService } from './recharge-points.service';

@ApiTags('network')
@Controller('recharge-points')
export class RechargePointsController {
  constructor(private readonly points: RechargePointsService) {}

  /**
   * List recharge points.
   *
   * @remarks Use it to show a rider where a card can be recharged. Filter by locality, channel or name, or search
   * around a point with `near`. The list comes in pages and changes nothing.
   */
  @Get()
  @Requires('network:read')
  list(@Query() query: RechargePointsQuery): Promise<RechargePointPage> {
    return this.points.list(query);
  }
}
