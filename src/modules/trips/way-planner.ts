import { fareComponentOf } from '../fares/route-type';
import type { Dice } from '../../common/dice';
import type { RideableRoute } from './rideable-network';

/** A ride that a card can take. */
export interface PlannedRide {
  readonly route_id: number;
  readonly boarding_station_id: number;
  readonly disembarking_station_id: number;
}

/** A stop where a rider can board, because it is active and not the last one of the route. */
interface Stop {
  readonly route: RideableRoute;
  /** The index of the stop on the route, from 0. */
  readonly place: number;
}

/** The share of riders who change to a second route, where they can. */
const CHANGE_SHARE = 0.4;

/** Draws random itineraries: a ride on one route, or a second ride from the station where the first one ended. */
export class WayPlanner {
  private readonly boardable: readonly Stop[];
  private readonly byStation = new Map<number, Stop[]>();

  constructor(
    routes: readonly RideableRoute[],
    private readonly dice: Dice,
  ) {
    this.boardable = routes.flatMap((route) =>
      route.stops.flatMap(({ is_active }, place) =>
        is_active && place < route.stops.length - 1 ? [{ route, place }] : [],
      ),
    );
    for (const stop of this.boardable) {
      const station = stationAt(stop);
      this.byStation.set(station, [...(this.byStation.get(station) ?? []), stop]);
    }
  }

  /** Draws one or two rides; none if no stop can be boarded. */
  draw(): readonly PlannedRide[] {
    if (this.boardable.length === 0) return [];
    const home = this.dice.pick(this.boardable);
    const exits = laterPlaces(home);
    const changes = this.dice.chance(CHANGE_SHARE)
      ? exits.flatMap((exit) => this.changesFrom(home, exit).map((onward) => ({ exit, onward })))
      : [];
    if (changes.length === 0) return [rideOf(home, this.dice.pick(exits))];
    const { exit, onward } = this.dice.pick(changes);
    return [rideOf(home, exit), rideOf(onward, this.dice.pick(laterPlaces(onward)))];
  }

  /** Changes between trunk routes are left out, because riders make them without a validator. */
  private changesFrom({ route }: Stop, exit: number): readonly Stop[] {
    const station = stationAt({ route, place: exit });
    return (this.byStation.get(station) ?? []).filter(
      (onward) => onward.route.route_id !== route.route_id && !(isTrunk(route) && isTrunk(onward.route)),
    );
  }
}

function isTrunk({ route_type }: RideableRoute): boolean {
  return fareComponentOf(route_type) === 'trunk';
}

function laterPlaces({ route, place }: Stop): number[] {
  return Array.from({ length: route.stops.length - 1 - place }, (_, n) => place + 1 + n);
}

function rideOf(boarding: Stop, exit: number): PlannedRide {
  return {
    route_id: boarding.route.route_id,
    boarding_station_id: stationAt(boarding),
    disembarking_station_id: stationAt({ route: boarding.route, place: exit }),
  };
}

/** @throws RangeError if the route has no stop at this place. */
function stationAt({ route, place }: Stop): number {
  const stop = route.stops[place];
  if (!stop) throw new RangeError(`route ${route.route_id} has no stop ${place}`);
  return stop.station_id;
}
