import type { RouteType } from '../../../modules/fares/route-type';

export type StationType = 'PORTAL' | 'ESTACION' | 'CABLE' | 'PARADERO';

/** A stop of any kind. The id of the stop at index n is n + 1, as in every list of the network. */
export interface Station {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly type: StationType;
  readonly address: string;
  /** The number of its locality, or 0 outside of the city. */
  readonly locality: number;
  readonly latitude: number;
  readonly longitude: number;
}

/** One direction of a service. */
export interface Route {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly type: RouteType;
  readonly concessionaireId: number;
  /** All stops in the order of travel, with both ends. */
  readonly stops: readonly Station[];
  /** The index of the route in the other direction. For a circular route it is its own index. */
  readonly opposite: number;
  /** For each stop, the seconds since the first stop. */
  readonly schedule: readonly number[];
  /** Ids of the vehicles and drivers that may serve it. */
  readonly vehicles: IdRange;
  readonly drivers: IdRange;
}

/** Consecutive ids: the first, and how many there are. */
export interface IdRange {
  readonly first: number;
  readonly count: number;
}
