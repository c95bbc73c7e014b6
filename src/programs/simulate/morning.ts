import { createHash } from 'node:crypto';
import { Dice, Urn } from '../../common/dice';
import type { RiderCategory } from '../../modules/users/user.entity';
import type { RideableRoute } from '../../modules/trips/rideable-network';
import { type PlannedRide, WayPlanner } from '../../modules/trips/way-planner';

export interface MorningSize {
  readonly seed: number;
  /** Boardings. */
  readonly taps: number;
  /** Boardings a second, on average. */
  readonly rate: number;
  readonly cards: number;
}

/** A synthetic rider, before it has a card. */
export interface PlannedRider {
  /** Null: a basic card. */
  readonly category: RiderCategory | null;
  /** What is on the card in the morning, in whole units of the currency. */
  readonly money: number;
  /** Recharges before the money is used up; other riders recharge after a refusal. */
  readonly isCareful: boolean;
  /** The card was reported stolen, and somebody still uses it. */
  readonly isBlocked: boolean;
}

/** A rider boards, and gets off again unless it is forgotten. Times are milliseconds from the beginning. */
export interface Tap {
  readonly at: number;
  readonly rider: number;
  readonly ride: PlannedRide;
  readonly exitAt: number | null;
}

/** All that is going to happen; what a card can pay turns out on the way. */
export interface Morning {
  readonly riders: readonly PlannedRider[];
  readonly taps: readonly Tap[];
}

const CATEGORIES = new Urn<RiderCategory | null>([
  [20, null],
  [60, 'standard'],
  [11, 'senior'],
  [7, 'sisben'],
  [2, 'disability'],
]);
const INITIAL_BALANCES = new Urn<number>([
  [10, 0],
  [25, 4_000],
  [35, 10_000],
  [30, 20_000],
]);
const CAREFUL_SHARE = 0.6;
const BLOCKED_SHARE = 0.01;
const FORGOTTEN_SHARE = 0.012;
/** The peak comes a little after the middle, with about twice the average. */
const PEAK = { at: 0.55, width: 0.15, height: 3 };
const STEPS = 1_000;

/** The same network and size give the same morning. */
export function planMorning(routes: readonly RideableRoute[], size: MorningSize): Morning {
  const { seed, taps, rate, cards } = size;
  const people = new Dice(seed, 'riders');
  const riders = Array.from({ length: cards }, () => drawRider(people));
  const planner = new WayPlanner(routes, new Dice(seed, 'ways'));
  const exits = new Dice(seed, 'exits');
  const ways: PlannedRide[][] = riders.map(() => []);
  // Everybody has a turn, and then again: between two turns a ride has room.
  const rideMs = (cards / rate) * 500;
  const planned = timesOf(taps, rate).flatMap((at, n) => {
    const rider = n % cards;
    const way = ways[rider] ?? [];
    if (way.length === 0) way.push(...planner.draw());
    const ride = way.shift();
    if (!ride) return [];
    return [{ at, rider, ride, exitAt: exits.chance(FORGOTTEN_SHARE) ? null : at + rideMs }];
  });
  return { riders, taps: planned };
}

/** Tells two mornings apart in a few characters. */
export function digestOf(morning: Morning): string {
  return createHash('sha256').update(JSON.stringify(morning)).digest('hex').slice(0, 12);
}

function drawRider(dice: Dice): PlannedRider {
  return {
    category: CATEGORIES.draw(dice),
    money: INITIAL_BALANCES.draw(dice),
    isCareful: dice.chance(CAREFUL_SHARE),
    isBlocked: dice.chance(BLOCKED_SHARE),
  };
}

/** When each tap is due, so that they come fastest at the peak. */
function timesOf(taps: number, rate: number): number[] {
  const until = [0];
  for (let step = 0; step < STEPS; step += 1) until.push((until[step] ?? 0) + weightAt((step + 0.5) / STEPS));
  const total = until[STEPS] ?? 1;
  let step = 0;
  return Array.from({ length: taps }, (_, n) => {
    const share = ((n + 0.5) / taps) * total;
    while ((until[step + 1] ?? total) < share) step += 1;
    const [before = 0, after = total] = [until[step], until[step + 1]];
    return (((step + (share - before) / (after - before)) / STEPS) * taps * 1_000) / rate;
  });
}

function weightAt(share: number): number {
  return 1 + PEAK.height * Math.exp(-(((share - PEAK.at) / PEAK.width) ** 2) / 2);
}
