import { between, distance, offset, type Point } from './geometry';
import { FEEDERS, type Feeder } from './feeders';
import { LOCALITIES, localityAt } from './localities';
import type { Station, StationType } from './network';
import { CABLE_STATIONS, TRUNK_LINES, type TrunkStation } from './trunk-lines';
import { CARRERA_7_KERB, ZONAL_CORRIDORS, type Crossing } from './zonal-corridors';

const FEEDER_STOP_SPACING = 380;
const KERB_EVERY = 7;

/** All places where riders can board, and the stops of the routes along streets. */
export class Stations {
  readonly all: Station[] = [];
  /** The stops by the code of the first direction, in the order of that direction. */
  readonly zonalStops = new Map<string, readonly Station[]>();
  /** The stops by the code of the route. The first and the last one are the portal. */
  readonly feederStops = new Map<string, readonly Station[]>();
  readonly carrera7Stops: readonly Station[];
  private readonly byName = new Map<string, Station>();
  private readonly kerbCodes = new Map<number, number>();

  constructor() {
    TRUNK_LINES.forEach(({ street, stations }, line) => {
      stations.forEach((station, place) => this.addTrunkStation(station, street, line + 1, place + 1));
    });
    CABLE_STATIONS.forEach((station, place) => {
      this.addTrunkStation(station, 'Ciudad Bolívar', TRUNK_LINES.length + 1, place + 1, 'CABLE');
    });
    this.carrera7Stops = this.layKerb('Carrera 7', 'Calle', CARRERA_7_KERB, KERB_EVERY);
    for (const corridor of ZONAL_CORRIDORS) {
      const { codes, street, crosses, path, every } = corridor;
      this.zonalStops.set(codes[0], this.layKerb(street, crosses, path, every));
    }
    for (const feeder of FEEDERS) this.feederStops.set(feeder.code, this.layFeeder(feeder));
  }

  /** Returns a trunk or cable station by its name. */
  named(name: string): Station {
    const station = this.byName.get(name);
    if (!station) throw new Error(`no station is called ${name}`);
    return station;
  }

  private addTrunkStation(
    [name, latitude, longitude, locality]: TrunkStation,
    street: string,
    line: number,
    place: number,
    type: StationType = name.startsWith('Portal') ? 'PORTAL' : 'ESTACION',
  ): void {
    const code = `TM${pad(line)}${pad(place)}`;
    const station = this.add({
      code,
      name,
      type,
      address: `${street}, ${name}`,
      locality,
      latitude,
      longitude,
    });
    this.byName.set(name, station);
  }

  private layKerb(
    street: string,
    crosses: string,
    path: readonly Crossing[],
    every: number,
  ): readonly Station[] {
    return crossingsAlong(path, every).map(([number, point]) =>
      this.addKerb(street, crossingName(crosses, number), point),
    );
  }

  private layFeeder({
    portal: name,
    bearing,
    streets,
    crosses,
    firstCrossing,
    stopsEachWay,
  }: Feeder): readonly Station[] {
    const portal = this.named(name);
    const stopsOf = (street: string, side: number): Station[] =>
      Array.from({ length: stopsEachWay }, (_, n) => {
        const ahead = offset(portal, bearing, FEEDER_STOP_SPACING * (n + 1.2));
        const point = offset(ahead, bearing + 90, side);
        return this.addKerb(street, `${crosses} ${firstCrossing + 3 * n}`, point);
      });
    const out = stopsOf(streets[0], -120);
    const back = stopsOf(streets[1], 120).reverse();
    return [portal, ...out, ...back, portal];
  }

  private addKerb(street: string, crossing: string, { latitude, longitude }: Point): Station {
    const locality = localityAt(latitude, longitude);
    const place = (this.kerbCodes.get(locality) ?? 0) + 1;
    this.kerbCodes.set(locality, place);
    return this.add({
      code: `${pad(locality)}P${String(place).padStart(3, '0')}`,
      name: `${street} - ${crossing}`,
      type: 'PARADERO',
      address: `${street} con ${crossing}, ${LOCALITIES[locality - 1] ?? 'Bogotá'}`,
      locality,
      latitude,
      longitude,
    });
  }

  private add(station: Omit<Station, 'id'>): Station {
    const added = { id: this.all.length + 1, ...station };
    this.all.push(added);
    return added;
  }
}

/** Returns the crossing streets at which a bus stops. Their places are interpolated between the given crossings. */
function crossingsAlong(path: readonly Crossing[], every: number): [number, Point][] {
  const found: [number, Point][] = [];
  path.slice(1).forEach((to, index) => {
    const from = path[index] ?? to;
    const [start, end] = [pointOf(from), pointOf(to)];
    const steps = Math.max(1, Math.round(Math.abs(to[0] - from[0]) / every));
    for (let step = index === 0 ? 0 : 1; step <= steps; step += 1) {
      const share = step / steps;
      // There is no street 0: numbers begin with 1 to the north and to the south.
      const number = Math.round(from[0] + (to[0] - from[0]) * share) || 1;
      found.push([number, between(start, end, share)]);
    }
  });
  return found.filter(([, point], n) => n === 0 || distance(point, found[n - 1]?.[1] ?? point) > 50);
}

function pointOf([, latitude, longitude]: Crossing): Point {
  return { latitude, longitude };
}

function crossingName(crosses: string, number: number): string {
  return number < 0 ? `${crosses} ${-number} Sur` : `${crosses} ${number}`;
}

function pad(number: number): string {
  return String(number).padStart(2, '0');
}
