import { ApiNextCursor } from '../../../common/http/pagination';
import type { RouteType } from '../../fares/route-type';
import type { ServiceStatus } from '../../network/service-status';

export class RouteCodes {
  /**
   * The codes of the active routes, sorted.
   * @example ["B74", "J74"]
   */
  route_codes!: string[];
}

export class RouteStopDetails {
  /**
   * The place of the stop in the order of travel: 1, 2, 3, …
   * @example 1
   */
  sequence!: number;

  /**
   * The code of the station.
   * @example "TM0101"
   */
  station_code!: string;

  /**
   * The name of the station.
   * @example "Portal Norte"
   */
  station_name!: string;

  /**
   * The type of the station, such as `PORTAL`.
   * @example "PORTAL"
   */
  station_type!: string;
}

export class RouteDetails {
  /**
   * The code of the route, as riders see it on signs.
   * @example "J74"
   */
  route_code!: string;

  /**
   * The name of the route.
   * @example "Portal Norte - Las Aguas"
   */
  route_name!: string;

  /**
   * The type of the route. It decides the fare component: `ZONAL_UCE` and `ALIMENTADORA` are zonal, the others
   * trunk.
   * @example "TRONCAL"
   */
  route_type!: RouteType;

  /** The stations in the order of travel, with the first and the last. */
  stations!: RouteStopDetails[];
}

export class VehiclePosition {
  /**
   * The id of the vehicle.
   * @example 1
   */
  vehicle_id!: number;

  /**
   * Degrees, WGS 84.
   * @example 4.7546
   */
  latitude!: number;

  /**
   * Degrees, WGS 84.
   * @example -74.046
   */
  longitude!: number;

  /**
   * Kilometres per hour; null when it is not known.
   * @example 26.4
   */
  speed!: number | null;

  /** When the vehicle was at this position, in UTC (ISO 8601). */
  timestamp!: Date;
}

export class RouteLocation {
  /**
   * The code of the route, as riders see it on signs.
   * @example "J74"
   */
  route_code!: string;

  /** The latest position of each vehicle that is on the route. */
  vehicles!: VehiclePosition[];
}

export class RouteResponse {
  /**
   * The id of the route.
   * @example 1
   */
  route_id!: number;

  /**
   * The code of the route, as riders see it on signs.
   * @example "J74"
   */
  route_code!: string;

  /**
   * The name of the route.
   * @example "Portal Norte - Las Aguas"
   */
  route_name!: string;

  /**
   * The type of the route. It decides the fare component: `ZONAL_UCE` and `ALIMENTADORA` are zonal, the others
   * trunk.
   * @example "TRONCAL"
   */
  route_type!: RouteType;

  /**
   * Whether the route is in service.
   * @example true
   */
  is_active!: boolean;
}

export class ListedRoute {
  /**
   * The id of the route.
   * @example 1
   */
  route_id!: number;

  /**
   * The code of the route, as riders see it on signs.
   * @example "J74"
   */
  route_code!: string;

  /**
   * The name of the route.
   * @example "Portal Norte - Las Aguas"
   */
  route_name!: string;

  /**
   * The type of the route. It decides the fare component: `ZONAL_UCE` and `ALIMENTADORA` are zonal, the others
   * trunk.
   * @example "TRONCAL"
   */
  route_type!: RouteType;

  /**
   * The id of the concessionaire; null when there is none.
   * @example 1
   */
  concessionaire_id!: number | null;

  /**
   * Whether the route is in service.
   * @example "active"
   */
  status!: ServiceStatus;
}

export class RoutePage {
  /** The rows of this page, sorted by `route_id`. */
  routes!: ListedRoute[];

  @ApiNextCursor()
  next_cursor!: string | null;
}

export class RouteStation {
  /**
   * The id of the station.
   * @example 1
   */
  station_id!: number;

  /**
   * The name of the station.
   * @example "Portal Norte"
   */
  name!: string;

  /**
   * The type of the station, such as `PORTAL`.
   * @example "PORTAL"
   */
  station_type!: string;

  /**
   * Whether riders can board there.
   * @example true
   */
  is_active!: boolean;

  /**
   * The place of the stop in the order of travel.
   * @example 1
   */
  sequence_order!: number;
}

export class RouteStations {
  route!: RouteResponse;

  /** The stations in the order of travel, with the first and the last. */
  stations!: RouteStation[];

  /**
   * How many stations there are.
   * @example 23
   */
  total_stations!: number;
}
