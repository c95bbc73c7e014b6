import { resolve } from 'node:path';
import type { Bench } from '../harness/bench';
import { interleave } from '../harness/interleave';
import { query } from '../harness/query';
import type { RunningServer } from '../harness/running-server';
import type { Sample } from '../harness/sample';
import { openScratch } from '../harness/scratch';
import { warmUp } from '../harness/warm-up';
import { recharging, WRITES_WARM_UP } from '../harness/write-load';
import { type Measure, measure, median, type Row } from '../row';

const WITHOUT_ROW = resolve(__dirname, '../harness/without-audit-row.cjs');
const CALLERS = 8;
/** The row may be a tenth of the whole. */
const MOST = 1 / 0.9;

/** What the row of the audit trail costs a recharge, beside the same service that leaves it out. */
export const audit: Row = {
  name: 'audit',
  isQuick: true,
  run: async (bench) => {
    const database = await openScratch(bench);
    const env = { DATABASE_URL: database, REDIS_URL: await bench.redisUrl() };
    const takeWith = await recharging(bench, database, await bench.startService(env));
    const takeWithout = await recharging(bench, database, await startWithoutRow(bench, env));
    const sides = { with: () => takeWith(CALLERS), without: () => takeWithout(CALLERS) };
    await requireNoRow(database, sides.without);
    await warmUp(sides, WRITES_WARM_UP, bench.warmUp);
    const taken = await interleave(sides, bench.rounds);
    const one = (metric: string, pick: (sample: Sample) => number, target = {}): Measure =>
      measure(
        {
          name: `recharge with its row of the audit trail, ${CALLERS} callers`,
          metric,
          value: median(taken.with.map(pick)),
          beside: 'without the row',
          beside_value: median(taken.without.map(pick)),
        },
        target,
      );
    return [
      one('CPU µs/request, with PostgreSQL', ({ cpu, databaseCpu }) => cpu + (databaseCpu ?? 0), {
        most: Math.round(MOST * 100) / 100,
      }),
      one('CPU µs/request', ({ cpu }) => cpu),
      one('CPU µs/request of PostgreSQL', ({ databaseCpu }) => databaseCpu ?? NaN),
    ];
  },
};

/** The service as it is, but for the row. */
export async function startWithoutRow(
  bench: Bench,
  env: Readonly<Record<string, string>>,
): Promise<RunningServer> {
  return bench.startService(env, { preload: WITHOUT_ROW });
}

/** @throws when the service adds rows nevertheless, since its source is not what the preloaded script looks for any more. */
async function requireNoRow(database: string, recharge: () => Promise<Sample>): Promise<void> {
  const count = async (): Promise<string | undefined> => {
    const [entries] = await query<{ count: string }>(database, 'SELECT count(*) FROM audit_entries');
    return entries?.count;
  };
  const before = await count();
  await recharge();
  if ((await count()) !== before)
    throw new Error('a row of the audit trail was added that was to be left out');
}
