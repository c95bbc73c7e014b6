import { ApiNextCursor } from '../../../common/http/pagination';
import type { RouteType } from '../../fares/route-type';
import type { ServiceStatus } from '../../network/service-status';

export class StationAnswer {
  /** @example 1 */
  station_id!: number;

  /** @example "Portal Norte" */
  name!: string;

  /** @example "TM0101" */
  station_code!: string;

  /** @example "PORTAL" */
  station_type!: string;

  /** @example "Usaquén" */
  locality!: string | null;

  /** @example "active" */
  status!: ServiceStatus;

  /**
   * Present only with `near`: the distance from that point, in whole metres.
   * @example 240
   */
  distance_m?: number;
}

export class StationPage {
  /** Sorted by station_id; with `near`, the nearest first. */
  stations!: StationAnswer[];

  @ApiNextCursor()
  next_cursor!: string | null;
}

export class StationIdentifier {
  /** @example "TM0101" */
  code!: string;

  /** @example "Portal Norte" */
  name!: string;
}

export class StationIdentifiers {
  /** The active stations, sorted by name. */
  stations!: StationIdentifier[];
}

export class ServingRoute {
  /** @example "B74" */
  route_code!: string;

  /** @example "Las Aguas - Portal Norte" */
  route_name!: string;

  /** @example "TRONCAL" */
  route_type!: RouteType;
}

export class StationDetails {
  /** @example "TM0101" */
  station_code!: string;

  /** @example "Portal Norte" */
  station_name!: string;

  /** @example "PORTAL" */
  station_type!: string;

  /** @example "Autopista Norte, Portal Norte" */
  address!: string | null;

  /**
   * Degrees, WGS 84.
   * @example 4.7546
   */
  latitude!: number | null;

  /** @example -74.046 */
  longitude!: number | null;

  /** The active routes that stop here, sorted by code. */
  routes_serving!: ServingRoute[];
}
