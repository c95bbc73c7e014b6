import { toJson } from './json';

describe(toJson.name, () => {
  it('writes what JSON.stringify does', () => {
    const value = { amount: 3550, at: new Date(0), none: null, left_out: undefined, list: [1, 'á'] };

    expect(toJson(value)).toBe('{"amount":3550,"at":"1970-01-01T00:00:00.000Z","none":null,"list":[1,"á"]}');
  });

  it('keeps every digit of an integer beyond 2^53', () => {
    const value = { total_revenue: 9_007_199_254_740_993n, at: new Date(0), left_out: undefined };

    expect(toJson(value)).toBe('{"total_revenue":9007199254740993,"at":"1970-01-01T00:00:00.000Z"}');
  });
});
