import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Requires } from '../../platform/access/requires.decorator';
import { ConcessionairePage, DepotPage, DriverPage, LocationPage } from './dto/network-responses.dto';
import { ConcessionairesQuery, DepotsQuery, DriversQuery, LocationsQuery } from './dto/network-queries.dto';
import { NetworkService } from './network.service';

@ApiTags('network')
@Controller()
export class NetworkController {
  constructor(private readonly network: NetworkService) {}

  /**
   * List localities.
   *
   * @remarks Use it to fill a menu of the parts of the city. Filter by name. The list comes in pages and changes
   * nothing.
   */
  @Get('locations')
  @Requires('network:read')
  locations(@Query() query: LocationsQuery): Promise<LocationPage> {
    return this.network.locations(query);
  }

  /**
   * List concessionaires.
   *
   * @remarks Concessionaires are the companies that operate vehicles, and that earn the fares of their routes.
   * Filter by name. The list comes in pages and changes nothing.
   */
  @Get('concessionaires')
  @Requires('network:read')
  concessionaires(@Query() query: ConcessionairesQuery): Promise<ConcessionairePage> {
    return this.network.concessionaires(query);
  }

  /**
   * List depots.
   *
   * @remarks Depots are the places where vehicles are kept. Filter by concessionaire. The list comes in pages and
   * changes nothing.
   */
  @Get('depots')
  @Requires('network:read')
  depots(@Query() query: DepotsQuery): Promise<DepotPage> {
    return this.network.depots(query);
  }

  /**
   * List drivers.
   *
   * @remarks Use it to choose the driver of a trip. Filter by concessionaire or status. Licences and other
   * personal data are not shown. The list comes in pages and changes nothing.
   */
  @Get('drivers')
  @Requires('drivers:read', { noted: 'read' })
  drivers(@Query() query: DriversQuery): Promise<DriverPage> {
    return this.network.drivers(query);
  }
}
