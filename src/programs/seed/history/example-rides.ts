import type { Leg } from '../people/itineraries';
import { mirrored } from '../people/itineraries';
import type { City } from '../network/city';
import type { Timeline } from './timeline';

/** A boarding that is set, for the cards that documentation shows. */
export interface ExampleRide {
  readonly at: number;
  readonly card: number;
  readonly leg: Leg;
  readonly ride: number;
}

/** The cards with the first ids keep between 10,000 and 30,000 and ride by this timetable only. */
export const EXAMPLE_CARDS = 3;

/** The index of the card whose only trip is in progress, whenever the data is made; and the id of that trip. */
export const OPEN_CARD = 2;
export const OPEN_TRIP_ID = 1;

/** The trip of everybody else that comes first. */
export const FIRST_TRIP_ID = OPEN_TRIP_ID + 1;

/** Nothing comes before it, which makes it recharge 1. Its card keeps more than that, so that it can be reversed. */
export const FIRST_RECHARGE = { card: 1, amount: 5_000 };

/** An example card recharges by so much before it boards with less than the least. */
export const EXAMPLE_RECHARGE = { least: 14_000, amount: 15_000 };

const HOUR = 3_600;
const RIDE = 24 * 60;
const OPEN_FOR = 12 * 60;
const OPEN_RIDE = 38 * 60;

const FIRST_TRUNK_LEG: Leg = { route: 0, from: 0, to: 6 };

/** Daily ways there and back of two cards, and the one trip of a third; in the order of time. */
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
