import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../platform/access/requires.decorator';
import { Cached } from '../../platform/cache/cache.decorators';
import { cacheKeys } from '../../platform/cache/cache-keys';
import { ApiCode, ApiId } from '../../common/http/api-id.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { CodePipe } from '../../common/http/code.pipe';
import { idPipe } from '../../common/http/id.pipe';
import { ArrivalsService } from './arrivals.service';
import { Arrivals } from './dto/arrival-responses.dto';

@ApiTags('stations')
@Controller('stations')
export class StationArrivalsController {
  constructor(private readonly arrivals: ArrivalsService) {}

  /**
   * List the next arrivals at a station.
   *
   * @remarks Use it for the display at a station or in an app. It returns at most 10 arrivals, soonest first. An
   * arrival whose time has just passed can still be listed until the cached response expires.
   */
  @Get(':station_id/arrivals')
  @Public()
  @Cached(cacheKeys.stationArrivals)
  @ApiId('station_id')
  @ApiProblems(NotFoundError.of('station'))
  list(@Param('station_id', idPipe('station')) stationId: number): Promise<Arrivals> {
    return this.arrivals.list(stationId);
  }

  /**
   * List the next arrivals at a station, by its code.
   *
   * @remarks It returns the same as `GET /stations/{station_id}/arrivals`. Use it if you know the code of the
   * station and not its id.
   */
  @Get(':code/realtime-arrivals')
  @Public()
  @Cached(cacheKeys.stationArrivalsByCode)
  @ApiCode('code', 'TM0101')
  @ApiProblems(NotFoundError.of('station'))
  listByCode(@Param('code', new CodePipe('station')) code: string): Promise<Arrivals> {
    return this.arrivals.listByCode(code);
  }
}
