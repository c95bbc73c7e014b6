import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../platform/access/requires.decorator';
import { Cached } from '../../platform/cache/cache.decorators';
import { cacheKeys } from '../../platform/cache/cache-keys';
import { AlertsService } from './alerts.service';
import { Alerts } from './dto/alert-responses.dto';
import { AlertsQuery } from './dto/alert-queries.dto';

@ApiTags('stations')
@Controller('system')
export class SystemAlertsController {
  constructor(private readonly alerts: AlertsService) {}

  /**
   * List the alerts of the system and of routes.
   *
   * @remarks Use it to show riders what concerns whole routes or the whole network. It returns at most 100
   * alerts that have no station, newest first. Unless `active_only` is `false`, it returns only the alerts that
   * are active now.
   */
  @Get('alerts')
  @Public()
  @Cached(cacheKeys.systemAlerts, { defaults: { active_only: 'true' } })
  list(@Query() query: AlertsQuery): Promise<Alerts> {
    return this.alerts.listOfSystem(query);
  }
}
