import { resolve } from 'node:path';
import type { Bench } from '../harness/bench';
import { cardsOf } from '../harness/cards';
import { interleave } from '../harness/interleave';
import { postmasterOf } from '../harness/postmaster';
import { findPgbench, runPgbench } from '../harness/pgbench';
import type { RunningServer } from '../harness/running-server';
import { type Sample, takeSample } from '../harness/sample';
import { openScratch } from '../harness/scratch';
import { aTapSource, tapping, TAPS_WARM_UP, whileTapping } from '../harness/tap-load';
import { findPlaces } from '../harness/stops';
import { warmUp } from '../harness/warm-up';
import { boarding } from '../harness/write-load';
import { alone, type Measure, measure, median, type Row, type Target } from '../row';
import { BALANCE } from './hit';

const SCRIPT = resolve(__dirname, '../sql/taps.sql');
const BATCHES = [100, 500] as const;
const CONNECTIONS = 4;
/** As long as pgbench's turns are for other writes: each begins with new connections. */
const PGBENCH_TURN = 2;
/** Of what pgbench does with the same statements. */
const LEAST_SHARE = 0.7;
/** A day of TransMilenio, 4,000,000 taps, in ten minutes. */
const LEAST_A_SECOND = 6_700;
/** What comes in while riders ask, and by how much longer the slowest of them may wait then. */
const MEANWHILE = 500;
const LONGEST = 1.5;
const CALLERS = 8;

type Figures = Pick<Sample, 'perSecond' | 'databaseCpu'>;

/** Taps that devices report in batches, beside pgbench with the statements that they send. */
export const taps: Row = {
  name: 'taps',
  isQuick: true,
  run: async (bench) => {
    const database = await openScratch(bench);
    const server = await bench.startService({ DATABASE_URL: database, REDIS_URL: await bench.redisUrl() });
    const measures: Measure[] = [];
    for (const batch of BATCHES) {
      const take = await tapping(bench, database, server, batch);
      const ours = (): Promise<Sample> => take(CONNECTIONS);
      const theirs = await tappingByPgbench(bench, database, batch);
      await warmUp({ ours }, TAPS_WARM_UP, bench.warmUp);
      const sides: Readonly<Record<string, () => Promise<Figures>>> = theirs ? { ours, theirs } : { ours };
      const taken = await interleave(sides, bench.rounds);
      measures.push(...compareTaps(batch, (taken.ours ?? []) as Sample[], taken.theirs ?? null));
    }
    return measures;
  },
};

/** How long riders wait at gates that ask, and for what is cached, while taps come in. */
export const tapsMeanwhile: Row = {
  name: 'taps-meanwhile',
  isQuick: true,
  run: async (bench) => {
    const database = await openScratch(bench);
    const server = await bench.startService({ DATABASE_URL: database, REDIS_URL: await bench.redisUrl() });
    const meanwhile = await whileTapping<Sample>(bench, database, server, MEANWHILE);
    const board = await boarding(bench, database, server);
    const read = await reading(bench, database, server);
    return [
      ...(await compareWaits(bench, 'boarding', () => board(CALLERS), meanwhile)),
      ...(await compareWaits(bench, 'hit', read, meanwhile)),
    ];
  },
};

async function compareWaits(
  bench: Bench,
  what: string,
  ask: () => Promise<Sample>,
  meanwhile: (work: () => Promise<Sample>) => Promise<Sample>,
): Promise<Measure[]> {
  const sides = { alone: ask, meanwhile: () => meanwhile(ask) };
  await warmUp(sides, what === 'hit' ? 10_000 : 1_000, bench.warmUp);
  const taken = await interleave(sides, bench.rounds);
  const one = (metric: string, pick: (sample: Sample) => number, target: Target = {}): Measure =>
    measure(
      {
        name: `${what}, ${CALLERS} callers, while ${MEANWHILE} taps a second come in`,
        metric,
        value: median(taken.meanwhile.map(pick)),
        beside: 'while none come',
        beside_value: median(taken.alone.map(pick)),
      },
      target,
    );
  return [
    one('p99 ms', ({ p99 }) => p99, { most: LONGEST }),
    one('p50 ms', ({ p50 }) => p50),
    one('requests/s', ({ perSecond }) => perSecond),
  ];
}

async function tappingByPgbench(
  bench: Bench,
  database: string,
  batch: number,
): Promise<(() => Promise<Figures>) | null> {
  const program = await findPgbench();
  if (!program) return null;
  const { first, count } = await cardsOf(database);
  const postmaster = await postmasterOf(database);
  const [place] = await findPlaces(database);
  if (!place) throw new Error('there is nowhere to board');
  return async () => {
    // A device of its own for each turn, because pgbench numbers its taps from 1 again.
    const { validators } = await aTapSource(database);
    const variables = {
      ...{ batch, first, share: Math.floor(count / CONNECTIONS), validator: validators[0] ?? 0, n: 0 },
      ...{
        route: place.route_id,
        station: place.station_id,
        vehicle: place.vehicle_id,
        account: place.account_id,
      },
    };
    const seconds = PGBENCH_TURN * bench.seconds;
    const { perSecond, databaseCpu } = await runPgbench(
      program,
      { database, clients: CONNECTIONS, seconds, script: SCRIPT, variables },
      postmaster,
    );
    return { perSecond: perSecond * batch, databaseCpu: databaseCpu === null ? null : databaseCpu / batch };
  };
}

async function reading(
  bench: Bench,
  database: string,
  { url, pid }: RunningServer,
): Promise<() => Promise<Sample>> {
  const { first } = await cardsOf(database);
  return () =>
    takeSample({ pid, expected: ['200 HIT', '200 MISS', '200 BYPASS'] }, () =>
      bench.load.run({
        ...{
          url,
          connections: CALLERS,
          seconds: bench.seconds,
          method: 'GET',
          path: BALANCE.load?.path ?? BALANCE.path,
        },
        cards: { first, count: 100, taken: 0 },
      }),
    );
}

function compareTaps(batch: number, ours: readonly Sample[], theirs: readonly Figures[] | null): Measure[] {
  const name = `taps, Redis, batches of ${batch}, ${CONNECTIONS} devices at a time`;
  const besidePgbench = (metric: string, pick: (sample: Figures) => number, target: Target = {}): Measure =>
    measure(
      {
        name,
        metric,
        value: median(ours.map(pick)),
        beside: theirs ? 'pgbench, same statements' : 'pgbench, which is not here',
        beside_value: theirs ? median(theirs.map(pick)) : null,
      },
      target,
    );
  return [
    besidePgbench('taps/s', ({ perSecond }) => perSecond, { least: LEAST_SHARE, leastValue: LEAST_A_SECOND }),
    besidePgbench('CPU µs/tap of PostgreSQL', ({ databaseCpu }) => databaseCpu ?? NaN),
    alone(name, 'CPU µs/tap', median(ours.map(({ cpu }) => cpu))),
    alone(name, 'p50 ms of a batch', median(ours.map(({ p50 }) => p50))),
    alone(name, 'p99 ms of a batch', median(ours.map(({ p99 }) => p99))),
  ];
}
