import { fareComponentOf } from '../../../modules/fares/route-type';
import type { City } from './city';
import type { Route } from './network';

/** A device at the gate of a station, or in a vehicle. */
export interface Device {
  readonly id: number;
  readonly number: string;
  readonly concessionaireId: number;
  readonly stationId: number | null;
  readonly vehicleId: number | null;
  /** The route of its taps that name none. */
  readonly routeId: number;
  /** For how many hours before now it has said nothing; 0 for most. */
  readonly quietHours: number;
  /** How many of its sequence numbers were not received. */
  readonly missingTaps: number;
}

const DEVICES = 200;
/** The others are in vehicles. */
const MOST_GATES = 140;

/** What is wrong with some devices, by their ids. */
const QUIET_HOURS: Readonly<Record<number, number>> = { 17: 21, 58: 5.5, 151: 3, 188: 1.6 };
const MISSING_TAPS: Readonly<Record<number, number>> = { 23: 3, 97: 12, 151: 1 };

/** The devices of the demonstration city. They are the same for every size of the data. */
export class Validators {
  readonly all: readonly Device[];
  private readonly byStation = new Map<number, Device>();
  private readonly byRoute = new Map<number, Device>();

  constructor(city: City) {
    const devices: Device[] = [];
    const add = (route: Route, place: Pick<Device, 'stationId' | 'vehicleId'>): Device => {
      const id = devices.length + 1;
      const device = {
        id,
        number: `V-${String(id).padStart(6, '0')}`,
        concessionaireId: route.concessionaireId,
        ...place,
        routeId: route.id,
        quietHours: QUIET_HOURS[id] ?? 0,
        missingTaps: MISSING_TAPS[id] ?? 0,
      };
      devices.push(device);
      return device;
    };
    for (const { id } of city.stations) {
      const route = city.routes.find((one) => isTrunk(one) && one.stops.some((stop) => stop.id === id));
      if (!route || devices.length === MOST_GATES) continue;
      this.byStation.set(id, add(route, { stationId: id, vehicleId: null }));
    }
    const streets = city.routes.filter((route) => !isTrunk(route));
    for (let bus = 0; devices.length < DEVICES; bus += 1)
      for (const route of streets) {
        if (bus >= route.vehicles.count || devices.length === DEVICES) continue;
        const device = add(route, { stationId: null, vehicleId: route.vehicles.first + bus });
        if (!this.byRoute.has(route.id)) this.byRoute.set(route.id, device);
      }
    this.all = devices;
  }

  /** Returns the device at which riders of a route board at a station, if one is there and has said something lately. */
  at(route: Route, stationId: number): Device | null {
    const device = isTrunk(route) ? this.byStation.get(stationId) : this.byRoute.get(route.id);
    return device && device.quietHours === 0 ? device : null;
  }
}

function isTrunk({ type }: Route): boolean {
  return fareComponentOf(type) === 'trunk';
}
