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
