import { Dice } from '../../../common/dice';

/** A time without a connection, in milliseconds from the beginning of the morning. It may end after the last tap. */
export interface Outage {
  readonly validator_id: number;
  readonly from: number;
  readonly until: number;
}

const LATEST_START = 0.6;
const SHORTEST = 0.2;
const LONGEST = 0.6;

/** Decides which of the validators lose their connection, and when. The same seed gives the same outages. */
export function planOutages(
  validatorIds: readonly number[],
  {
    seed,
    offline,
    durationMs,
  }: { readonly seed: number; readonly offline: number; readonly durationMs: number },
): Outage[] {
  const dice = new Dice(seed, 'outages');
  return validatorIds.flatMap((validator_id) => {
    const isHit = dice.chance(offline);
    const from = durationMs * LATEST_START * dice.share();
    const until = from + durationMs * (SHORTEST + (LONGEST - SHORTEST) * dice.share());
    return isHit ? [{ validator_id, from: Math.round(from), until: Math.round(until) }] : [];
  });
}
