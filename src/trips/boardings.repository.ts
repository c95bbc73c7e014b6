import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import {
  NotFoundError,
  RouteInactiveError,
  StationInactiveError,
  StationNotOnRouteError,
} from '../common/problem/domain-error';
import type { RouteType } from '../fares/route-type';

/** A route as a boarding sees it. */
export interface BoardedRoute {
  readonly route_id: number;
  readonly route_type: RouteType;
  readonly is_active: boolean;
  readonly concessionaire_id: number | null;
}

/** A station as a boarding or an alighting sees it. */
export interface VisitedStation {
  readonly station_id: number;
  readonly is_active: boolean;
  readonly is_on_route: boolean;
}

/** Who drives what. */
export interface Crew {
  readonly vehicle_id: number | null;
  readonly driver_id: number | null;
}

/** What a boarding looks up in the network. */
@Injectable()
export class BoardingsRepository {
  /** The route, if a card can board it at the station. */
  async findOpenRoute(manager: EntityManager, routeId: number, stationId: number): Promise<BoardedRoute> {
    const [route] = await manager.query<BoardedRoute[]>(
      'SELECT route_id, route_type, is_active, concessionaire_id FROM routes WHERE route_id = $1',
      [routeId],
    );
    if (!route) throw new NotFoundError('route', routeId);
    if (!route.is_active) throw new RouteInactiveError(routeId);
    const station = await this.requireStop(manager, stationId, routeId);
    if (!station.is_active) throw new StationInactiveError(stationId);
    return route;
  }

  async requireStop(manager: EntityManager, stationId: number, routeId: number): Promise<VisitedStation> {
    const [station] = await manager.query<VisitedStation[]>(
      `SELECT station_id, is_active,
              EXISTS (SELECT FROM route_stops WHERE station_id = $1 AND route_id = $2) AS is_on_route
       FROM stations WHERE station_id = $1`,
      [stationId, routeId],
    );
    if (!station) throw new NotFoundError('station', stationId);
    if (!station.is_on_route) throw new StationNotOnRouteError(stationId, routeId);
    return station;
  }

  /**
   * The vehicle and driver that were named, or ones of the route's concessionaire, spread by the number of the card:
   * three steps in an index each, however many there are.
   */
  async findCrew(
    manager: EntityManager,
    named: Partial<Crew>,
    route: BoardedRoute,
    cardId: number,
  ): Promise<Crew> {
    const [crew] = await manager.query<Crew[]>(
      `SELECT
         CASE WHEN $1::bigint IS NOT NULL THEN (SELECT vehicle_id FROM vehicles WHERE vehicle_id = $1)
         ELSE (SELECT vehicle_id FROM vehicles
               WHERE concessionaire_id = $3 AND status = 'active' AND vehicle_id >=
                 (SELECT min(vehicle_id) + $4::bigint % (max(vehicle_id) - min(vehicle_id) + 1) FROM vehicles
                  WHERE concessionaire_id = $3 AND status = 'active')
               ORDER BY vehicle_id LIMIT 1) END AS vehicle_id,
         CASE WHEN $2::bigint IS NOT NULL THEN (SELECT driver_id FROM drivers WHERE driver_id = $2)
         ELSE (SELECT driver_id FROM drivers
               WHERE concessionaire_id = $3 AND status = 'active' AND driver_id >=
                 (SELECT min(driver_id) + $4::bigint % (max(driver_id) - min(driver_id) + 1) FROM drivers
                  WHERE concessionaire_id = $3 AND status = 'active')
               ORDER BY driver_id LIMIT 1) END AS driver_id`,
      [named.vehicle_id ?? null, named.driver_id ?? null, route.concessionaire_id, cardId],
    );
    if (named.vehicle_id && !crew?.vehicle_id) throw new NotFoundError('vehicle', named.vehicle_id);
    if (named.driver_id && !crew?.driver_id) throw new NotFoundError('driver', named.driver_id);
    return { vehicle_id: crew?.vehicle_id ?? null, driver_id: crew?.driver_id ?? null };
  }
}
