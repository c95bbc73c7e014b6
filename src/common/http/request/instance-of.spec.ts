import { plainToInstance } from 'class-transformer';
import { MostItems } from './most-items.decorator';
import { Tidied } from './tidied.decorator';
import { instanceOf } from './instance-of';

class Item {
  @Tidied((text) => text.trim())
  name!: string;

  count?: number | null;
}

class Body {
  @Tidied((text) => text.toLowerCase())
  title?: string;

  @MostItems(3, Item)
  items!: Item[];

  @MostItems(3)
  words?: string[];
}

describe(instanceOf.name, () => {
  it.each<[string, object]>([
    ['items', { title: 'A TITLE', items: [{ name: ' a ' }, { name: 'b', count: 2 }] }],
    ['no items', { items: [] }],
    ['values that are null, or of another kind', { title: null, items: [{ name: 7, count: null }] }],
    ['a list of values', { items: [], words: [' a ', 'b'] }],
    ['something else in the place of a list', { items: 'none' }],
  ])('makes of %s what class-transformer makes', (_, plain) => {
    const made = instanceOf(Body, plain);
    expect(made).toBeInstanceOf(Body);
    expect(made).toStrictEqual(plainToInstance(Body, plain));
  });
});
