import { ApiNextCursor } from '../../../common/http/pagination';
import type { DriverStatus } from '../driver-status';

export class LocationResponse {
  /**
   * The id of the locality.
   * @example 1
   */
  location_id!: number;

  /**
   * The name of the locality.
   * @example "Usaquén"
   */
  name!: string;

  /**
   * More about it; null when there is nothing.
   * @example "Localidad 1 de Bogotá"
   */
  description!: string | null;
}

export class LocationPage {
  /** The rows of this page, sorted by `location_id`. */
  locations!: LocationResponse[];

  @ApiNextCursor()
  next_cursor!: string | null;
}

export class ConcessionaireResponse {
  /**
   * The id of the concessionaire.
   * @example 1
   */
  concessionaire_id!: number;

  /**
   * The name of the company.
   * @example "Operadora Norte"
   */
  name!: string;

  /**
   * Whether it operates trunk routes.
   * @example true
   */
  operates_troncal!: boolean;

  /**
   * Whether it operates zonal routes.
   * @example false
   */
  operates_zonal_uce!: boolean;

  /**
   * Whether it operates feeder routes.
   * @example false
   */
  operates_zonal_alimentacion!: boolean;

  /**
   * Whether it operates the cable.
   * @example false
   */
  operates_cable!: boolean;
}

export class ConcessionairePage {
  /** The rows of this page, sorted by `concessionaire_id`. */
  concessionaires!: ConcessionaireResponse[];

  @ApiNextCursor()
  next_cursor!: string | null;
}

export class DepotResponse {
  /**
   * The id of the depot.
   * @example 1
   */
  depot_id!: number;

  /**
   * The name of the depot.
   * @example "Patio Norte"
   */
  name!: string;

  /**
   * The address; null when it is not known.
   * @example "Autopista Norte, Portal Norte"
   */
  address!: string | null;

  /**
   * The type of the depot, such as `PATIO`.
   * @example "PATIO"
   */
  depot_type!: string;

  /**
   * How many vehicles fit in; null when it is not known.
   * @example 120
   */
  capacity_vehicles!: number | null;

  /**
   * The name of the locality; null when it is not known.
   * @example "Usaquén"
   */
  locality!: string | null;

  /**
   * The id of the concessionaire; null when there is none.
   * @example 1
   */
  concessionaire_id!: number | null;
}

export class DepotPage {
  /** The rows of this page, sorted by `depot_id`. */
  depots!: DepotResponse[];

  @ApiNextCursor()
  next_cursor!: string | null;
}

/** A driver, without the licence, the dates and the employee number, which are personal data. */
export class DriverResponse {
  /**
   * The id of the driver.
   * @example 1
   */
  driver_id!: number;

  /**
   * The id of the concessionaire; null when there is none.
   * @example 1
   */
  concessionaire_id!: number | null;

  /**
   * The first name of the driver.
   * @example "Persona"
   */
  first_name!: string;

  /**
   * The last name of the driver.
   * @example "Sintética"
   */
  last_name!: string;

  /**
   * Whether the driver works at the moment.
   * @example "active"
   */
  status!: DriverStatus;
}

export class DriverPage {
  /** The rows of this page, sorted by `driver_id`. */
  drivers!: DriverResponse[];

  @ApiNextCursor()
  next_cursor!: string | null;
}
