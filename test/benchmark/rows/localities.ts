import { cacheKeys } from '../../../src/platform/cache/cache-keys';
import type { Bench } from '../harness/bench';
import { countStations, openCity } from '../harness/city';
import { SMALL } from '../harness/histories';
import { interleave } from '../harness/interleave';
import { postmasterOf } from '../harness/postmaster';
import { type Sample, takeSample } from '../harness/sample';
import { warmUp } from '../harness/warm-up';
import { type Measure, measure, median, type Row } from '../row';

const PATHS = [
  ['/trips/total/localities', cacheKeys.tripsTotalLocalities],
  ['/finance/revenue/localities', cacheKeys.financeRevenueByLocalities],
] as const;
/** As many as Bogotá has. */
const CITY = 7_765;
const TIMES = 150;
const TARGET = { most: 1.5, mostValue: 2_000 };

type Takes = (path: string, key: string) => Promise<Sample>;

/** What a total by locality costs that is not cached, in a city of many stations, beside one of few. */
export const localities: Row = {
  name: 'localities',
  isQuick: true,
  run: async (bench) => {
    const few = await bench.histories.open(SMALL);
    const stations = await countStations(few);
    // A database that was given may be a whole city itself.
    const cities: readonly (readonly [number, string])[] =
      stations >= CITY
        ? [[stations, few]]
        : [
            [CITY, await openCity(bench, CITY)],
            [stations, few],
          ];
    const takes = await Promise.all(
      cities.map(async ([count, url]) => [count, await takingMisses(bench, url)] as const),
    );
    const measures: Measure[] = [];
    for (const [path, { template: key }] of PATHS) {
      const sides = Object.fromEntries(takes.map(([count, take]) => [count, () => take(path, key)]));
      await warmUp(sides, 2 * TIMES, bench.warmUp);
      const taken = await interleave(sides, bench.rounds);
      measures.push(
        ...compareCities(
          path,
          takes.map(([count]) => [count, taken[count] ?? []] as const),
        ),
      );
    }
    return measures;
  },
};

async function takingMisses(bench: Bench, DATABASE_URL: string): Promise<Takes> {
  const redis = await bench.redisUrl();
  const { pid, url } = await bench.startService({ DATABASE_URL, REDIS_URL: redis });
  const postmaster = await postmasterOf(DATABASE_URL);
  return (path, key) =>
    takeSample({ pid, postmaster, expected: ['200 MISS'] }, () =>
      bench.load.run({ url, path, key, redis, times: TIMES }),
    );
}

function compareCities(
  path: string,
  [large, small]: readonly (readonly [stations: number, taken: readonly Sample[]])[],
): Measure[] {
  if (!large) return [];
  const one = (metric: string, pick: (sample: Sample) => number, target = {}): Measure =>
    measure(
      {
        name: `a miss of ${path} at ${large[0].toLocaleString('en')} stations`,
        metric,
        value: median(large[1].map(pick)),
        beside: small ? `at ${small[0].toLocaleString('en')}` : '',
        beside_value: small ? median(small[1].map(pick)) : null,
      },
      target,
    );
  return [
    one(
      'CPU µs/request of PostgreSQL',
      ({ databaseCpu }) => databaseCpu ?? NaN,
      small ? TARGET : { mostValue: TARGET.mostValue },
    ),
    one('CPU µs/request', ({ cpu }) => cpu),
    one('p50 ms', ({ p50 }) => p50),
  ];
}
