import { bodyFaults } from './body-faults';
import type { ObjectShape, Shape } from './shape';

const object = (members: Readonly<Record<string, Shape>>): ObjectShape => ({
  kind: 'object',
  members: new Map(Object.entries(members)),
  required: [],
});

const ROW = object({ at: 'value', note: 'value' });
const SHAPE = object({
  name: 'value',
  rows: { kind: 'list', most: 3, item: ROW },
  words: { kind: 'list', most: 2, item: 'value' },
});

const pointers = (body: unknown): string[] => [...bodyFaults(body, SHAPE)].map(({ pointer }) => pointer);
const ONE_VALUE = 'must be one value, not a list or an object';
const UNKNOWN = 'is not a member that is known here';

describe(bodyFaults.name, () => {
  it.each<[string, unknown]>([
    ['all members', { name: 'Ñ😀', rows: [{ at: 1, note: null }, {}], words: ['a', 'b'] }],
    ['members that are null', { name: null, rows: null, words: null }],
    [
      'values of any kind, which have rules of their own',
      { name: true, rows: [{ at: 1e308 }], words: [1, false] },
    ],
    ['no member', {}],
    ['null', null],
    ['nothing', undefined],
  ])('finds nothing in a body with %s', (_, body) => {
    expect([...bodyFaults(body, SHAPE)]).toEqual([]);
  });

  it.each<[string, unknown, string, string]>([
    ['text', 'x', '', 'must be an object'],
    ['a list', [{}], '', 'must be an object'],
    ['an unknown member', { colour: 1 }, '/colour', UNKNOWN],
    ['a member that every object inherits', { constructor: 1 }, '/constructor', UNKNOWN],
    ['a prototype', JSON.parse('{"__proto__":1}'), '/__proto__', UNKNOWN],
    ['a member whose name is escaped in pointers', { 'a/b~c': 1 }, '/a~1b~0c', UNKNOWN],
    ['a member whose name has half of a surrogate pair', { '\ud800': 1 }, '/\ufffd', UNKNOWN],
    [
      'a member with a long name',
      { ['k'.repeat(101)]: 1 },
      '',
      'has a member that is not known here: its name has 101 characters',
    ],
    ['an unknown member of an item', { rows: [{}, { colour: 1 }] }, '/rows/1/colour', UNKNOWN],
    ['an object for a value', { name: {} }, '/name', ONE_VALUE],
    ['a list for a value', { rows: [{ at: [] }] }, '/rows/0/at', ONE_VALUE],
    ['a list among values', { words: ['a', []] }, '/words/1', ONE_VALUE],
    ['an object for a list', { rows: { 0: {} } }, '/rows', 'must be a list of at most 3 items'],
    ['a list that is too long', { words: [1, 2, 3] }, '/words', 'must be a list of at most 2 items'],
    ['a value for an object', { rows: [{}, 1] }, '/rows/1', 'must be an object'],
    ['null for an object', { rows: [null] }, '/rows/0', 'must be an object'],
  ])('finds %s', (_, body, pointer, detail) => {
    expect([...bodyFaults(body, SHAPE)]).toEqual([{ pointer, detail }]);
  });

  it('finds half of a surrogate pair in every text', () => {
    const body = { name: 'a\ud800', rows: [{ note: '\udc00b' }], words: ['\ud83d\ude00', '\ude00\ud83d'] };

    expect(pointers(body)).toEqual(['/name', '/rows/0/note', '/words/1']);
  });

  it('looks no deeper than the shape, however deep the body is', () => {
    const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000));

    expect(pointers({ name: deep, rows: deep })).toEqual(['/name', '/rows/0']);
  });

  it('looks no further than it is asked', () => {
    let read = 0;
    const row = { get colour() { return (read += 1); } }; // prettier-ignore

    expect(bodyFaults({ rows: [row, row, row] }, SHAPE).next().value).toEqual({
      pointer: '/rows/0/colour',
      detail: UNKNOWN,
    });
    expect(read).toBe(1);
  });
});
