import type { RouteType } from '../../../modules/fares/route-type';
import type { DriverStatus } from '../../../modules/network/driver-status';
import type { VehicleStatus } from '../../../modules/vehicles/vehicle.entity';
import type { Dice } from '../../../common/dice';
import { drawPerson } from '../people/names';
import { CONCESSIONAIRES } from './concessionaires';
import type { IdRange, Route } from './network';
import type { PlannedRoute } from './routes';

export interface Vehicle {
  readonly id: number;
  readonly plate: string;
  readonly type: string;
  readonly capacity: number;
  readonly technology: string;
  readonly modelYear: number;
  readonly concessionaireId: number;
  readonly status: VehicleStatus;
}

export interface Driver {
  readonly id: number;
  readonly employeeId: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly concessionaireId: number;
  readonly licenseNumber: string;
  /** How many years before the day of seeding the driver was hired, and how many after it the licence expires. */
  readonly yearsHired: number;
  readonly yearsLicensed: number;
  readonly status: DriverStatus;
}

/** These are enough vehicles for the headways of the timetable. */
export const VEHICLES_PER_ROUTE = 5;
const RESERVE = 0.1;
const DRIVERS_PER_VEHICLE = 1.4;

const MODELS: Readonly<Record<RouteType, readonly [type: string, capacity: number, technology: string][]>> = {
  TRONCAL: [
    ['BIARTICULADO', 250, 'Euro VI'],
    ['ARTICULADO', 160, 'GNV Euro VI'],
  ],
  DUAL: [['PADRON DUAL', 80, 'Híbrido']],
  CABLE: [['CABINA', 10, 'Eléctrico']],
  ZONAL_UCE: [
    ['PADRON', 80, 'Eléctrico'],
    ['BUSETON', 50, 'Euro V'],
  ],
  ALIMENTADORA: [['PADRON', 80, 'GNV Euro VI']],
};

/** Makes vehicles and drivers for the routes of every operator. A tenth more of both are not in service. */
export class Fleet {
  readonly vehicles: Vehicle[] = [];
  readonly drivers: Driver[] = [];
  readonly routes: readonly Route[];

  constructor(planned: readonly PlannedRoute[], dice: Dice) {
    const vehicles = new Map<number, IdRange>();
    const drivers = new Map<number, IdRange>();
    CONCESSIONAIRES.forEach((_, index) => {
      const concessionaireId = index + 1;
      const served = planned.filter((route) => route.concessionaireId === concessionaireId);
      for (const route of served) vehicles.set(route.id, this.buy(route, dice));
      for (let n = 0; n < served.length * VEHICLES_PER_ROUTE * RESERVE; n += 1)
        this.buySpare(dice.pick(served), dice);
      const inService = Math.ceil(served.length * VEHICLES_PER_ROUTE * DRIVERS_PER_VEHICLE);
      drivers.set(concessionaireId, this.hire(concessionaireId, inService, dice));
    });
    const none: IdRange = { first: 0, count: 0 };
    this.routes = planned.map((route) => ({
      ...route,
      vehicles: vehicles.get(route.id) ?? none,
      drivers: drivers.get(route.concessionaireId) ?? none,
    }));
  }

  private buy(route: PlannedRoute, dice: Dice): IdRange {
    const first = this.vehicles.length + 1;
    for (let n = 0; n < VEHICLES_PER_ROUTE; n += 1) this.addVehicle(route, 'active', dice);
    return { first, count: VEHICLES_PER_ROUTE };
  }

  private buySpare(route: PlannedRoute, dice: Dice): void {
    this.addVehicle(route, dice.pick(['maintenance', 'inactive'] as const), dice);
  }

  private addVehicle(route: PlannedRoute, status: Vehicle['status'], dice: Dice): void {
    const id = this.vehicles.length + 1;
    const [type, capacity, technology] = dice.pick(MODELS[route.type]);
    // No real plate of Colombia begins with ZZ.
    const plate = `ZZ${String.fromCharCode(65 + Math.floor(id / 1_000))}${String(id % 1_000).padStart(3, '0')}`;
    const modelYear = dice.between(2_014, 2_024);
    const { concessionaireId } = route;
    this.vehicles.push({ id, plate, type, capacity, technology, modelYear, concessionaireId, status });
  }

  private hire(concessionaireId: number, inService: number, dice: Dice): IdRange {
    const first = this.drivers.length + 1;
    const reserve = Math.ceil(inService * RESERVE);
    for (let n = 0; n < inService + reserve; n += 1) {
      const id = this.drivers.length + 1;
      const { firstName, lastName } = drawPerson(dice);
      this.drivers.push({
        id,
        employeeId: `C${String(concessionaireId).padStart(2, '0')}-${String(id).padStart(5, '0')}`,
        firstName,
        lastName,
        concessionaireId,
        licenseNumber: `LIC-99${String(id).padStart(8, '0')}`,
        yearsHired: dice.between(1, 12),
        yearsLicensed: dice.between(1, 3),
        status: n < inService ? 'active' : dice.pick(['on_leave', 'inactive'] as const),
      });
    }
    return { first, count: inService };
  }
}
