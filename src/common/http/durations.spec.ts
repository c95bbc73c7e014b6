import { Durations } from './durations';

describe(Durations.name, () => {
  it('counts each duration in the first bucket that is long enough', () => {
    const durations = new Durations([0.1, 1, 10]);
    [0, 0.1, 0.100_001, 1, 9, 10, 11, 1_000].forEach((seconds) => durations.observe(seconds));

    expect(durations.cumulative).toEqual([2, 4, 6]);
    expect(durations.count).toBe(8);
    expect(durations.seconds).toBeCloseTo(1_031.200_001);
  });

  it('allocates nothing for one', () => {
    const durations = new Durations();
    const observe = (): number => {
      const before = process.memoryUsage().heapUsed;
      for (let index = 0; index < 100_000; index += 1) durations.observe(0.003);
      return process.memoryUsage().heapUsed - before;
    };

    // Code that is not compiled yet keeps its numbers on the heap: 1.6 MB for so many.
    const growths = Array.from({ length: 20 }, observe);

    expect(Math.min(...growths.slice(10).map(Math.abs))).toBeLessThan(200_000);
  });
});
