import { InsertionOrder } from './insertion-order';

const PAGE = 10;

/** Counts the lookups of names. */
class CountedMap<Value> extends Map<string, Value> {
  lookups = 0;

  override get(name: string): Value | undefined {
    this.lookups += 1;
    return super.get(name);
  }
}

describe(InsertionOrder.name, () => {
  let order: InsertionOrder;

  beforeEach(() => (order = new InsertionOrder()));

  const insert = (from: number, to: number): void => {
    for (let index = from; index < to; index += 1) order.insert(`name ${index}`);
  };

  function readAll(betweenPages: () => void = () => undefined): string[] {
    const names: string[] = [];
    for (let position: number | null = null, first = true; first || position !== null; first = false) {
      const page = order.page(position, PAGE);
      expect(page.names.length).toBeLessThanOrEqual(PAGE);
      names.push(...page.names);
      position = page.next;
      betweenPages();
    }
    return names;
  }

  it('has an empty page when there are no names', () => {
    expect(order.page(null, PAGE)).toEqual({ names: [], next: null });
  });

  it('lists each name once, in the order of the insertions', () => {
    insert(0, 35);

    expect(readAll()).toEqual(Array.from({ length: 35 }, (_, index) => `name ${index}`));
    expect(order.size).toBe(35);
  });

  it('moves a name that is inserted again to the end, and leaves out removed names', () => {
    insert(0, 4);
    order.insert('name 1');
    order.remove('name 2');

    expect([readAll(), order.size]).toEqual([['name 0', 'name 3', 'name 1'], 3]);
  });

  it('lists each name that stays once, while others come and go', () => {
    insert(0, 100);
    let added = 100;
    let removed = 0;

    const names = readAll(() => {
      order.remove(`name ${(removed += 2)}`);
      // These are fewer than a page, so that the listing ends.
      insert(added, (added += 3));
    });

    const stayed = Array.from({ length: 50 }, (_, index) => `name ${2 * index + 1}`);
    expect(names).toEqual(expect.arrayContaining(stayed));
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(100);
  });

  it('continues after removed names, however many they are', () => {
    insert(0, 100);
    const { next } = order.page(null, PAGE);
    for (let index = 0; index < 95; index += 1) order.remove(`name ${index}`);

    expect(order.page(next, PAGE)).toEqual({
      names: [95, 96, 97, 98, 99].map((index) => `name ${index}`),
      next: null,
    });
  });

  it.each([1_000, 100_000])('looks up only the names of a page, when there are %i', (howMany) => {
    const numbers = new CountedMap<number>();
    Object.assign(order, { numbers });
    insert(0, howMany);
    for (let index = 0; index < howMany / 3; index += 1) order.remove(`name ${index * 2}`);
    numbers.lookups = 0;

    order.page(null, PAGE);
    order.page(howMany / 2, PAGE);

    expect(numbers.lookups).toBe(2 * PAGE);
  });
});
