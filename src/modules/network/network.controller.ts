import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Public, Requires } from '../../platform/access/requires.decorator';
import { cacheKeys } from '../../platform/cache/cache-keys';
import { Cached } from '../../platform/cache/cache.decorators';
import { Compressed } from '../../platform/cache/compressed.decorator';
import { NetworkDocument } from './dto/network-document.dto';
import { ConcessionairePage, DepotPage, DriverPage, LocationPage } from './dto/network-responses.dto';
import { ConcessionairesQuery, DepotsQuery, DriversQuery, LocationsQuery } from './dto/network-queries.dto';
import { NetworkService } from './network.service';

@ApiTags('network')
@Controller()
export class NetworkController {
  constructor(private readonly network: NetworkService) {}

  /**
   * Get the whole network.
   *
   * @remarks Use it to draw a map. It returns all stations with their positions, all routes with their stations in the
   * order of travel, and the concessionaires, also those that are not in service. It is one large document that seldom
   * changes: keep it, and send its `ETag` in `If-None-Match`. It is compressed for who accepts `gzip`.
   */
  @Get('network')
  @Public()
  @Cached(cacheKeys.network, { mayBeStale: true })
  @Compressed()
  wholeNetwork(): Promise<NetworkDocument> {
    return this.network.document();
  }

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
