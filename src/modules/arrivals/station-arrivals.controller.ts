import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../platform/access/requires.decorator';
import { Cached } from '../../platform/cache/cache.decorators';
import { cacheKeys } from '../../platform/cache/cache-keys';
import { ApiCode, ApiId } from '../../common/http/api-id.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { CodePipe } from '../../common/http/code.pipe';
import { idOf } from '../../common/http/id.pipe';
import { ArrivalsService } from './arrivals.service';
import { Arrivals } from './dto/arrivals.dto';

@ApiTags('stations')
@Controller('stations')
@ApiProblems({ 404: 'station_not_found' })
export class StationArrivalsController {
  constructor(private readonly arrivals: ArrivalsService) {}

  /**
   * List the next arrivals at a station.
   *
   * @remarks It returns at most 10 arrivals, soonest first. An arrival whose time has just passed can stay
   * until the cached answer expires.
   */
  @Get(':station_id/arrivals')
  @Public()
  @Cached(cacheKeys.stationArrivals)
  @ApiId('station_id')
  list(@Param('station_id', idOf('station')) stationId: number): Promise<Arrivals> {
    return this.arrivals.list(stationId);
  }

  /**
   * List the next arrivals at a station, by its code.
   *
   * @remarks It is `GET /stations/{station_id}/arrivals` with the code of the station instead of its id.
   */
  @Get(':code/realtime-arrivals')
  @Public()
  @Cached(cacheKeys.stationArrivalsByCode)
  @ApiCode('code', 'TM0101')
  listByCode(@Param('code', new CodePipe('station')) code: string): Promise<Arrivals> {
    return this.arrivals.listByCode(code);
  }
}
