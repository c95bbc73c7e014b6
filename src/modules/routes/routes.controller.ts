import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public } from '../../platform/access/requires.decorator';
import { Cached } from '../../platform/cache/cache.decorators';
import { cacheKeys } from '../../platform/cache/cache-keys';
import { ApiCode, ApiId } from '../../common/http/api-id.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { CodePipe } from '../../common/http/code.pipe';
import { idPipe } from '../../common/http/id.pipe';
import { RouteCodes, RouteDetails, RouteLocation, RoutePage, RouteStations } from './dto/route-responses.dto';
import { RoutesQuery } from './dto/route-queries.dto';
import { RoutesService } from './routes.service';

@ApiTags('routes')
@Controller()
export class RoutesController {
  constructor(private readonly routes: RoutesService) {}

  /**
   * List routes.
   *
   * @remarks Use it to search for a route. Filter by name, type or status. The list comes in pages and changes
   * nothing.
   */
  @Get('routes')
  @Public()
  list(@Query() query: RoutesQuery): Promise<RoutePage> {
    return this.routes.list(query);
  }

  /**
   * List the active routes' codes.
   *
   * @remarks Use it to fill a menu. It returns one short list without pages.
   */
  @Get('routes/codes')
  @Public()
  @Cached(cacheKeys.routesCodes, { mayBeStale: true })
  codes(): Promise<RouteCodes> {
    return this.routes.codes();
  }

  /**
   * Get a route by its code.
   *
   * @remarks Use it to show a rider where a route goes. It returns the route and its stations in the order of
   * travel.
   */
  @Get('routes/:code/details')
  @Public()
  @Cached(cacheKeys.routeDetails, { mayBeStale: true })
  @ApiCode('code', 'J74')
  @ApiProblems(NotFoundError.of('route'))
  details(@Param('code', new CodePipe('route')) code: string): Promise<RouteDetails> {
    return this.routes.details(code);
  }

  /**
   * List the positions of a route's vehicles.
   *
   * @remarks Use it to draw vehicles on a map. It returns the latest position of each vehicle that is on the route
   * now.
   */
  @Get(['routes/:code/current-location', 'route/:code/current-location'])
  @Public()
  @Cached(cacheKeys.routeLocation)
  @ApiCode('code', 'J74')
  @ApiProblems(NotFoundError.of('route'))
  location(@Param('code', new CodePipe('route')) code: string): Promise<RouteLocation> {
    return this.routes.location(code);
  }

  /**
   * List a route's stations.
   *
   * @remarks Use it before a boarding to choose a station by its id. It returns the stations in the order of
   * travel, with the first and the last.
   */
  @Get('trips/routes/:route_id/stations')
  @Public()
  @Cached(cacheKeys.routeStations, { mayBeStale: true })
  @ApiId('route_id')
  @ApiProblems(NotFoundError.of('route'))
  stations(@Param('route_id', idPipe('route')) routeId: number): Promise<RouteStations> {
    return this.routes.stations(routeId);
  }
}
