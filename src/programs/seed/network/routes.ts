import type { RouteType } from '../../../modules/fares/route-type';
import { CONCESSIONAIRES } from './concessionaires';
import { FEEDERS } from './feeders';
import { distance } from './geometry';
import type { Route, Station } from './network';
import type { Stations } from './stations';
import { TRUNK_ROUTES } from './trunk-routes';
import { DUAL_ROUTES, ZONAL_CORRIDORS } from './zonal-corridors';

/** A route that has no vehicles and drivers yet. */
export type PlannedRoute = Omit<Route, 'vehicles' | 'drivers'>;

/** The speed between stops in metres a second, and the time at each stop in seconds. */
const PACE: Readonly<Record<RouteType, { speed: number; dwell: number }>> = {
  TRONCAL: { speed: 8.2, dwell: 25 },
  DUAL: { speed: 6.2, dwell: 25 },
  CABLE: { speed: 5, dwell: 20 },
  ZONAL_UCE: { speed: 5, dwell: 20 },
  ALIMENTADORA: { speed: 5, dwell: 20 },
};

/** Plans every route in both directions. Trunk routes come first, so that the first route starts at the first station. */
export function planRoutes(stations: Stations): PlannedRoute[] {
  const planned: PlannedRoute[] = [];
  const turns = new Map<RouteType, number>();

  const add = (
    type: RouteType,
    code: string,
    name: string,
    stops: readonly Station[],
    concessionaireId: number,
    opposite: number,
  ): void => {
    const id = planned.length + 1;
    planned.push({
      id,
      code,
      name,
      type,
      concessionaireId,
      stops,
      opposite,
      schedule: scheduleOf(stops, type),
    });
  };
  const addPair = (
    type: RouteType,
    [there, back]: readonly [string, string],
    [from, to]: readonly [string, string],
    stops: readonly Station[],
  ): void => {
    const operator = nextOperator(type, turns);
    const index = planned.length;
    add(type, there, `${from} - ${to}`, stops, operator, index + 1);
    add(type, back, `${to} - ${from}`, stops.toReversed(), operator, index);
  };

  for (const { codes, stops: names } of TRUNK_ROUTES) {
    const stops = names.map((name) => stations.named(name));
    addPair('TRONCAL', codes, [stops.at(0)?.name ?? '', stops.at(-1)?.name ?? ''], stops);
  }
  for (const { codes, ends, stops: names } of DUAL_ROUTES) {
    const trunk = names.map((name) => stations.named(name));
    addPair('DUAL', codes, ends, [...trunk, ...stations.carrera7Stops]);
  }
  const cable = ['Portal Tunal', 'Juan Pablo II', 'Manitas', 'Mirador del Paraíso'];
  addPair(
    'CABLE',
    ['TC1', 'TC2'],
    ['Portal Tunal', 'Mirador del Paraíso'],
    cable.map((name) => stations.named(name)),
  );
  for (const { codes, ends } of ZONAL_CORRIDORS) {
    addPair('ZONAL_UCE', codes, ends, stations.zonalStops.get(codes[0]) ?? []);
  }
  for (const { code, name, portal } of FEEDERS) {
    const stops = stations.feederStops.get(code) ?? [];
    const operator = nextOperator('ALIMENTADORA', turns);
    add('ALIMENTADORA', code, `${portal} - ${name}`, stops, operator, planned.length);
  }
  return planned;
}

/** Returns the operator for the next route of a type. Operators take turns. */
function nextOperator(type: RouteType, turns: Map<RouteType, number>): number {
  const operators = CONCESSIONAIRES.flatMap(({ operates }, index) =>
    operates.includes(type) ? [index + 1] : [],
  );
  const turn = turns.get(type) ?? 0;
  turns.set(type, turn + 1);
  return operators[turn % operators.length] ?? 1;
}

function scheduleOf(stops: readonly Station[], type: RouteType): number[] {
  const { speed, dwell } = PACE[type];
  let seconds = 0;
  return stops.map((stop, n) => {
    const before = stops[n - 1];
    if (before) seconds += Math.round(distance(before, stop) / speed) + dwell;
    return seconds;
  });
}
