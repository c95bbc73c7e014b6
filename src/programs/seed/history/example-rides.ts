import type { Leg } from '../people/itineraries';
import { mirrored } from '../people/itineraries';
import type { City } from '../network/city';
import type { Timeline } from './timeline';

/** A boarding at a fixed time, for the cards that appear in the documentation. */
export interface ExampleRide {
  readonly at: number;
  readonly card: number;
  readonly leg: Leg;
  readonly ride: number;
}

/** The number of example cards. They have the first ids, balances from 10,000 to 30,000, and only the rides below. */
export const EXAMPLE_CARDS = 3;

/** The index of the card whose only trip is always in progress, and the id of that trip. */
export const OPEN_CARD = 2;
export const OPEN_TRIP_ID = 1;

/** The first id for the trips of all other cards. */
export const FIRST_TRIP_ID = OPEN_TRIP_ID + 1;

/** The recharge with the id 1. The card always has a higher balance than this amount, so that it can be reversed. */
export const FIRST_RECHARGE = { card: 1, amount: 5_000 };

/** If the balance of an example card is below `least`, it recharges `amount` before it boards. */
export const EXAMPLE_RECHARGE = { least: 14_000, amount: 15_000 };

const HOUR = 3_600;
const RIDE = 24 * 60;
const OPEN_FOR = 12 * 60;
const OPEN_RIDE = 38 * 60;

const FIRST_TRUNK_LEG: Leg = { route: 0, from: 0, to: 6 };

/** Returns the daily journeys of two cards, there and back, and the only trip of a third card, in the order of time. */
export function exampleRides(city: City, timeline: Timeline): ExampleRide[] {
  const zonal = city.routes.findIndex(({ type }) => type === 'ZONAL_UCE');
  const zonalLeg: Leg = { route: zonal, from: 1, to: 8 };
  const rides = timeline.days.flatMap((_, day) => {
    const at = (hours: number): number => timeline.dayStart(day) + Math.round(hours * HOUR);
    return [
      ...thereAndBack(city, 0, FIRST_TRUNK_LEG, at(6.7), at(17.6)),
      ...thereAndBack(city, 1, zonalLeg, at(7.2), at(18.1)),
    ];
  });
  const past = rides.filter(({ at }) => at < timeline.end - HOUR);
  const open = { at: timeline.end - OPEN_FOR, card: OPEN_CARD, leg: FIRST_TRUNK_LEG, ride: OPEN_RIDE };
  return [...past, open].toSorted((a, b) => a.at - b.at);
}

function thereAndBack(city: City, card: number, leg: Leg, there: number, back: number): ExampleRide[] {
  return [
    { at: there, card, leg, ride: RIDE },
    { at: back, card, leg: mirrored(city, leg), ride: RIDE },
  ];
}
