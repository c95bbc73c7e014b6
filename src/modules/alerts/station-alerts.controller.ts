import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../platform/access/requires.decorator';
import { Cached } from '../../platform/cache/cache.decorators';
import { cacheKeys } from '../../platform/cache/cache-keys';
import { ApiId } from '../../common/http/api-id.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { idPipe } from '../../common/http/id.pipe';
import { AlertsService } from './alerts.service';
import { Alerts } from './dto/alert-responses.dto';
import { AlertsQuery } from './dto/alert-queries.dto';

@ApiTags('stations')
@Controller('stations/:station_id/alerts')
export class StationAlertsController {
  constructor(private readonly alerts: AlertsService) {}

  /**
   * List the alerts of a station.
   *
   * @remarks Use it to show riders what they should know at this station. It returns at most 100 alerts, newest
   * first. Unless `active_only` is `false`, it returns only the alerts that are active now.
   */
  @Get()
  @Public()
  @Cached(cacheKeys.stationAlerts, { defaults: { active_only: 'true' } })
  @ApiId('station_id')
  @ApiProblems(NotFoundError.of('station'))
  list(
    @Param('station_id', idPipe('station')) stationId: number,
    @Query() query: AlertsQuery,
  ): Promise<Alerts> {
    return this.alerts.listOfStation(stationId, query);
  }
}
