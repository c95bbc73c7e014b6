import { summarize } from './summary';

describe(summarize.name, () => {
  it('takes percentiles by the nearest rank, in any order of the values', () => {
    const oneToHundred = Array.from({ length: 100 }, (_, n) => ((n * 37) % 100) + 1);

    expect(summarize(oneToHundred)).toEqual({ count: 100, mean: 50.5, p50: 50, p95: 95, p99: 99 });
    expect(summarize([7])).toEqual({ count: 1, mean: 7, p50: 7, p95: 7, p99: 7 });
    expect(summarize([4, 1, 3, 2])).toEqual({ count: 4, mean: 2.5, p50: 2, p95: 4, p99: 4 });
  });
});
