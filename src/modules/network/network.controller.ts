import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { ConcessionairePage, DepotPage, DriverPage, LocationPage } from './dto/network-answers.dto';
import { ConcessionairesQuery, DepotsQuery, DriversQuery, LocationsQuery } from './dto/network-queries.dto';
import { NetworkService } from './network.service';

@ApiTags('network')
@Controller()
@ApiProblems({ 422: 'invalid_value' })
export class NetworkController {
  constructor(private readonly network: NetworkService) {}

  /** Localities, by name. */
  @Get('locations')
  locations(@Query() query: LocationsQuery): Promise<LocationPage> {
    return this.network.locations(query);
  }

  /** Concessionaires, by name, and what they operate. */
  @Get('concessionaires')
  concessionaires(@Query() query: ConcessionairesQuery): Promise<ConcessionairePage> {
    return this.network.concessionaires(query);
  }

  /** Depots, of a concessionaire if one is named. */
  @Get('depots')
  depots(@Query() query: DepotsQuery): Promise<DepotPage> {
    return this.network.depots(query);
  }

  /** Drivers: of a concessionaire, at work or not. */
  @Get('drivers')
  drivers(@Query() query: DriversQuery): Promise<DriverPage> {
    return this.network.drivers(query);
  }
}
