import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Cached } from '../../platform/cache/cache.decorators';
import { cacheKeys } from '../../platform/cache/cache-keys';
import { ApiCode, ApiId } from '../../common/http/api-id.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { CodePipe } from '../../common/http/code.pipe';
import { idOf } from '../../common/http/id.pipe';
import { RouteCodes, RouteDetails, RouteLocation, RoutePage, RouteStations } from './dto/route-answers.dto';
import { RoutesQuery } from './dto/routes-query.dto';
import { RoutesService } from './routes.service';

@ApiTags('routes')
@Controller()
export class RoutesController {
  constructor(private readonly routes: RoutesService) {}

  /** Routes: by name, of a type or status. */
  @Get('routes')
  @ApiProblems({ 422: 'invalid_value' })
  list(@Query() query: RoutesQuery): Promise<RoutePage> {
    return this.routes.list(query);
  }

  /** The codes of the active routes. */
  @Get('routes/codes')
  @Cached(cacheKeys.routesCodes, { mayBeStale: true })
  codes(): Promise<RouteCodes> {
    return this.routes.codes();
  }

  /** A route, and where it stops. */
  @Get('routes/:code/details')
  @Cached(cacheKeys.routeDetails, { mayBeStale: true })
  @ApiCode('code', 'J74')
  @ApiProblems({ 404: 'route_not_found' })
  details(@Param('code', new CodePipe('route')) code: string): Promise<RouteDetails> {
    return this.routes.details(code);
  }

  /** Where the vehicles of a route are. */
  @Get(['routes/:code/current-location', 'route/:code/current-location'])
  @Cached(cacheKeys.routeLocation)
  @ApiCode('code', 'J74')
  @ApiProblems({ 404: 'route_not_found' })
  location(@Param('code', new CodePipe('route')) code: string): Promise<RouteLocation> {
    return this.routes.location(code);
  }

  /** The stations of a route in travel order, both ends included. */
  @Get('trips/routes/:route_id/stations')
  @Cached(cacheKeys.routeStations, { mayBeStale: true })
  @ApiId('route_id')
  @ApiProblems({ 404: 'route_not_found' })
  stations(@Param('route_id', idOf('route')) routeId: number): Promise<RouteStations> {
    return this.routes.stations(routeId);
  }
}
