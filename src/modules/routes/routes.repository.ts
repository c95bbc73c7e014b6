import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { EntityManager, Repository } from 'typeorm';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import { nameContains } from '../../common/search/name-search';
import type { RouteType } from '../fares/route-type';
import { ListedRoute, VehiclePosition } from './dto/route-responses.dto';
import { Route } from './route.entity';

/** Which routes to find. A filter that is null is not applied. */
export interface RouteFilter {
  readonly name: string | null;
  readonly type: RouteType | null;
  readonly is_active: boolean | null;
}

/** A station where a route stops. The first and the last station are stops too. */
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

  /** Finds routes by their ids, one row more than the limit. */
  async find(filter: RouteFilter, afterId: number | null, limit: number): Promise<ListedRoute[]> {
    return this.routes.query<ListedRoute[]>(
      `SELECT route_id, route_code, route_name, route_type, concessionaire_id,
              CASE WHEN is_active THEN 'active' ELSE 'inactive' END AS status
       FROM routes
       WHERE ($1::text IS NULL OR route_type = $1)
         AND ($2::boolean IS NULL OR is_active = $2)
         AND ${nameContains('route_name', '$3')}
         AND route_id > $4
       ORDER BY route_id LIMIT $5`,
      [filter.type, filter.is_active, filter.name, afterId ?? 0, limit + 1],
    );
  }

  /** Returns the codes of the active routes, in an order that does not depend on the database's collation. */
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

  async assertExists(routeId: number, manager: EntityManager): Promise<void> {
    if (!(await manager.existsBy(Route, { route_id: routeId }))) throw new NotFoundError('route', routeId);
  }

  async findCodesOrFail(routeIds: readonly number[], manager: EntityManager): Promise<string[]> {
    const routes = await manager.query<Pick<Route, 'route_id' | 'route_code'>[]>(
      'SELECT route_id, route_code FROM routes WHERE route_id = ANY ($1::bigint[])',
      [routeIds],
    );
    const known = new Set(routes.map(({ route_id }) => route_id));
    const unknown = routeIds.find((id) => !known.has(id));
    if (unknown !== undefined) throw new NotFoundError('route', unknown);
    return routes.map(({ route_code }) => route_code);
  }

  async stopsAt(routeId: number, stationId: number, manager: EntityManager): Promise<boolean> {
    const stops = await manager.query<unknown[]>(
      'SELECT FROM route_stops WHERE route_id = $1 AND station_id = $2 LIMIT 1',
      [routeId, stationId],
    );
    return stops.length > 0;
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
   * Returns the latest position of each vehicle that is on the route. A vehicle that was later seen on another route is
   * left out. The query steps through the index from vehicle to vehicle, so it costs the same however long positions
   * are kept.
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
