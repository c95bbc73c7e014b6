import { MissForecast } from './miss-forecast';

function after(reads: readonly boolean[]): MissForecast {
  const forecast = new MissForecast();
  reads.forEach((isMiss) => forecast.note(isMiss));
  return forecast;
}

/** So many reads, of which each nth is a hit. */
const reads = (count: number, everyNth: number): boolean[] =>
  Array.from({ length: count }, (_, index) => index % everyNth !== 0);

describe(MissForecast.name, () => {
  it('expects a miss only after many, and hits again after a few', () => {
    expect(after([]).isMissLikely).toBe(false);
    expect(after(Array<boolean>(20).fill(true)).isMissLikely).toBe(false);

    const missing = after(Array<boolean>(100).fill(true));
    expect(missing.isMissLikely).toBe(true);
    for (let hit = 0; hit < 8; hit += 1) missing.note(false);
    expect(missing.isMissLikely).toBe(false);
  });

  it('expects a miss where nine of ten reads are one, but not where two of three are', () => {
    expect(after(reads(1_000, 10)).isMissLikely).toBe(true);
    expect(after(reads(1_000, 3)).isMissLikely).toBe(false);
  });
});
