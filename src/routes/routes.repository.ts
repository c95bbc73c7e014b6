import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { NotFoundError } from '../common/problem/domain-error';
import { VehiclePosition } from './dto/route-answers.dto';
import { Route } from './route.entity';

/** A station where a route stops, in travel order; both ends are stops. */
export interface RouteStop {
  readonly sequence_order: number;
  readonly station_id: number;
  readonly station_code: string;
  readonly name: string;
  readonly station_type: string;
  readonly is_active: boolean;
}

@Injectable()
export class RoutesRepository {
  constructor(@InjectRepository(Route) private readonly routes: Repository<Route>) {}

  /** Of the active routes, in the same order under every collation. */
  async findCodes(): Promise<string[]> {
    const routes = await this.routes.query<Pick<Route, 'route_code'>[]>(
      'SELECT route_code FROM routes WHERE is_active ORDER BY route_code COLLATE "C"',
    );
    return routes.map((route) => route.route_code);
  }

  async findOrFail(routeId: number): Promise<Route> {
    const route = await this.routes.findOneBy({ route_id: routeId });
    if (!route) throw new NotFoundError('route', routeId);
    return route;
  }

  async findByCodeOrFail(code: string): Promise<Route> {
    const route = await this.routes.findOneBy({ route_code: code });
    if (!route) throw new NotFoundError('route', code);
    return route;
  }

  async findStops(routeId: number): Promise<RouteStop[]> {
    return this.routes.query<RouteStop[]>(
      `SELECT sequence_order, station_id, station_code, name, station_type, is_active
       FROM route_stops JOIN stations USING (station_id)
       WHERE route_id = $1 ORDER BY sequence_order`,
      [routeId],
    );
  }

  /**
   * The latest position of every vehicle that is on the route: not of one that has been seen on another since. Steps
   * through the index from vehicle to vehicle, so that it costs the same however long positions are kept.
   */
  async findPositions(routeId: number): Promise<VehiclePosition[]> {
    return this.routes.query<VehiclePosition[]>(
      `WITH RECURSIVE latest AS (
         (SELECT * FROM vehicle_positions WHERE route_id = $1 ORDER BY vehicle_id, observed_at DESC LIMIT 1)
         UNION ALL
         SELECT next.* FROM latest CROSS JOIN LATERAL (
           SELECT * FROM vehicle_positions WHERE route_id = $1 AND vehicle_id > latest.vehicle_id
           ORDER BY vehicle_id, observed_at DESC LIMIT 1) next)
       SELECT vehicle_id, latitude, longitude, speed, observed_at AS timestamp FROM latest
       WHERE NOT EXISTS (
         SELECT FROM vehicle_positions later
         WHERE later.vehicle_id = latest.vehicle_id AND later.observed_at > latest.observed_at)
       ORDER BY vehicle_id`,
      [routeId],
    );
  }
}
