import { cacheKeys } from '../../../src/platform/cache/cache-keys';
import { HISTORIES, type History, SMALL } from '../harness/histories';
import { interleave } from '../harness/interleave';
import type { RunningServer } from '../harness/running-server';
import { type Sample, takeSample } from '../harness/sample';
import { warmUp } from '../harness/warm-up';
import { type Measure, measure, median, type Row } from '../row';

const TOTALS = [
  ['/trips/total', cacheKeys.tripsTotal],
  ['/trips/total/localities', cacheKeys.tripsTotalLocalities],
  ['/finance/revenue', cacheKeys.financeTotalRevenue],
  ['/finance/revenue/localities', cacheKeys.financeRevenueByLocalities],
] as const;
const TIMES = 40;
const WARM_UP = 2 * TIMES;

/** What totals cost that are not cached, over histories of three sizes. */
export const totals: Row = {
  name: 'totals',
  isQuick: false,
  run: async (bench) => {
    if (!bench.histories.areComparable) return [];
    const REDIS_URL = await bench.redisUrl();
    const services: [string, RunningServer][] = [];
    for (const history of HISTORIES) {
      const DATABASE_URL = await bench.histories.open(history);
      services.push([history.database, await bench.startService({ DATABASE_URL, REDIS_URL })]);
    }
    const measures: Measure[] = [];
    for (const [path, { template: key }] of TOTALS) {
      const sides = Object.fromEntries(
        services.map(([name, { pid, url }]) => [
          name,
          () =>
            takeSample({ pid, expected: ['200 MISS'] }, () =>
              bench.load.run({ url, path, key, redis: REDIS_URL, times: TIMES }),
            ),
        ]),
      );
      await warmUp(sides, WARM_UP, bench.warmUp);
      measures.push(...compareSizes(path, await interleave(sides, bench.rounds)));
    }
    return measures;
  },
};

function compareSizes(path: string, taken: Readonly<Record<string, readonly Sample[]>>): Measure[] {
  const p50 = ({ database }: History): number => median((taken[database] ?? []).map((sample) => sample.p50));
  return HISTORIES.filter((history) => history !== SMALL).map((history) =>
    measure(
      {
        name: `a miss of ${path} at ${history.trips.toLocaleString('en')} trips`,
        metric: 'p50 ms',
        value: p50(history),
        beside: `at ${SMALL.trips.toLocaleString('en')}`,
        beside_value: p50(SMALL),
      },
      { most: 1.5 },
    ),
  );
}
