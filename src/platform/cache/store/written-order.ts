/** A name, and its number among all that were written. */
interface Slot {
  readonly number: number;
  readonly name: string;
}

/** Some of the names; a next position of null says that there are no more. */
export interface NamePage {
  readonly names: readonly string[];
  readonly next: number | null;
}

/**
 * Names in the order in which they were last written. A page of them costs what a page is, however many there are: it
 * looks at no more slots than it may have names, so that it has fewer where some were removed.
 */
export class WrittenOrder {
  private readonly numbers = new Map<string, number>();
  /** By rising number. A slot whose name was removed, or written again, stays until there are more of these than others. */
  private slots: Slot[] = [];
  private written = 0;

  get size(): number {
    return this.numbers.size;
  }

  names(): Iterable<string> {
    return this.numbers.keys();
  }

  write(name: string): void {
    const number = (this.written += 1);
    this.numbers.set(name, number);
    this.slots.push({ number, name });
    this.tidy();
  }

  remove(name: string): void {
    this.numbers.delete(name);
    this.tidy();
  }

  /** @param position the `next` of the page before: whatever is written meanwhile comes behind it. */
  page(position: number | null, most: number): NamePage {
    const start = position === null ? 0 : this.firstAfter(position);
    const slots = this.slots.slice(start, start + most);
    return {
      names: slots.filter((slot) => this.isCurrent(slot)).map(({ name }) => name),
      next: start + most < this.slots.length ? (slots.at(-1)?.number ?? null) : null,
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

  private tidy(): void {
    if (this.slots.length <= 2 * this.numbers.size) return;
    this.slots = this.slots.filter((slot) => this.isCurrent(slot));
  }

  private isCurrent({ name, number }: Slot): boolean {
    return this.numbers.get(name) === number;
  }
}
