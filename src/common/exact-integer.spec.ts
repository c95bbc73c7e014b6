import { parseExactInteger, sumExactly } from './exact-integer';

describe(parseExactInteger.name, () => {
  it.each([
    ['0', 0],
    ['-41300', -41_300],
    ['9007199254740991', 9_007_199_254_740_991],
    ['9007199254740993', 9_007_199_254_740_993n],
    ['-9007199254740993', -9_007_199_254_740_993n],
    ['18446744073709551616', 18_446_744_073_709_551_616n],
  ])('reads %s without losing a digit', (text, value) => {
    expect(parseExactInteger(text)).toBe(value);
  });

  it.each(['', '1.5', '1e3', 'NaN', ' 1', '0x10'])('refuses %j', (text) => {
    expect(() => parseExactInteger(text)).toThrow(RangeError);
  });
});

describe(sumExactly.name, () => {
  it('loses no digit beyond 2^53', () => {
    expect(sumExactly([Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 1])).toBe(18_014_398_509_481_983n);
    expect(sumExactly([Number.MAX_SAFE_INTEGER, -5])).toBe(9_007_199_254_740_986);
    expect(sumExactly([])).toBe(0);
  });
});
