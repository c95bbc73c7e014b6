import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { nameContains } from '../../common/search/name-search';
import type { NetworkConcessionaire, NetworkRoute, NetworkStation } from './dto/network-document.dto';
import type {
  ConcessionaireResponse,
  DepotResponse,
  DriverResponse,
  LocationResponse,
} from './dto/network-responses.dto';
import type { DriverStatus } from './driver-status';

/**
 * The rows of a page: those after an id, at most `limit`. Each query returns one row more, which tells whether a next
 * page exists.
 */
export interface Slice {
  readonly afterId: number | null;
  readonly limit: number;
}

/** Lists localities, concessionaires, depots and drivers by their ids. A filter that is null is not applied. */
@Injectable()
export class NetworkRepository {
  constructor(private readonly dataSource: DataSource) {}

  async findAllStations(): Promise<NetworkStation[]> {
    return this.dataSource.query<NetworkStation[]>(
      `SELECT station_id, station_code, station.name, station_type, location.name AS locality, latitude, longitude,
              CASE WHEN is_active THEN 'active' ELSE 'inactive' END AS status
       FROM stations station LEFT JOIN locations location USING (location_id) ORDER BY station_id`,
    );
  }

  async findAllRoutes(): Promise<NetworkRoute[]> {
    return this.dataSource.query<NetworkRoute[]>(
      `SELECT route_id, route_code, route_name, route_type, concessionaire_id,
              CASE WHEN is_active THEN 'active' ELSE 'inactive' END AS status,
              (SELECT coalesce(json_agg(station_id ORDER BY sequence_order), '[]') FROM route_stops
               WHERE route_stops.route_id = routes.route_id) AS stations
       FROM routes ORDER BY route_id`,
    );
  }

  async findAllConcessionaires(): Promise<NetworkConcessionaire[]> {
    return this.dataSource.query<NetworkConcessionaire[]>(
      'SELECT concessionaire_id, name FROM concessionaires ORDER BY concessionaire_id',
    );
  }

  async findLocations(name: string | null, { afterId, limit }: Slice): Promise<LocationResponse[]> {
    return this.dataSource.query<LocationResponse[]>(
      `SELECT location_id, name, description FROM locations
       WHERE ${nameContains('name', '$1')} AND location_id > $2 ORDER BY location_id LIMIT $3`,
      [name, afterId ?? 0, limit + 1],
    );
  }

  async findConcessionaires(
    name: string | null,
    { afterId, limit }: Slice,
  ): Promise<ConcessionaireResponse[]> {
    return this.dataSource.query<ConcessionaireResponse[]>(
      `SELECT concessionaire_id, name, operates_troncal, operates_zonal_uce, operates_zonal_alimentacion,
              operates_cable
       FROM concessionaires
       WHERE ${nameContains('name', '$1')} AND concessionaire_id > $2 ORDER BY concessionaire_id LIMIT $3`,
      [name, afterId ?? 0, limit + 1],
    );
  }

  async findDepots(concessionaireId: number | null, { afterId, limit }: Slice): Promise<DepotResponse[]> {
    return this.dataSource.query<DepotResponse[]>(
      `SELECT depot_id, depot.name, address, depot_type, capacity_vehicles, location.name AS locality,
              concessionaire_id
       FROM depots depot LEFT JOIN locations location USING (location_id)
       WHERE ($1::bigint IS NULL OR concessionaire_id = $1) AND depot_id > $2 ORDER BY depot_id LIMIT $3`,
      [concessionaireId, afterId ?? 0, limit + 1],
    );
  }

  async findDrivers(
    concessionaireId: number | null,
    status: DriverStatus | null,
    { afterId, limit }: Slice,
  ): Promise<DriverResponse[]> {
    return this.dataSource.query<DriverResponse[]>(
      `SELECT driver_id, concessionaire_id, first_name, last_name, status FROM drivers
       WHERE ($1::bigint IS NULL OR concessionaire_id = $1) AND ($2::text IS NULL OR status = $2)
         AND driver_id > $3
       ORDER BY driver_id LIMIT $4`,
      [concessionaireId, status, afterId ?? 0, limit + 1],
    );
  }
}
