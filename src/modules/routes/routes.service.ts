import { Injectable } from '@nestjs/common';
import { decodeCursor, paginate } from '../../common/http/pagination';
import { isActiveFor } from '../network/service-status';
import { RouteCodes, RouteDetails, RouteLocation, RoutePage, RouteStations } from './dto/route-responses.dto';
import { RoutesQuery } from './dto/route-queries.dto';
import { RoutesRepository } from './routes.repository';

/** Routes, their stops, and the positions of their vehicles. */
@Injectable()
export class RoutesService {
  constructor(private readonly routes: RoutesRepository) {}

  async list(query: RoutesQuery): Promise<RoutePage> {
    const { name = null, type = null, status, limit, cursor } = query;
    const filter = { name, type, is_active: isActiveFor(status) };
    const found = await this.routes.find(filter, decodeCursor(cursor), limit);
    const { rows, next_cursor } = paginate(found, limit, (route) => route.route_id);
    return { routes: rows, next_cursor };
  }

  async codes(): Promise<RouteCodes> {
    return { route_codes: await this.routes.findCodes() };
  }

  async details(code: string): Promise<RouteDetails> {
    const { route_id, route_code, route_name, route_type } = await this.routes.findByCodeOrFail(code);
    const stops = await this.routes.findStops(route_id);
    const stations = stops.map(({ sequence_order, station_code, name, station_type }) => ({
      sequence: sequence_order,
      station_code,
      station_name: name,
      station_type,
    }));
    return { route_code, route_name, route_type, stations };
  }

  async location(code: string): Promise<RouteLocation> {
    const { route_id, route_code } = await this.routes.findByCodeOrFail(code);
    return { route_code, vehicles: await this.routes.findPositions(route_id) };
  }

  async stations(routeId: number): Promise<RouteStations> {
    const { route_id, route_code, route_name, route_type, is_active } = await this.routes.findOrFail(routeId);
    const stops = await this.routes.findStops(routeId);
    const stations = stops.map((stop) => ({
      station_id: stop.station_id,
      name: stop.name,
      station_type: stop.station_type,
      is_active: stop.is_active,
      sequence_order: stop.sequence_order,
    }));
    return {
      route: { route_id, route_code, route_name, route_type, is_active },
      stations,
      total_stations: stations.length,
    };
  }
}
