/** The parts of the network that have a price of their own. */
export const FARE_COMPONENTS = ['trunk', 'zonal'] as const;
export type FareComponent = (typeof FARE_COMPONENTS)[number];

export const ROUTE_TYPES = ['TRONCAL', 'DUAL', 'CABLE', 'ZONAL_UCE', 'ALIMENTADORA'] as const;
export type RouteType = (typeof ROUTE_TYPES)[number];

/** Cable and dual routes have the price of the trunk; feeders have the price of zonal routes. */
const COMPONENTS: Readonly<Record<RouteType, FareComponent>> = {
  TRONCAL: 'trunk',
  DUAL: 'trunk',
  CABLE: 'trunk',
  ZONAL_UCE: 'zonal',
  ALIMENTADORA: 'zonal',
};

export function fareComponentOf(routeType: RouteType): FareComponent {
  return COMPONENTS[routeType];
}

/** What tells the component of a trip; the reason is null if it was imported, and its product is of the other system then. */
export interface PricedTrip {
  readonly fare_product: string;
  readonly fare_reason: string | null;
  /** What the route is now. */
  readonly route_type: RouteType;
}

/** The component by which a trip was charged, because the type of its route may have changed since. */
export function chargedComponentOf({ fare_product, fare_reason, route_type }: PricedTrip): FareComponent {
  const charged = FARE_COMPONENTS.find((component) => component === fare_product);
  return (fare_reason === null ? null : charged) ?? fareComponentOf(route_type);
}
