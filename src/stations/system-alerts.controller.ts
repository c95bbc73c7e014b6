import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Cached } from '../cache/cache.decorators';
import { cacheKeys } from '../cache/cache-keys';
import { ApiProblems } from '../common/api-problems.decorator';
import { Alerts } from './dto/station-answers.dto';
import { AlertsQuery } from './dto/station-queries.dto';
import { StationsService } from './stations.service';

@ApiTags('stations')
@Controller('system')
export class SystemAlertsController {
  constructor(private readonly stations: StationsService) {}

  /** What riders should know about the whole system, or about a route: every alert without a station. */
  @Get('alerts')
  @Cached(cacheKeys.systemAlerts, { defaults: { active_only: 'true' } })
  @ApiProblems({ 422: 'invalid_value' })
  list(@Query() query: AlertsQuery): Promise<Alerts> {
    return this.stations.systemAlerts(query);
  }
}
