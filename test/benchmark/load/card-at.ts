import type { Cards } from './job';

/** A prime larger than any number of cards: it shares no factor with one, so its steps meet every card. */
const STEP = 1_000_000_007;

/** The nth card of the order. */
export function cardAt({ first, count, taken }: Cards, n: number): number {
  return first + ((((taken + n) % count) * (STEP % count)) % count);
}
