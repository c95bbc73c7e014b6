import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { NotFoundError } from '../../common/http/problem/not-found-error';
import {
  RouteInactiveError,
  StationInactiveError,
  StationNotOnRouteError,
} from '../../common/http/problem/trip-errors';
import type { RouteType } from '../fares/route-type';

/** A route as a boarding sees it. */
export interface BoardedRoute {
  readonly route_id: number;
  readonly route_type: RouteType;
  readonly is_active: boolean;
  readonly concessionaire_id: number | null;
}

/** The vehicle and the driver of a trip. */
export interface Crew {
  readonly vehicle_id: number | null;
  readonly driver_id: number | null;
}

/** Where a card boards, and, if they are known, the vehicle, the driver and where it alights. */
export interface PlannedBoarding extends Partial<Crew> {
  readonly card_id: number;
  readonly route_id: number;
  readonly boarding_station_id: number;
  readonly disembarking_station_id?: number;
}

/** A boarding that the network allows. */
export interface OpenBoarding {
  readonly route: BoardedRoute;
  readonly crew: Crew;
}

/** A station as a boarding or an alighting sees it. */
interface Stop {
  readonly is_active: boolean;
  readonly is_on_route: boolean;
}

/** What the database has for the ids of a planned boarding; null where there is nothing with the id. */
interface BoardingRow extends Crew {
  readonly route: BoardedRoute | null;
  readonly boarding: Stop | null;
  readonly disembarking: Stop | null;
}

const stop = (station: string, route: string): string => `
  (SELECT json_build_object('is_active', is_active, 'is_on_route',
            EXISTS (SELECT FROM route_stops WHERE station_id = ${station} AND route_id = ${route}))
   FROM stations WHERE station_id = ${station})`;

/** The one that was named, or one of the route's concessionaire: three lookups in an index, however many there are. */
const crewMember = (table: string, id: string, named: string): string => `
  CASE WHEN ${named}::bigint IS NOT NULL THEN (SELECT ${id} FROM ${table} WHERE ${id} = ${named})
  ELSE (SELECT ${id} FROM ${table}
        WHERE concessionaire_id = route.concessionaire_id AND status = 'active' AND ${id} >=
          (SELECT min(${id}) + $1::bigint % (max(${id}) - min(${id}) + 1) FROM ${table}
           WHERE concessionaire_id = route.concessionaire_id AND status = 'active')
        ORDER BY ${id} LIMIT 1) END AS ${id}`;

const BOARDING = `
  SELECT CASE WHEN route.route_id IS NOT NULL THEN to_json(route) END AS route,
         ${stop('$3', '$2')} AS boarding, ${stop('$4', '$2')} AS disembarking,
         ${crewMember('vehicles', 'vehicle_id', '$5')}, ${crewMember('drivers', 'driver_id', '$6')}
  FROM (VALUES (true)) AS once
  LEFT JOIN (SELECT route_id, route_type, is_active, concessionaire_id FROM routes) route ON route_id = $2`;

const STOP = `SELECT ${stop('$1', '$2')} AS stop`;

/** Reads the part of the network that a boarding needs. */
@Injectable()
export class BoardingsRepository {
  /**
   * The route, if a card can board it at the one station and alight at the other, and the vehicle and driver that were
   * named, or ones of the route's concessionaire, spread by the number of the card.
   */
  async findOpen(manager: EntityManager, planned: PlannedBoarding): Promise<OpenBoarding> {
    const { route_id, boarding_station_id, disembarking_station_id = null } = planned;
    const { vehicle_id = null, driver_id = null } = planned;
    const [row] = await manager.query<BoardingRow[]>(BOARDING, [
      planned.card_id,
      route_id,
      boarding_station_id,
      disembarking_station_id,
      vehicle_id,
      driver_id,
    ]);
    if (!row?.route) throw new NotFoundError('route', route_id);
    if (!row.route.is_active) throw new RouteInactiveError(route_id);
    const { is_active } = onRoute(row.boarding, boarding_station_id, route_id);
    if (!is_active) throw new StationInactiveError(boarding_station_id);
    if (disembarking_station_id !== null) onRoute(row.disembarking, disembarking_station_id, route_id);
    if (vehicle_id && !row.vehicle_id) throw new NotFoundError('vehicle', vehicle_id);
    if (driver_id && !row.driver_id) throw new NotFoundError('driver', driver_id);
    return { route: row.route, crew: { vehicle_id: row.vehicle_id, driver_id: row.driver_id } };
  }

  /** A rider may alight at every stop of the route, also at a closed station. */
  async assertStop(manager: EntityManager, stationId: number, routeId: number): Promise<void> {
    const [found] = await manager.query<{ stop: Stop | null }[]>(STOP, [stationId, routeId]);
    onRoute(found?.stop ?? null, stationId, routeId);
  }
}

function onRoute(stop: Stop | null, stationId: number, routeId: number): Stop {
  if (!stop) throw new NotFoundError('station', stationId);
  if (!stop.is_on_route) throw new StationNotOnRouteError(stationId, routeId);
  return stop;
}
