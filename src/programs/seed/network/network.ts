import type { RouteType } from '../../../modules/fares/route-type';

export type StationType = 'PORTAL' | 'ESTACION' | 'CABLE' | 'PARADERO';

/** A stop of any kind; the id of row n is n + 1, as in every list of the network. */
export interface Station {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  readonly type: StationType;
  readonly address: string;
  /** The number of its locality; 0 is outside of the city. */
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
  /** Both ends included, in the order of travel. */
  readonly stops: readonly Station[];
  /** The index of the route that runs the other way; a circular route is its own. */
  readonly opposite: number;
  /** Seconds from the first stop to each. */
  readonly schedule: readonly number[];
  /** Ids of the vehicles and drivers that may serve it. */
  readonly vehicles: IdRange;
  readonly drivers: IdRange;
}

/** Ids from the first, so many. */
export interface IdRange {
  readonly first: number;
  readonly count: number;
}
