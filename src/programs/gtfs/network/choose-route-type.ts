import { type RouteType, ROUTE_TYPES, fareComponentOf } from '../../../modules/fares/route-type';

/** What the operator says about a feed: the type of the routes of a `route_type`, or of a network. */
export interface GivenRouteTypes {
  readonly byType: ReadonlyMap<string, RouteType>;
  readonly byNetwork: ReadonlyMap<string, RouteType>;
}

/** `isGiven`: somebody said so; else it is the usual one. */
export interface ChosenRouteType {
  readonly routeType: RouteType;
  readonly isGiven: boolean;
}

/** The basic types of the reference, and those of the extended ones that differ from their hundred. */
const USUAL = new Map<string, RouteType>(
  Object.entries({
    0: 'TRONCAL', // tram
    1: 'TRONCAL', // metro
    2: 'TRONCAL', // rail
    3: 'ZONAL_UCE', // bus
    4: 'ZONAL_UCE', // ferry
    5: 'TRONCAL', // cable tram
    6: 'CABLE', // aerial lift
    7: 'CABLE', // funicular
    11: 'ZONAL_UCE', // trolleybus
    12: 'TRONCAL', // monorail
    711: 'ALIMENTADORA', // shuttle bus
    715: 'ALIMENTADORA', // bus on demand
  }),
);

/** The extended types by their hundreds. Air, taxis beside those that are shared, and horses have no counterpart. */
const USUAL_HUNDREDS = new Map<string, RouteType>(
  Object.entries({
    1: 'TRONCAL', // railway
    2: 'ZONAL_UCE', // coach
    3: 'TRONCAL', // suburban railway
    4: 'TRONCAL', // urban railway
    5: 'TRONCAL', // metro
    6: 'TRONCAL', // underground
    7: 'ZONAL_UCE', // bus
    8: 'ZONAL_UCE', // trolleybus
    9: 'TRONCAL', // tram
    10: 'ZONAL_UCE', // water
    12: 'ZONAL_UCE', // ferry
    13: 'CABLE', // aerial lift
    14: 'CABLE', // funicular
  }),
);

/** The type of a route here; null where there is none. What is said about its network counts most. */
export function chooseRouteType(
  gtfsType: string,
  networkId: string | null,
  given: GivenRouteTypes,
): ChosenRouteType | null {
  const routeType =
    (networkId === null ? undefined : given.byNetwork.get(networkId)) ?? given.byType.get(gtfsType);
  if (routeType) return { routeType, isGiven: true };
  const usual =
    USUAL.get(gtfsType) ??
    (/^\d{3,4}$/.test(gtfsType) ? USUAL_HUNDREDS.get(gtfsType.slice(0, -2)) : undefined);
  return usual ? { routeType: inNetwork(usual, networkId), isGiven: false } : null;
}

/** A network may be named for a type, or for a part of the network that has a price of its own, as exports are. */
function inNetwork(usual: RouteType, networkId: string | null): RouteType {
  const named = ROUTE_TYPES.find((type) => type === networkId?.toUpperCase());
  if (named) return named;
  if (networkId === 'trunk' && fareComponentOf(usual) !== 'trunk') return 'TRONCAL';
  if (networkId === 'zonal' && fareComponentOf(usual) !== 'zonal') return 'ZONAL_UCE';
  return usual;
}
