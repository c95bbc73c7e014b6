import { ApiNextCursor } from '../../../common/http/pagination';
import type { DriverStatus } from '../driver-status';

export class LocationAnswer {
  /** @example 1 */
  location_id!: number;

  /** @example "Usaquén" */
  name!: string;

  /** @example "Localidad 1 de Bogotá" */
  description!: string | null;
}

export class LocationPage {
  /** Sorted by location_id. */
  locations!: LocationAnswer[];

  @ApiNextCursor()
  next_cursor!: string | null;
}

export class ConcessionaireAnswer {
  /** @example 1 */
  concessionaire_id!: number;

  /** @example "Operadora Norte" */
  name!: string;

  /** @example true */
  operates_troncal!: boolean;

  /** @example false */
  operates_zonal_uce!: boolean;

  /** @example false */
  operates_zonal_alimentacion!: boolean;

  /** @example false */
  operates_cable!: boolean;
}

export class ConcessionairePage {
  /** Sorted by concessionaire_id. */
  concessionaires!: ConcessionaireAnswer[];

  @ApiNextCursor()
  next_cursor!: string | null;
}

export class DepotAnswer {
  /** @example 1 */
  depot_id!: number;

  /** @example "Patio Norte" */
  name!: string;

  /** @example "Autopista Norte, Portal Norte" */
  address!: string | null;

  /** @example "PATIO" */
  depot_type!: string;

  /** @example 120 */
  capacity_vehicles!: number | null;

  /** @example "Usaquén" */
  locality!: string | null;

  /** @example 1 */
  concessionaire_id!: number | null;
}

export class DepotPage {
  /** Sorted by depot_id. */
  depots!: DepotAnswer[];

  @ApiNextCursor()
  next_cursor!: string | null;
}

/** Without licence, dates and number at the employer: those are nobody's business here. */
export class DriverAnswer {
  /** @example 1 */
  driver_id!: number;

  /** @example 1 */
  concessionaire_id!: number | null;

  /** @example "Persona" */
  first_name!: string;

  /** @example "Sintética" */
  last_name!: string;

  /** @example "active" */
  status!: DriverStatus;
}

export class DriverPage {
  /** Sorted by driver_id. */
  drivers!: DriverAnswer[];

  @ApiNextCursor()
  next_cursor!: string | null;
}
