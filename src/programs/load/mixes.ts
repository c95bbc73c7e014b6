import type { Dice } from '../../common/dice';
import type { RideableRoute } from '../../modules/trips/rideable-network';

/** What requests may be about. */
export interface Targets {
  readonly cards: readonly number[];
  readonly routes: readonly RideableRoute[];
  readonly stations: readonly number[];
}

/** The reads, each by the path that it asks for. */
export const READS = {
  balance: ({ cards }, dice) => `/cards/${dice.pick(cards)}/balance`,
  history: ({ cards }, dice) => `/cards/${dice.pick(cards)}/history`,
  'trips of a card': ({ cards }, dice) => `/trips/card/${dice.pick(cards)}`,
  arrivals: ({ stations }, dice) => `/stations/${dice.pick(stations)}/arrivals`,
  alerts: () => '/system/alerts',
  stations: () => '/stations',
  routes: () => '/routes',
  'stops of a route': ({ routes }, dice) => `/trips/routes/${dice.pick(routes).route_id}/stations`,
  'trips total': () => '/trips/total',
  'trips by locality': () => '/trips/total/localities',
  revenue: () => '/finance/revenue',
  'revenue by locality': () => '/finance/revenue/localities',
} as const satisfies Record<string, (targets: Targets, dice: Dice) => string>;

export type ReadName = keyof typeof READS;

/** A ride is two requests: to board, and, when it is drawn again, to alight. */
export type Action = ReadName | 'ride' | 'recharge';

const READING: readonly (readonly [weight: number, action: ReadName])[] = [
  [40, 'balance'],
  [5, 'history'],
  [5, 'trips of a card'],
  [15, 'arrivals'],
  [4, 'alerts'],
  [4, 'stations'],
  [4, 'routes'],
  [8, 'stops of a route'],
  [2, 'trips total'],
  [1, 'trips by locality'],
  [1, 'revenue'],
  [1, 'revenue by locality'],
];

/** How often each action is drawn, beside the others of its mix. */
export const MIXES = {
  city: [...READING, [8, 'ride'], [2, 'recharge']],
  reads: READING,
  recharges: [[1, 'recharge']],
  rides: [
    [9, 'ride'],
    [1, 'recharge'],
  ],
} as const satisfies Record<string, readonly (readonly [weight: number, action: Action])[]>;

export type MixName = keyof typeof MIXES;
