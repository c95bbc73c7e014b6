import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../platform/access/requires.decorator';
import { Cached } from '../../platform/cache/cache.decorators';
import { cacheKeys } from '../../platform/cache/cache-keys';
import { ApiCode } from '../../common/http/api-id.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { CodePipe } from '../../common/http/code.pipe';
import { StationsQuery } from './dto/station-queries.dto';
import { StationDetails, StationIdentifiers, StationPage } from './dto/station-responses.dto';
import { StationsService } from './stations.service';

@ApiTags('stations')
@Controller('stations')
export class StationsController {
  constructor(private readonly stations: StationsService) {}

  /**
   * List stations.
   *
   * @remarks Use it to search for a station. Filter by locality, status or name, or search around a point with
   * `near`. The list comes in pages. Only a request with no parameter besides `locality` and `status` is cached.
   */
  @Get()
  @Public()
  @Cached(cacheKeys.stationsList, { defaults: { locality: '', status: '' }, mayBeStale: true })
  list(@Query() query: StationsQuery): Promise<StationPage> {
    return this.stations.list(query);
  }

  /**
   * List the active stations' codes and names.
   *
   * @remarks Use it to fill a menu. It returns one short list without pages.
   */
  @Get('identifiers')
  @Public()
  @Cached(cacheKeys.stationsIdentifiers, { mayBeStale: true })
  identifiers(): Promise<StationIdentifiers> {
    return this.stations.identifiers();
  }

  /**
   * Get a station by its code.
   *
   * @remarks Use it to show a rider one station. It returns where the station is and which active routes stop
   * there.
   */
  @Get(':code/details')
  @Public()
  @Cached(cacheKeys.stationDetails, { mayBeStale: true })
  @ApiCode('code', 'TM0101')
  @ApiProblems(NotFoundError.of('station'))
  details(@Param('code', new CodePipe('station')) code: string): Promise<StationDetails> {
    return this.stations.details(code);
  }
}
