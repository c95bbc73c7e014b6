import fc from 'fast-check';
import { countParts } from './json-body';
import { lossOf } from './json-losses';

const lossIn = (json: string): string | null => lossOf(json, countParts(json, Infinity), JSON.parse(json));

describe(lossOf.name, () => {
  it.each([
    'null',
    '{}',
    '[[],{},[{}],0]',
    '{"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]}',
    '{"a":"\\"a\\":1,\\"a\\":1, 1000.00000000000000001"}',
    '1000.00000000000000000000',
    '100000000000000000000e-17',
    '4.60970999999999975216',
    '-0.00000000000000000000',
    '[1000.5,2000.50000000000000001,1E3]',
  ])('loses nothing of %s', (json) => {
    expect(lossIn(json)).toBeNull();
  });

  it('loses nothing of what JSON.stringify writes', () => {
    fc.assert(fc.property(fc.json(), (json) => lossIn(JSON.stringify(JSON.parse(json))) === null));
  });

  it.each([
    ['an object', '{"a":1,"a":1}'],
    ['one whose names are written differently', '{"a":1,"\\u0061":2}'],
    ['an object in a list', '{"b":[{"a":{},"a":{}}]}'],
    ['a prototype', '{"__proto__":1,"__proto__":2}'],
    ['an object 5,000 lists deep', `${'['.repeat(5_000)}{"a":[],"a":[]}${']'.repeat(5_000)}`],
  ])('sees a member twice in %s', (_, json) => {
    expect(lossIn(json)).toBe('must have each member once');
  });

  it.each([
    ['a fraction', '1000.00000000000000001'],
    ['a negative one, after a text with an escape', '{"text":"\\\\","amount":-1000.00000000000000001}'],
    ['one with an exponent', '100000000000000000001e-17'],
    ['one that is rounded up', '99999.9999999999999999999'],
    ['one with 100,000 digits', `[1.${'0'.repeat(100_000)}1]`],
  ])('sees a number that parsing makes whole in %s', (_, json) => {
    expect(lossIn(json)).toBe('must have no number with more digits than are kept');
  });
});
