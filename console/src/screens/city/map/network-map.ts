import type { NetworkDocument, NetworkRoute, NetworkStation } from '../../../api/schema';
import { type Bounds, boundsOf, type Point, project } from './projection';

export interface MapStation extends NetworkStation {
  readonly point: Point;
  /** Whether a trunk line or a cable stops there. */
  readonly isTrunk: boolean;
}

/** How lines are drawn: trunk lines before all. */
export type LineClass = 'trunk' | 'cable' | 'feeder' | 'zonal';

export type Edge = readonly [Point, Point];

/** The network, ready to be drawn: stations with their places, and the lines between them. */
export interface NetworkMap {
  readonly stations: readonly MapStation[];
  readonly byId: ReadonlyMap<number, MapStation>;
  readonly routes: ReadonlyMap<number, NetworkRoute>;
  readonly lines: Readonly<Record<LineClass, readonly Edge[]>>;
  readonly bounds: Bounds | null;
}

const CLASSES: Readonly<Record<NetworkRoute['route_type'], LineClass>> = {
  TRONCAL: 'trunk',
  DUAL: 'trunk',
  CABLE: 'cable',
  ALIMENTADORA: 'feeder',
  ZONAL_UCE: 'zonal',
};

export function toNetworkMap({ stations, routes }: NetworkDocument): NetworkMap {
  const trunkStops = new Set(
    routes.flatMap(({ route_type: type, stations: stops }) =>
      CLASSES[type] === 'trunk' || CLASSES[type] === 'cable' ? stops : [],
    ),
  );
  const placed = stations.flatMap((station): MapStation[] =>
    station.latitude === null || station.longitude === null
      ? []
      : [
          {
            ...station,
            point: project(station.latitude, station.longitude),
            isTrunk: trunkStops.has(station.station_id),
          },
        ],
  );
  const byId = new Map(placed.map((station) => [station.station_id, station]));
  const active = routes.filter(({ status }) => status === 'active');
  const linesOf = (name: LineClass): Edge[] =>
    withoutShortcuts(
      active.filter(({ route_type: type }) => CLASSES[type] === name),
      byId,
    );
  return {
    stations: placed,
    byId,
    routes: new Map(routes.map((route) => [route.route_id, route])),
    lines: {
      trunk: linesOf('trunk'),
      cable: linesOf('cable'),
      feeder: linesOf('feeder'),
      zonal: linesOf('zonal'),
    },
    bounds: boundsOf(placed.map(({ point }) => point)),
  };
}

/** The stops of a route in its order, as far as their places are known. */
export function lineOf(map: NetworkMap, routeId: number): Point[] {
  return (map.routes.get(routeId)?.stations ?? []).flatMap((id) => map.byId.get(id)?.point ?? []);
}

/** A way over other stops may be so much longer than the straight line, and still be the same street. */
const DETOUR = 1.2;

/**
 * The streets of some routes. An express that passes stations runs where the others stop, so a line is left out if there is a way
 * over shorter ones that is hardly longer (a greedy spanner).
 */
function withoutShortcuts(routes: readonly NetworkRoute[], byId: ReadonlyMap<number, MapStation>): Edge[] {
  const edges = new Map<string, { from: number; to: number; length: number; edge: Edge }>();
  for (const { stations } of routes)
    for (let index = 1; index < stations.length; index += 1) {
      const [from = 0, to = 0] = [stations[index - 1], stations[index]].sort(
        (one = 0, other = 0) => one - other,
      );
      const [start, end] = [byId.get(from)?.point, byId.get(to)?.point];
      if (start && end && from !== to)
        edges.set(`${from} ${to}`, { from, to, length: distance(start, end), edge: [start, end] });
    }
  const kept = new Map<number, { to: number; length: number }[]>();
  const keep = (from: number, to: number, length: number): void => {
    kept.set(from, [...(kept.get(from) ?? []), { to, length }]);
  };
  const lines: Edge[] = [];
  for (const { from, to, length, edge } of [...edges.values()].sort(
    (one, other) => one.length - other.length,
  )) {
    if (isReached(kept, from, to, length * DETOUR)) continue;
    keep(from, to, length);
    keep(to, from, length);
    lines.push(edge);
  }
  return lines;
}

/** Whether a way of at most this length leads from one station to another (Dijkstra). */
function isReached(
  graph: ReadonlyMap<number, readonly { to: number; length: number }[]>,
  from: number,
  to: number,
  most: number,
): boolean {
  const reached = new Map([[from, 0]]);
  const waiting = new Set([from]);
  while (waiting.size > 0) {
    let nearest = from;
    let least = Infinity;
    for (const id of waiting)
      if ((reached.get(id) ?? 0) < least) {
        nearest = id;
        least = reached.get(id) ?? 0;
      }
    if (nearest === to) return true;
    waiting.delete(nearest);
    for (const { to: next, length } of graph.get(nearest) ?? []) {
      const total = least + length;
      if (total > most || total >= (reached.get(next) ?? Infinity)) continue;
      reached.set(next, total);
      waiting.add(next);
    }
  }
  return false;
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
