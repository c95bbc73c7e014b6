import { Body, Controller, Get, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public, Requires } from '../../platform/access/requires.decorator';
import { cacheKeys } from '../../platform/cache/cache-keys';
import { ApiEvicts, Cached } from '../../platform/cache/cache.decorators';
import { evictions } from '../../platform/cache/evictions';
import { ApiId } from '../../common/http/api-id.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { idPipe } from '../../common/http/id.pipe';
import { Repeatable } from '../../common/http/repeatable.decorator';
import { Write } from '../../platform/writes/write.decorator';
import type { WriteRequest } from '../../platform/writes/write-request';
import { Alert } from './alert.entity';
import { AlertsService } from './alerts.service';
import { ChangeAlert, CreateAlert } from './dto/alert-requests.dto';
import { ActiveAlerts } from './dto/alert-responses.dto';

@ApiTags('control centre')
@Controller('alerts')
export class AlertsController {
  constructor(private readonly alerts: AlertsService) {}

  /**
   * List all active alerts.
   *
   * @remarks Use it for a map of the network. It returns at most 500 alerts that are active now, of stations, of routes and of the
   * whole system, newest first.
   */
  @Get()
  @Public()
  @Cached(cacheKeys.activeAlerts)
  listActive(): Promise<ActiveAlerts> {
    return this.alerts.listActive();
  }

  /**
   * Announce an alert.
   *
   * @remarks A control centre sends it to tell riders about a delay or a closure. With a `station_id` the alert
   * concerns that station; with only a `route_id`, that route; with neither, the whole system. Riders see it
   * with their next request. It stores one row, changes no money and locks no card.
   */
  @Post()
  @Requires('alerts:write')
  @ApiEvicts(evictions.alertChanged)
  @Repeatable()
  @ApiProblems(NotFoundError.of('station'), NotFoundError.of('route'))
  create(@Body() alert: CreateAlert, @Write() request: WriteRequest): Promise<Alert> {
    return this.alerts.create(alert, request);
  }

  /**
   * Change or end an alert.
   *
   * @remarks A control centre sends it when the situation changes. Members that are left out keep their values.
   * Set `end_time` to end the alert. It changes one row, and two changes of the same alert wait for each other.
   */
  @Patch(':alert_id')
  @Requires('alerts:write')
  @ApiEvicts(evictions.alertChanged)
  @ApiId('alert_id')
  @ApiProblems(NotFoundError.of('alert'))
  change(
    @Param('alert_id', idPipe('alert')) alertId: number,
    @Body() changes: ChangeAlert,
    @Write() request: WriteRequest,
  ): Promise<Alert> {
    return this.alerts.change(alertId, changes, request);
  }
}
