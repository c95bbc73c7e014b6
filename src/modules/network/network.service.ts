import { Injectable } from '@nestjs/common';
import { decodeCursor, PageQuery, paginate } from '../../common/http/pagination';
import { ConcessionairePage, DepotPage, DriverPage, LocationPage } from './dto/network-responses.dto';
import { ConcessionairesQuery, DepotsQuery, DriversQuery, LocationsQuery } from './dto/network-queries.dto';
import type { NetworkDocument } from './dto/network-document.dto';
import { NetworkRepository, type Slice } from './network.repository';

/** Lists localities, concessionaires, depots and drivers. */
@Injectable()
export class NetworkService {
  constructor(private readonly network: NetworkRepository) {}

  async document(): Promise<NetworkDocument> {
    return {
      stations: await this.network.findAllStations(),
      routes: await this.network.findAllRoutes(),
      concessionaires: await this.network.findAllConcessionaires(),
    };
  }

  async locations(query: LocationsQuery): Promise<LocationPage> {
    const found = await this.network.findLocations(query.name ?? null, sliceOf(query));
    const { rows, next_cursor } = paginate(found, query.limit, (location) => location.location_id);
    return { locations: rows, next_cursor };
  }

  async concessionaires(query: ConcessionairesQuery): Promise<ConcessionairePage> {
    const found = await this.network.findConcessionaires(query.name ?? null, sliceOf(query));
    const { rows, next_cursor } = paginate(found, query.limit, (operator) => operator.concessionaire_id);
    return { concessionaires: rows, next_cursor };
  }

  async depots(query: DepotsQuery): Promise<DepotPage> {
    const found = await this.network.findDepots(query.concessionaire_id ?? null, sliceOf(query));
    const { rows, next_cursor } = paginate(found, query.limit, (depot) => depot.depot_id);
    return { depots: rows, next_cursor };
  }

  async drivers(query: DriversQuery): Promise<DriverPage> {
    const { concessionaire_id = null, status = null } = query;
    const found = await this.network.findDrivers(concessionaire_id, status, sliceOf(query));
    const { rows, next_cursor } = paginate(found, query.limit, (driver) => driver.driver_id);
    return { drivers: rows, next_cursor };
  }
}

function sliceOf({ limit, cursor }: PageQuery): Slice {
  return { afterId: decodeCursor(cursor), limit };
}
