import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator';

const TWO_TO_32 = 2 ** 32;

/** A seeded random generator. Each purpose has its own sequence, so that a change in one does not shift the others. */
export class Dice {
  private readonly generator: JumpableRandomGenerator;

  constructor(seed: number, purpose: string) {
    this.generator = xoroshiro128plus(seed ^ hash(purpose));
  }

  /** Returns a number from 0 to 1; it can be 0, but not 1. */
  share(): number {
    return (this.generator.next() >>> 0) / TWO_TO_32;
  }

  /** Returns a whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    return Math.floor(this.share() * limit);
  }

  /** Returns a whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  chance(probability: number): boolean {
    return this.share() < probability;
  }

  /**
   * Returns one of the items.
   *
   * @throws RangeError for an empty list.
   */
  pick<Item>(items: readonly Item[]): Item {
    const index = this.below(items.length);
    if (index >= items.length) throw new RangeError('nothing to pick from');
    return items[index] as Item;
  }
}

/** Items drawn by weight. */
export class Urn<Item> {
  private readonly ends: number[] = [];
  private readonly total: number;

  constructor(private readonly items: readonly (readonly [weight: number, item: Item])[]) {
    let total = 0;
    for (const [weight] of items) this.ends.push((total += weight));
    this.total = total;
  }

  draw(dice: Dice): Item {
    const point = dice.share() * this.total;
    const found = this.items[this.ends.findIndex((end) => point < end)];
    if (!found) throw new RangeError('nothing to draw from');
    return found[1];
  }
}

/** FNV-1a, so that each purpose gets another seed. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return value;
}
