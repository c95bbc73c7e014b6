import { ApiNextCursor } from '../../common/pagination';

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
  status!: 'active' | 'inactive';
}

export class StationPage {
  /** By station_id. */
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
  /** The active ones, by name. */
  stations!: StationIdentifier[];
}

export class ServingRoute {
  /** @example "B74" */
  route_code!: string;

  /** @example "Las Aguas - Portal Norte" */
  route_name!: string;

  /** @example "TRONCAL" */
  route_type!: 'TRONCAL' | 'DUAL' | 'CABLE' | 'ZONAL_UCE' | 'ALIMENTADORA';
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

  /** The active routes that stop here, by code. */
  routes_serving!: ServingRoute[];
}

export class ArrivalAnswer {
  /** @example 1 */
  station_id!: number;

  /**
   * The code of the route.
   * @example "B74"
   */
  line!: string;

  /**
   * The last stop of the route.
   * @example "Portal Norte"
   */
  destination!: string;

  estimated_arrival!: Date;

  /** @example "EXPECTED" */
  status!: 'EXPECTED' | 'DELAYED';
}

export class Arrivals {
  /** The next 10, soonest first. */
  arrivals!: ArrivalAnswer[];
}

export class AlertAnswer {
  /** @example 1 */
  alert_id!: number;

  /**
   * Null when it concerns the whole system.
   * @example 1
   */
  station_id!: number | null;

  /** @example "RETRASO" */
  type!: string;

  /** @example "Mayor tiempo de espera en las rutas hacia el centro por alta demanda." */
  message!: string;

  /** @example "WARNING" */
  severity!: 'INFO' | 'WARNING' | 'CRITICAL';

  start_time!: Date;

  /** Null while nobody knows when it ends. */
  end_time!: Date | null;
}

export class Alerts {
  /** Newest first, 100 at most. */
  alerts!: AlertAnswer[];
}
