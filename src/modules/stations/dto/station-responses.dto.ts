import { ApiNextCursor } from '../../../common/http/pagination';
import type { RouteType } from '../../fares/route-type';
import type { ServiceStatus } from '../../network/service-status';

export class StationResponse {
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
   * The code of the station.
   * @example "TM0101"
   */
  station_code!: string;

  /**
   * The type of the station, such as `PORTAL`.
   * @example "PORTAL"
   */
  station_type!: string;

  /**
   * The name of the locality; null when it is not known.
   * @example "Usaquén"
   */
  locality!: string | null;

  /**
   * Whether riders can board there.
   * @example "active"
   */
  status!: ServiceStatus;

  /**
   * The distance from the point of the search, in whole metres. It is present only with `near`.
   * @example 240
   */
  distance_m?: number;
}

export class StationPage {
  /** The stations, sorted by `station_id`, or with `near` the nearest first. */
  stations!: StationResponse[];

  @ApiNextCursor()
  next_cursor!: string | null;
}

export class StationIdentifier {
  /**
   * The code of the station.
   * @example "TM0101"
   */
  code!: string;

  /**
   * The name of the station.
   * @example "Portal Norte"
   */
  name!: string;
}

export class StationIdentifiers {
  /** The active stations, sorted by name. */
  stations!: StationIdentifier[];
}

export class ServingRoute {
  /**
   * The code of the route, as riders see it on signs.
   * @example "B74"
   */
  route_code!: string;

  /**
   * The name of the route.
   * @example "Las Aguas - Portal Norte"
   */
  route_name!: string;

  /**
   * The type of the route. It decides the fare component: `ZONAL_UCE` and `ALIMENTADORA` are zonal, the others
   * trunk.
   * @example "TRONCAL"
   */
  route_type!: RouteType;
}

export class StationDetails {
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

  /**
   * The address; null when it is not known.
   * @example "Autopista Norte, Portal Norte"
   */
  address!: string | null;

  /**
   * Degrees, WGS 84; null when it is not known.
   * @example 4.7546
   */
  latitude!: number | null;

  /**
   * Degrees, WGS 84; null when it is not known.
   * @example -74.046
   */
  longitude!: number | null;

  /** The active routes that stop here, sorted by code. */
  routes_serving!: ServingRoute[];
}
