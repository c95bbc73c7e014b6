import { Body, Controller, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/access/requires.decorator';
import { Evicts } from '../../platform/cache/cache.decorators';
import { evictions } from '../../platform/cache/evictions';
import { ApiId } from '../../common/http/api-id.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { idOf } from '../../common/http/id.pipe';
import { ApiRepeatable, Repeatable } from '../../common/http/repeatable.decorator';
import type { RepeatableRequest } from '../../common/http/repeatable-request';
import { Alert } from './alert.entity';
import { AlertsService } from './alerts.service';
import { ChangeAlert, CreateAlert } from './dto/alert-requests.dto';

@ApiTags('control centre')
@Controller('alerts')
export class AlertsController {
  constructor(private readonly alerts: AlertsService) {}

  /**
   * Announce an alert.
   *
   * @remarks A control centre sends it. With a `station_id` the alert concerns that station; with only a
   * `route_id`, that route; with neither, the whole system. Riders see it with their next request. It locks no
   * card.
   */
  @Post()
  @Requires('alerts:write')
  @Evicts(evictions.alertChanged)
  @ApiRepeatable()
  @ApiProblems({
    400: 'malformed_request, malformed_header',
    404: 'station_not_found, route_not_found',
    409: 'request_in_progress',
    422: 'invalid_value, idempotency_key_reused',
  })
  create(@Body() alert: CreateAlert, @Repeatable() request: RepeatableRequest): Promise<Alert> {
    return this.alerts.create(alert, request);
  }

  /**
   * Change or end an alert.
   *
   * @remarks Set `end_time` to end it. What is left out stays as it was. It locks this alert.
   */
  @Patch(':alert_id')
  @Requires('alerts:write')
  @Evicts(evictions.alertChanged)
  @ApiId('alert_id')
  @ApiProblems({ 404: 'alert_not_found', 422: 'invalid_value' })
  change(@Param('alert_id', idOf('alert')) alertId: number, @Body() changes: ChangeAlert): Promise<Alert> {
    return this.alerts.change(alertId, changes);
  }
}
