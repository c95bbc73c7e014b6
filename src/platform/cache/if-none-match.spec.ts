import { matchesEtag } from './if-none-match';

describe(matchesEtag.name, () => {
  it.each([
    ['"a"', true],
    ['W/"a"', true],
    ['"b", "a"', true],
    ['"b","a","c"', true],
    ['  W/"b" ,  W/"a" ', true],
    ['*', true],
    [' * ', true],
    ['"b"', false],
    ['a', false],
    ['"A"', false],
    ['w/"a"', false],
    ['""', false],
    ['', false],
    ['"*"', false],
    [undefined, false],
  ])('holds %j against "a": %j', (header, isMatch) => {
    expect(matchesEtag(header, '"a"')).toBe(isMatch);
  });
});
