import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Cached } from '../cache/cache.decorators';
import { cacheKeys } from '../cache/cache-keys';
import { ApiCode, ApiId } from '../common/api-id.decorator';
import { ApiProblems } from '../common/api-problems.decorator';
import { codeOf } from '../common/code.pipe';
import { idOf } from '../common/id.pipe';
import { AlertsQuery, StationsQuery } from './dto/station-queries.dto';
import { Alerts, Arrivals, StationDetails, StationIdentifiers, StationPage } from './dto/station-answers.dto';
import { StationsService } from './stations.service';

@ApiTags('stations')
@Controller('stations')
export class StationsController {
  constructor(private readonly stations: StationsService) {}

  /** Stations, of a locality or status if one is named. */
  @Get()
  @Cached(cacheKeys.stationsList, { defaults: { locality: '', status: '' }, mayBeStale: true })
  @ApiProblems({ 422: 'invalid_value' })
  list(@Query() query: StationsQuery): Promise<StationPage> {
    return this.stations.list(query);
  }

  /** The codes and names of the active stations. */
  @Get('identifiers')
  @Cached(cacheKeys.stationsIdentifiers, { mayBeStale: true })
  identifiers(): Promise<StationIdentifiers> {
    return this.stations.identifiers();
  }

  /** A station, and the routes that serve it. */
  @Get(':code/details')
  @Cached(cacheKeys.stationDetails, { mayBeStale: true })
  @ApiCode('code', 'TM0101')
  @ApiProblems({ 404: 'station_not_found' })
  details(@Param('code', codeOf('station')) code: string): Promise<StationDetails> {
    return this.stations.details(code);
  }

  /** The next arrivals at a station. */
  @Get(':station_id/arrivals')
  @Cached(cacheKeys.stationArrivals)
  @ApiId('station_id')
  @ApiProblems({ 404: 'station_not_found' })
  arrivals(@Param('station_id', idOf('station')) stationId: number): Promise<Arrivals> {
    return this.stations.arrivals(stationId);
  }

  /** The next arrivals at a station, by its code. */
  @Get(':code/realtime-arrivals')
  @Cached(cacheKeys.stationArrivalsByCode)
  @ApiCode('code', 'TM0101')
  @ApiProblems({ 404: 'station_not_found' })
  arrivalsByCode(@Param('code', codeOf('station')) code: string): Promise<Arrivals> {
    return this.stations.arrivalsByCode(code);
  }

  /** What riders should know about a station. */
  @Get(':station_id/alerts')
  @Cached(cacheKeys.stationAlerts, { defaults: { active_only: 'true' } })
  @ApiId('station_id')
  @ApiProblems({ 404: 'station_not_found', 422: 'invalid_value' })
  alerts(
    @Param('station_id', idOf('station')) stationId: number,
    @Query() query: AlertsQuery,
  ): Promise<Alerts> {
    return this.stations.alerts(stationId, query);
  }
}
