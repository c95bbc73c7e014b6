import { setTimeout as sleep } from 'node:timers/promises';
import type { Dice } from '../../src/common/dice';
import type { Tally } from './tally';

const POLL_MS = 5;
/** A write comes after this time, however few reads there were. */
const LONGEST_MS = 1_500;

/** Keeps writes in proportion to reads, whatever the machine can do. */
export class Pace {
  constructor(
    private readonly readsBetween: readonly [least: number, most: number],
    private readonly dice: Dice,
    private readonly tally: Tally,
  ) {}

  /** Resolves when it is time for another write, or to stop. */
  async next(stop: AbortSignal): Promise<void> {
    const reads = this.tally.checkedReads + this.dice.between(...this.readsBetween);
    const latest = performance.now() + LONGEST_MS;
    while (this.tally.checkedReads < reads && performance.now() < latest && !stop.aborted)
      await sleep(POLL_MS);
  }
}
