import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ConcessionairePage, DepotPage, DriverPage, LocationPage } from './dto/network-answers.dto';
import { ConcessionairesQuery, DepotsQuery, DriversQuery, LocationsQuery } from './dto/network-queries.dto';
import { NetworkService } from './network.service';

@ApiTags('network')
@Controller()
export class NetworkController {
  constructor(private readonly network: NetworkService) {}

  /**
   * List localities.
   *
   * @remarks Filter by name.
   */
  @Get('locations')
  locations(@Query() query: LocationsQuery): Promise<LocationPage> {
    return this.network.locations(query);
  }

  /**
   * List concessionaires.
   *
   * @remarks They are the companies that operate vehicles. Filter by name.
   */
  @Get('concessionaires')
  concessionaires(@Query() query: ConcessionairesQuery): Promise<ConcessionairePage> {
    return this.network.concessionaires(query);
  }

  /**
   * List depots.
   *
   * @remarks Filter by concessionaire.
   */
  @Get('depots')
  depots(@Query() query: DepotsQuery): Promise<DepotPage> {
    return this.network.depots(query);
  }

  /**
   * List drivers.
   *
   * @remarks Filter by concessionaire or status. Licences and other personal data are not shown.
   */
  @Get('drivers')
  drivers(@Query() query: DriversQuery): Promise<DriverPage> {
    return this.network.drivers(query);
  }
}
