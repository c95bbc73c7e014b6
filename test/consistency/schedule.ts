import { setTimeout as sleep } from 'node:timers/promises';
import { Dice } from '../../src/common/dice';
import { type Fault, type FaultKind, type FaultName, FAULTS, type Surroundings } from './faults';
import type { Tally } from './tally';

/** Outages come in storms: the cache needs some seconds to be in use again after the last. */
const OUTAGES_PER_STORM = 6;
const BETWEEN_OUTAGES_MS = [100, 400] as const;
const CALM_MS = [24_000, 28_000] as const;
/** So many times longer is the calm when every outage has happened, so that the cache is much in use as well. */
const LONG_CALM = 3;
const BETWEEN_DISTURBANCES_MS = [2_000, 8_000] as const;
/** A target may be taken by another fault. */
const TAKEN_MS = 100;

/** Brings about faults at random until it is stopped: outages in storms, and other disturbances beside them. */
export class Schedule {
  private readonly dice: Dice;
  private readonly taken = new Set<string>();

  constructor(
    private readonly surroundings: Surroundings,
    private readonly names: readonly FaultName[],
    seed: number,
    private readonly tally: Tally,
    private readonly stop: AbortSignal,
  ) {
    this.dice = new Dice(seed, 'faults');
  }

  /** Resolves when it was stopped and everything is healed. */
  async run(): Promise<void> {
    await Promise.all([this.outages(), this.disturbances()]);
  }

  private async outages(): Promise<void> {
    const deck = new Deck(this.names.filter(isOutage), this.dice);
    await this.pause([1_000, 2_000]);
    while (deck.size > 0 && !this.stop.aborted) {
      for (let count = 0; count < OUTAGES_PER_STORM && !this.stop.aborted; count += 1) {
        await this.strike(deck.deal());
        await this.pause(BETWEEN_OUTAGES_MS);
      }
      await this.pause(CALM_MS, deck.isDealt && deck.size > OUTAGES_PER_STORM ? LONG_CALM : 1);
    }
  }

  private async disturbances(): Promise<void> {
    const deck = new Deck(
      this.names.filter((name) => !isOutage(name)),
      this.dice,
    );
    while (deck.size > 0 && !this.stop.aborted) {
      await this.pause(BETWEEN_DISTURBANCES_MS);
      if (!this.stop.aborted) await this.strike(deck.deal());
    }
  }

  private async strike(name: FaultName): Promise<void> {
    const kind: FaultKind = FAULTS[name];
    const fault = kind.aim(this.surroundings, this.dice);
    while (this.taken.has(fault.target)) await sleep(TAKEN_MS);
    this.taken.add(fault.target);
    this.tally.faultBegan(name, fault.target);
    try {
      await this.bringAbout(fault, kind);
    } finally {
      this.tally.faultEnded(name, fault.target);
      this.taken.delete(fault.target);
    }
  }

  private async bringAbout({ begin, heal }: Fault, { lasts }: FaultKind): Promise<void> {
    try {
      await begin();
      await this.pause(lasts);
    } finally {
      await heal();
    }
  }

  /** Ends early when it is stopped. */
  private async pause([least, most]: readonly [number, number], times = 1): Promise<void> {
    await sleep(this.dice.between(least, most) * times, null, { signal: this.stop }).catch(() => undefined);
  }
}

function isOutage(name: FaultName): boolean {
  return FAULTS[name].isOutage;
}

/** Deals each card once before any card comes again. */
class Deck<Card> {
  private rest: Card[] = [];

  constructor(
    private readonly cards: readonly Card[],
    private readonly dice: Dice,
  ) {}

  get size(): number {
    return this.cards.length;
  }

  /** Whether every card has been dealt as often as any other. */
  get isDealt(): boolean {
    return this.rest.length === 0;
  }

  deal(): Card {
    if (this.rest.length === 0) this.rest = [...this.cards];
    const card = this.dice.pick(this.rest);
    this.rest.splice(this.rest.indexOf(card), 1);
    return card;
  }
}
