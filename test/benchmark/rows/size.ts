import { LARGE, SMALL } from '../harness/histories';
import { interleave } from '../harness/interleave';
import type { Sample } from '../harness/sample';
import { openScratch } from '../harness/scratch';
import { tapping } from '../harness/tap-load';
import { warm } from '../harness/warm';
import { warmUp } from '../harness/warm-up';
import { boarding, recharging, WRITES_WARM_UP, type WriteTurns } from '../harness/write-load';
import { type Measure, measure, median, type Row, type Target } from '../row';

const CALLERS = 8;
const TARGET: Target = { most: 1.2 };
/** Taps of one batch. */
const TAPS = 100;
const TAP_TARGET: Target = { most: 1.3 };

type WriteKind = (...args: Parameters<typeof boarding>) => Promise<WriteTurns>;
const tapsOf: WriteKind = (bench, database, server) => tapping(bench, database, server, TAPS);

/** What writes cost over a large history, beside a small one. */
export const size: Row = {
  name: 'size',
  isQuick: false,
  run: async (bench) => {
    if (!bench.histories.areComparable) return [];
    const [small, large] = [await openScratch(bench), await bench.histories.open(LARGE)];
    for (const history of [small, large]) await warm(history);
    const REDIS_URL = await bench.redisUrl();
    const servers = {
      small: await bench.startService({ DATABASE_URL: small, REDIS_URL }),
      large: await bench.startService({ DATABASE_URL: large, REDIS_URL }),
    };
    const compare = async (name: string, kind: WriteKind, target = TARGET): Promise<Measure[]> => {
      const [below, above] = [
        await kind(bench, small, servers.small),
        await kind(bench, large, servers.large),
      ];
      const sides = { small: () => below(CALLERS), large: () => above(CALLERS) };
      await warmUp(sides, WRITES_WARM_UP, bench.warmUp);
      return compareSizes(name, await interleave(sides, bench.rounds), target);
    };
    return [
      ...(await compare('recharge', recharging)),
      ...(await compare('boarding', boarding)),
      ...(await compare(`tap, batches of ${TAPS}`, tapsOf, TAP_TARGET)),
    ];
  },
};

/** The CPU time of both, since more rows are more work for PostgreSQL. */
function compareSizes(
  kind: string,
  { small, large }: Readonly<Record<'small' | 'large', Sample[]>>,
  target: Target,
): Measure[] {
  const one = (metric: string, pick: (sample: Sample) => number, limits: Target = {}): Measure =>
    measure(
      {
        name: `${kind} at ${LARGE.trips.toLocaleString('en')} trips`,
        metric,
        value: median(large.map(pick)),
        beside: `at ${SMALL.trips.toLocaleString('en')}`,
        beside_value: median(small.map(pick)),
      },
      limits,
    );
  return [
    one('CPU µs/request, with PostgreSQL', ({ cpu, databaseCpu }) => cpu + (databaseCpu ?? 0), target),
    one('p50 ms', ({ p50 }) => p50, target),
    one('requests/s', ({ perSecond }) => perSecond),
  ];
}
