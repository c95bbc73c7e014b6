import { Dice } from '../../../common/dice';
import { Fleet, type Driver, type Vehicle } from './fleet';
import type { Route, Station } from './network';
import { RechargePoints } from './recharge-points';
import { planRoutes } from './routes';
import { Stations } from './stations';

/** The network of the demonstration city. It is the same for every size of the data. */
export class City {
  readonly stations: readonly Station[];
  readonly routes: readonly Route[];
  readonly vehicles: readonly Vehicle[];
  readonly drivers: readonly Driver[];
  readonly rechargePoints: RechargePoints;

  constructor(seed: number) {
    const stations = new Stations();
    const fleet = new Fleet(planRoutes(stations), new Dice(seed, 'fleet'));
    this.stations = stations.all;
    this.routes = fleet.routes;
    this.vehicles = fleet.vehicles;
    this.drivers = fleet.drivers;
    this.rechargePoints = new RechargePoints(this.stations, new Dice(seed, 'recharge points'));
  }

  route(index: number): Route {
    const route = this.routes[index];
    if (!route) throw new RangeError(`no route at ${index}`);
    return route;
  }
}
