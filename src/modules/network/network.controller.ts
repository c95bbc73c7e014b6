import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/access/requires.decorator';
import { ApiProblems } from '../../common/http/api-problems.decorator';
import { ConcessionairePage, DepotPage, DriverPage, LocationPage } from './dto/network-answers.dto';
import { ConcessionairesQuery, DepotsQuery, DriversQuery, LocationsQuery } from './dto/network-queries.dto';
import { NetworkService } from './network.service';

@ApiTags('network')
@Controller()
@ApiProblems({ 422: 'invalid_value' })
export class NetworkController {
  constructor(private readonly network: NetworkService) {}

  /**
   * List localities.
   *
   * @remarks Filter by name.
   */
  @Get('locations')
  @Requires('network:read')
  locations(@Query() query: LocationsQuery): Promise<LocationPage> {
    return this.network.locations(query);
  }

  /**
   * List concessionaires.
   *
   * @remarks They are the companies that operate vehicles. Filter by name.
   */
  @Get('concessionaires')
  @Requires('network:read')
  concessionaires(@Query() query: ConcessionairesQuery): Promise<ConcessionairePage> {
    return this.network.concessionaires(query);
  }

  /**
   * List depots.
   *
   * @remarks Filter by concessionaire.
   */
  @Get('depots')
  @Requires('network:read')
  depots(@Query() query: DepotsQuery): Promise<DepotPage> {
    return this.network.depots(query);
  }

  /**
   * List drivers.
   *
   * @remarks Filter by concessionaire or status. Licences and other personal data are not shown.
   */
  @Get('drivers')
  @Requires('network:read')
  drivers(@Query() query: DriversQuery): Promise<DriverPage> {
    return this.network.drivers(query);
  }
}
