import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createTempFolder, removeFolder } from '../../setup/temp-folder';
import type { Bench } from '../harness/bench';
import { cardsOf } from '../harness/cards';
import { interleave } from '../harness/interleave';
import { endTripsSince } from '../harness/open-trips';
import { findPgbench, type PgbenchSample, runPgbench } from '../harness/pgbench';
import { postmasterOf } from '../harness/postmaster';
import { query } from '../harness/query';
import type { Sample } from '../harness/sample';
import { openScratch } from '../harness/scratch';
import { type BoardingPlace, findPlaces } from '../harness/stops';
import { warmUp } from '../harness/warm-up';
import { boarding, recharging, WRITES_WARM_UP, type WriteTurns } from '../harness/write-load';
import { alone, type Measure, measure, median, type Row, type Target } from '../row';

const SQL = resolve(__dirname, '../sql');
const CALLERS = [1, 8, 32] as const;
const QUICK_CALLERS = [1, 32] as const;
const MOST_CALLERS = 32;

/** In microseconds for each request, and as shares of what pgbench does. */
type WriteTargets = Readonly<Partial<Record<'perSecond' | 'cpu' | 'databaseCpu', Target>>>;
const RECHARGE_TARGETS: Readonly<Record<(typeof CALLERS)[number], WriteTargets>> = {
  1: { perSecond: { least: 0.5 } },
  8: {},
  32: { perSecond: { least: 0.5 }, cpu: { mostValue: 800 } },
};
const BOARDING_TARGETS: WriteTargets = {
  perSecond: { least: 0.4 },
  cpu: { mostValue: 1_150 },
  databaseCpu: { mostValue: 1_900 },
};

/** Times as long as a turn of the service, since each begins with new connections, which have to prepare and plan. */
const PGBENCH_TURN = 2;

/** The statements of the service, waited for one by one; or in its messages, which is what it could reach at best. */
const MANNERS = { apart: 'pgbench, same statements', together: 'pgbench, same messages' } as const;
type Manner = keyof typeof MANNERS;
type PgbenchTurns = (callers: number, manner: Manner) => Promise<PgbenchSample>;
/** A file for each manner. */
type Scripts = Readonly<Record<Manner, string>>;

/** Durable recharges over HTTP, beside pgbench with the statements that they send. */
export const recharge: Row = {
  name: 'recharge',
  isQuick: true,
  run: async (bench) => {
    const database = await openScratch(bench);
    const server = await bench.startService({ DATABASE_URL: database, REDIS_URL: await bench.redisUrl() });
    const ours = await recharging(bench, database, server);
    const theirs = await rechargingByPgbench(bench, database);
    await warmUp({ ours: () => ours(MOST_CALLERS) }, WRITES_WARM_UP, bench.warmUp);
    const measures: Measure[] = [];
    for (const callers of bench.isQuick ? QUICK_CALLERS : CALLERS) {
      const name = `recharge, Redis, ${callers} callers`;
      measures.push(...(await compareWrites(bench, name, callers, ours, theirs, RECHARGE_TARGETS[callers])));
    }
    return measures;
  },
};

/** Boardings whose fare the engine decides, beside pgbench with the statements that they send. */
export const board: Row = {
  name: 'boarding',
  isQuick: true,
  run: async (bench) => {
    const database = await openScratch(bench);
    await endTripsSince(database, 0);
    const server = await bench.startService({ DATABASE_URL: database, REDIS_URL: await bench.redisUrl() });
    const ours = await boarding(bench, database, server);
    const theirs = await boardingByPgbench(bench, database);
    await warmUp({ ours: () => ours(MOST_CALLERS) }, WRITES_WARM_UP, bench.warmUp);
    const name = `boarding, Redis, ${MOST_CALLERS} callers`;
    return compareWrites(bench, name, MOST_CALLERS, ours, theirs, BOARDING_TARGETS);
  },
};

async function compareWrites(
  bench: Bench,
  name: string,
  callers: number,
  ours: WriteTurns,
  theirs: PgbenchTurns | null,
  targets: WriteTargets = {},
): Promise<Measure[]> {
  const manners: readonly Manner[] =
    theirs && callers === MOST_CALLERS && !bench.isQuick ? ['apart', 'together'] : ['apart'];
  const sides = {
    ours: () => ours(callers),
    ...Object.fromEntries(theirs ? manners.map((manner) => [manner, () => theirs(callers, manner)]) : []),
  } as Readonly<Record<'ours' | Manner, () => Promise<Sample | PgbenchSample>>>;
  const taken = await interleave(sides, bench.rounds);
  const samples = taken.ours as Sample[];
  const ofOurs = (metric: string, pick: (sample: Sample) => number, limits: Target = {}): Measure =>
    alone(name, metric, median(samples.map(pick)), limits);
  const beside = (
    manner: Manner,
    metric: string,
    pick: (sample: PgbenchSample) => number,
    limits: Target = {},
  ): Measure =>
    measure(
      {
        name,
        metric,
        value: median(samples.map(pick)),
        beside: theirs ? MANNERS[manner] : 'pgbench, which is not here',
        beside_value: theirs ? median(taken[manner].map(pick)) : null,
      },
      limits,
    );
  return [
    ...manners.flatMap((manner) => [
      beside(manner, 'requests/s', ({ perSecond }) => perSecond, manner === 'apart' ? targets.perSecond : {}),
      beside(
        manner,
        'CPU µs/request of PostgreSQL',
        ({ databaseCpu }) => databaseCpu ?? NaN,
        manner === 'apart' ? targets.databaseCpu : {},
      ),
    ]),
    ofOurs('CPU µs/request', ({ cpu }) => cpu, targets.cpu),
    ofOurs('p50 ms', ({ p50 }) => p50),
    ofOurs('p99 ms', ({ p99 }) => p99),
  ];
}

async function rechargingByPgbench(bench: Bench, database: string): Promise<PgbenchTurns | null> {
  const program = await findPgbench();
  if (!program) return null;
  const { first, count } = await cardsOf(database);
  const postmaster = await postmasterOf(database);
  const [cash] = await query<{ account: number }>(
    database,
    `SELECT account_id::int AS account FROM accounts WHERE channel = 'default'`,
  );
  const variables = { first, last: first + count - 1, account: cash?.account ?? 0 };
  const seconds = PGBENCH_TURN * bench.seconds;
  const scripts = await writeScripts(bench, readScript('recharge'));
  return (clients, manner) =>
    runPgbench(program, { database, clients, seconds, script: scripts[manner], variables }, postmaster);
}

async function boardingByPgbench(bench: Bench, database: string): Promise<PgbenchTurns | null> {
  const program = await findPgbench();
  if (!program) return null;
  const { first, count } = await cardsOf(database);
  const postmaster = await postmasterOf(database);
  const seconds = PGBENCH_TURN * bench.seconds;
  const places = choose(await findPlaces(database));
  const scripts = await writeScripts(bench, readScript('boarding').replace('{places}', places));
  let seed = 0;
  return async (clients, manner) => {
    await endTripsSince(database, 0);
    const variables = { first, count, callers: clients, seed: (seed += 1), n: 0 };
    return runPgbench(
      program,
      { database, clients, seconds, script: scripts[manner], variables },
      postmaster,
    );
  };
}

/** Where a boarding happens: chosen by pgbench, so that its statements are prepared once a connection. */
function choose(places: readonly BoardingPlace[]): string {
  const oneOf = (name: string): string => {
    const values = places.map((place) => place[`${name}_id` as keyof BoardingPlace]);
    return `\\set ${name} case ${values.map((value, n) => `when :place = ${n} then ${value}`).join(' ')} end`;
  };
  return [
    `\\set place random(0, ${places.length - 1})`,
    ...['route', 'station', 'vehicle', 'driver', 'account'].map(oneOf),
  ].join('\n');
}

function readScript(name: string): string {
  return readFileSync(join(SQL, `${name}.sql`), 'utf8');
}

/** The same script, which waits for each statement. */
export function apart(script: string): string {
  return script.replaceAll(/^\\(start|end)pipeline\n/gm, '');
}

async function writeScripts(bench: Bench, script: string): Promise<Scripts> {
  const folder = await createTempFolder();
  bench.cleanup.add(() => removeFolder(folder));
  const scripts: Scripts = { apart: join(folder, 'apart.sql'), together: join(folder, 'together.sql') };
  writeFileSync(scripts.together, script);
  writeFileSync(scripts.apart, apart(script));
  return scripts;
}
