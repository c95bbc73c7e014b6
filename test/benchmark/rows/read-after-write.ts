import type { Job } from '../load/job';
import type { Bench } from '../harness/bench';
import { cardsOf } from '../harness/cards';
import { clearCache } from '../harness/clear-cache';
import { interleave } from '../harness/interleave';
import { postmasterOf } from '../harness/postmaster';
import type { RunningServer } from '../harness/running-server';
import { type Sample, takeSample } from '../harness/sample';
import { openScratch } from '../harness/scratch';
import { warmUp } from '../harness/warm-up';
import { RECHARGE, WRITES_WARM_UP } from '../harness/write-load';
import { alone, type Measure, measure, median, type Row } from '../row';

const CALLERS = 8;
/** A recharge and a read. */
const BOTH = 2;
const NAME = `recharge, then its card's balance, ${CALLERS} callers`;

/** What the first read after a write costs, beside a read of another card that is not cached either. */
export const readAfterWrite: Row = {
  name: 'read-after-write',
  isQuick: false,
  run: async (bench) => {
    const database = await openScratch(bench);
    const server = await bench.startService({ DATABASE_URL: database, REDIS_URL: await bench.redisUrl() });
    const take = await takingPairs(bench, database, server);
    const sides = {
      same: () => take('/cards/{card}/balance'),
      other: () => take('/cards/{other}/balance'),
    };
    await warmUp({ same: sides.same }, BOTH * WRITES_WARM_UP, bench.warmUp);
    const taken = await interleave(sides, bench.rounds);
    const one = (metric: string, pick: (sample: Sample) => number): Measure =>
      measure({
        name: NAME,
        metric,
        value: median(taken.same.map(pick)),
        beside: "then another card's",
        beside_value: median(taken.other.map(pick)),
      });
    return [
      one('CPU µs of both', ({ cpu }) => BOTH * cpu),
      one('CPU µs of both, of PostgreSQL', ({ databaseCpu }) => BOTH * (databaseCpu ?? NaN)),
      alone(NAME, 'BYPASS of 100 reads', median(taken.same.map(bypasses))),
    ];
  },
};

async function takingPairs(
  bench: Bench,
  database: string,
  server: RunningServer,
): Promise<(thenRead: string) => Promise<Sample>> {
  const { pid, url } = server;
  const cards = await cardsOf(database);
  const postmaster = await postmasterOf(database);
  const expected = ['201', '200 HIT', '200 MISS', '200 BYPASS'];
  return async (thenRead) => {
    await clearCache(server);
    return takeSample({ pid, postmaster, expected }, async () => {
      const { load, seconds } = bench;
      const job: Job = {
        url,
        connections: CALLERS,
        seconds,
        method: 'POST',
        ...RECHARGE,
        thenRead,
        cards: cards.next(),
      };
      return cards.take(await load.run(job));
    });
  };
}

function bypasses({ answers }: Sample): number {
  const { '200 BYPASS': bypassed = 0, '200 MISS': missed = 0, '200 HIT': hit = 0 } = answers;
  return (100 * bypassed) / (bypassed + missed + hit);
}
