import type { Dice } from '../../../common/dice';
import { offset } from './geometry';
import type { Station } from './network';

export interface RechargePoint {
  readonly id: number;
  readonly name: string;
  readonly address: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly locality: number;
  readonly operator: string;
  readonly channel: 'default' | 'online';
}

const SHOPS = ['Papelería', 'Droguería', 'Supermercado', 'Tienda', 'Miscelánea', 'Panadería'];
const OPERATOR = 'Recaudo Bogotá';
const KERB_STOPS_PER_SHOP = 3;

/** Where riders recharge: a counter at every trunk and cable station, shops near kerb stops, and one app. */
export class RechargePoints {
  readonly all: RechargePoint[] = [];
  readonly online: RechargePoint;
  readonly shops: readonly RechargePoint[];
  private readonly counters = new Map<number, number>();

  constructor(stations: readonly Station[], dice: Dice) {
    for (const station of stations.filter(({ type }) => type !== 'PARADERO')) {
      const { name, address, latitude, longitude, locality } = station;
      const point = this.add(`Taquilla ${name}`, {
        address,
        latitude,
        longitude,
        locality,
        channel: 'default',
      });
      this.counters.set(station.id, point.id);
    }
    this.online = this.add('Aplicación móvil', {
      address: null,
      latitude: null,
      longitude: null,
      locality: 0,
      channel: 'online',
    });
    const kerbs = stations.filter(({ type }, n) => type === 'PARADERO' && n % KERB_STOPS_PER_SHOP === 0);
    this.shops = kerbs.map((kerb) =>
      this.add(`${dice.pick(SHOPS)} ${kerb.name}`, {
        ...offset(kerb, dice.below(360), dice.between(20, 90)),
        address: kerb.address,
        locality: kerb.locality,
        channel: 'default',
      }),
    );
  }

  /** Returns the counter of a station, if it has one. */
  at(stationId: number): number | undefined {
    return this.counters.get(stationId);
  }

  private add(name: string, rest: Omit<RechargePoint, 'id' | 'name' | 'operator'>): RechargePoint {
    const point = { id: this.all.length + 1, name, operator: OPERATOR, ...rest };
    this.all.push(point);
    return point;
  }
}
