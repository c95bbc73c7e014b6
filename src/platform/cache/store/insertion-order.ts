/** A name, and the number of the insertion that put it here. */
interface Slot {
  readonly number: number;
  readonly name: string;
}

/** Some of the names. If `next` is null, there are no more. */
export interface NamePage {
  readonly names: readonly string[];
  readonly next: number | null;
}

/**
 * Names in the order in which each was last inserted. A page has the same cost however many names there are, because
 * it reads at most as many slots as it may return names. Where names were removed, it therefore returns fewer.
 */
export class InsertionOrder {
  private readonly numbers = new Map<string, number>();
  /**
   * Sorted by number. When a name is removed or inserted again, its old slot stays until more than half of the slots
   * are such.
   */
  private slots: Slot[] = [];
  private insertions = 0;

  get size(): number {
    return this.numbers.size;
  }

  names(): Iterable<string> {
    return this.numbers.keys();
  }

  insert(name: string): void {
    const number = (this.insertions += 1);
    this.numbers.set(name, number);
    this.slots.push({ number, name });
    this.compact();
  }

  remove(name: string): void {
    this.numbers.delete(name);
    this.compact();
  }

  /** @param position the `next` of the page before, or null for the first page. What is inserted later comes after it. */
  page(position: number | null, maxSize: number): NamePage {
    const start = position === null ? 0 : this.firstAfter(position);
    const slots = this.slots.slice(start, start + maxSize);
    return {
      names: slots.filter((slot) => this.isCurrent(slot)).map(({ name }) => name),
      next: start + maxSize < this.slots.length ? (slots.at(-1)?.number ?? null) : null,
    };
  }

  private firstAfter(position: number): number {
    let low = 0;
    let high = this.slots.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.slots[middle]?.number ?? Infinity) > position) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private compact(): void {
    if (this.slots.length <= 2 * this.numbers.size) return;
    this.slots = this.slots.filter((slot) => this.isCurrent(slot));
  }

  private isCurrent({ name, number }: Slot): boolean {
    return this.numbers.get(name) === number;
  }
}
