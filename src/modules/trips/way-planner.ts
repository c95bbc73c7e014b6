import { fareComponentOf } from '../fares/route-type';
import type { Dice } from '../../common/dice';
import type { RideableRoute } from './rideable-network';

/** A ride that a card can take. */
export interface PlannedRide {
  readonly route_id: number;
  readonly boarding_station_id: number;
  readonly disembarking_station_id: number;
}

/** A place on a route where somebody can board and go on. */
interface Stop {
  readonly route: RideableRoute;
  readonly place: number;
}

const CHANGE_SHARE = 0.4;

/** Where riders go: by one route, or by a second one from where the first one took them. */
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

  /** The rides of a rider's way, one or two; none where nobody can board. */
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

  /** Within the trunk one changes without a validator. */
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

/** @throws RangeError for a place that the route doesn't have. */
function stationAt({ route, place }: Stop): number {
  const stop = route.stops[place];
  if (!stop) throw new RangeError(`route ${route.route_id} has no stop ${place}`);
  return stop.station_id;
}
