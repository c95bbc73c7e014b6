import type { Dice } from '../../../common/dice';
import type { City } from '../network/city';
import type { Route } from '../network/network';

/** A ride on one route, from one place in its stops to another. */
export interface Leg {
  /** The index of the route. */
  readonly route: number;
  readonly from: number;
  readonly to: number;
}

/** The longest ride. So everybody who is on the road now boarded in the last 40 minutes. */
export const LONGEST_RIDE_SECONDS = 39 * 60;
const LONGEST_SCHEDULED_SECONDS = 33 * 60;

/** Draws the daily journey of a rider. From feeders and the cable it goes on by a trunk route. */
export function drawItinerary(city: City, routeIndex: number, dice: Dice): readonly [Leg, Leg | null] {
  const route = city.route(routeIndex);
  const last = route.stops.length - 1;
  switch (route.type) {
    case 'ALIMENTADORA': {
      const home = dice.between(1, last - 1);
      return [{ route: routeIndex, from: home, to: last }, drawTrunkLeg(city, route, dice)];
    }
    case 'CABLE': {
      // Only the direction that goes down ends where the trunk begins.
      const down = route.stops[last]?.type === 'PORTAL' ? routeIndex : route.opposite;
      return [{ route: down, from: dice.below(last), to: last }, drawTrunkLeg(city, city.route(down), dice)];
    }
    case 'TRONCAL':
    case 'DUAL':
    case 'ZONAL_UCE': {
      const from = dice.below(last);
      return [{ route: routeIndex, from, to: drawExit(route, from, dice) }, null];
    }
  }
}

/** The same ride on the way back. */
export function mirrored(city: City, { route: index, from, to }: Leg): Leg {
  const route = city.route(index);
  const last = route.stops.length - 1;
  return { route: route.opposite, from: last - to, to: last - from };
}

function drawTrunkLeg(city: City, { stops }: Route, dice: Dice): Leg {
  const portal = stops.at(-1)?.id;
  const onward = city.routes.flatMap(({ type, stops: trunk }, index) =>
    type === 'TRONCAL' && trunk[0]?.id === portal ? [index] : [],
  );
  const route = dice.pick(onward);
  return { route, from: 0, to: drawExit(city.route(route), 0, dice) };
}

/** Draws a later stop that is not too far. It is not the next stop, if there is another one. */
function drawExit({ schedule }: Route, from: number, dice: Dice): number {
  const boarded = schedule[from] ?? 0;
  const reachable = schedule.findLastIndex((seconds) => seconds - boarded <= LONGEST_SCHEDULED_SECONDS);
  return reachable > from + 2 ? dice.between(from + 2, reachable) : from + 1;
}
