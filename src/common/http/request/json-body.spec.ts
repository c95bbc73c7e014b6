import { countParts } from './json-body';

describe(countParts.name, () => {
  it.each<[string, number]>([
    ['1', 0],
    ['{"a":1}', 1],
    ['{"a":1,"b":[1,2,3]}', 5],
    ['[{"a":1},{"a":1}]', 4],
    ['{"a":"[{,"}', 1],
    [String.raw`{"a":"\",[\\","b":"\\\""}`, 2],
    ['{"ñ,":"😀,"}', 1],
  ])('counts the members and items of %s, and nothing in its texts', (json, parts) => {
    expect(countParts(json, 100)).toBe(parts);
  });

  it('stops counting when there are too many', () => {
    expect(countParts('['.repeat(1_000_000), 7)).toBe(8);
  });
});
