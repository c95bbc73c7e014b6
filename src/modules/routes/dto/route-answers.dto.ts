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
   * Its place in the order of travel.
   * @example 1
   */
  sequence!: number;

  /** @example "TM0101" */
  station_code!: string;

  /** @example "Portal Norte" */
  station_name!: string;

  /** @example "PORTAL" */
  station_type!: string;
}

export class RouteDetails {
  /** @example "J74" */
  route_code!: string;

  /** @example "Portal Norte - Las Aguas" */
  route_name!: string;

  /** @example "TRONCAL" */
  route_type!: RouteType;

  /** In travel order, both ends included. */
  stations!: RouteStopDetails[];
}

export class VehiclePosition {
  /** @example 1 */
  vehicle_id!: number;

  /**
   * Degrees, WGS 84.
   * @example 4.7546
   */
  latitude!: number;

  /** @example -74.046 */
  longitude!: number;

  /**
   * Kilometres an hour.
   * @example 26.4
   */
  speed!: number | null;

  /** When the vehicle was at this position. */
  timestamp!: Date;
}

export class RouteLocation {
  /** @example "J74" */
  route_code!: string;

  /** The latest position of each vehicle that is on the route. */
  vehicles!: VehiclePosition[];
}

export class RouteAnswer {
  /** @example 1 */
  route_id!: number;

  /** @example "J74" */
  route_code!: string;

  /** @example "Portal Norte - Las Aguas" */
  route_name!: string;

  /** @example "TRONCAL" */
  route_type!: RouteType;

  /** @example true */
  is_active!: boolean;
}

export class ListedRoute {
  /** @example 1 */
  route_id!: number;

  /** @example "J74" */
  route_code!: string;

  /** @example "Portal Norte - Las Aguas" */
  route_name!: string;

  /** @example "TRONCAL" */
  route_type!: RouteType;

  /** @example 1 */
  concessionaire_id!: number | null;

  /** @example "active" */
  status!: ServiceStatus;
}

export class RoutePage {
  /** Sorted by route_id. */
  routes!: ListedRoute[];

  @ApiNextCursor()
  next_cursor!: string | null;
}

export class RouteStation {
  /** @example 1 */
  station_id!: number;

  /** @example "Portal Norte" */
  name!: string;

  /** @example "PORTAL" */
  station_type!: string;

  /** @example true */
  is_active!: boolean;

  /** @example 1 */
  sequence_order!: number;
}

export class RouteStations {
  route!: RouteAnswer;

  /** In travel order, both ends included. */
  stations!: RouteStation[];

  /** @example 23 */
  total_stations!: number;
}
