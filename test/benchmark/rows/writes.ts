import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createTempFolder, removeFolder } from '../../setup/temp-folder';
import type { Bench } from '../harness/bench';
import { cardsOf } from '../harness/cards';
import { query } from '../harness/histories';
import { interleave } from '../harness/interleave';
import { endTripsSince } from '../harness/open-trips';
import { findPgbench, type PgbenchSample, runPgbench } from '../harness/pgbench';
import { postmasterOf } from '../harness/postmaster';
import type { Sample } from '../harness/sample';
import { openScratch } from '../harness/scratch';
import { type BoardingPlace, findPlaces } from '../harness/stops';
import { boarding, recharging, type WriteTurns } from '../harness/write-load';
import { type Measure, measure, median, type Row, type Target } from '../row';

const SQL = resolve(__dirname, '../sql');
const PEER = 'pgbench, same statements';
const CALLERS = [1, 8, 32] as const;
const MOST_CALLERS = 32;
/** Times as long as a turn of the service, since each begins with new connections, which have to prepare and plan. */
const PGBENCH_TURN = 2;

type PgbenchTurns = (callers: number) => Promise<PgbenchSample>;

/** Durable recharges over HTTP, beside pgbench with the statements that they send. */
export const recharge: Row = {
  name: 'recharge',
  run: async (bench) => {
    const database = await openScratch(bench);
    const server = await bench.startService({ DATABASE_URL: database, REDIS_URL: await bench.redisUrl() });
    const ours = await recharging(bench, database, server);
    const theirs = await rechargingByPgbench(bench, database);
    for (let turn = 0; turn < bench.warmUp; turn += 1) await ours(MOST_CALLERS);
    const measures: Measure[] = [];
    for (const callers of CALLERS) {
      const name = `recharge, Redis, ${callers} callers`;
      const target = callers === MOST_CALLERS ? { least: 0.5 } : {};
      measures.push(...(await compareWrites(bench, name, callers, ours, theirs, target)));
    }
    return measures;
  },
};

/** Boardings whose fare the engine decides, beside pgbench with the statements that they send. */
export const board: Row = {
  name: 'boarding',
  run: async (bench) => {
    const database = await openScratch(bench);
    await endTripsSince(database, 0);
    const server = await bench.startService({ DATABASE_URL: database, REDIS_URL: await bench.redisUrl() });
    const ours = await boarding(bench, database, server);
    const theirs = await boardingByPgbench(bench, database);
    for (let turn = 0; turn < bench.warmUp; turn += 1) await ours(MOST_CALLERS);
    const name = `boarding, Redis, ${MOST_CALLERS} callers`;
    return compareWrites(bench, name, MOST_CALLERS, ours, theirs, { least: 0.4 });
  },
};

async function compareWrites(
  bench: Bench,
  name: string,
  callers: number,
  ours: WriteTurns,
  theirs: PgbenchTurns | null,
  target: Target,
): Promise<Measure[]> {
  const taken = await interleave<'ours' | 'theirs', Sample | PgbenchSample | null>(
    { ours: () => ours(callers), theirs: async () => (theirs ? theirs(callers) : null) },
    bench.rounds,
  );
  const samples = taken.ours as Sample[];
  const others = taken.theirs.filter((sample) => sample !== null);
  const alone = (metric: string, pick: (sample: Sample) => number): Measure =>
    measure({ name, metric, value: median(samples.map(pick)), beside: '', beside_value: null });
  const beside = <Of extends PgbenchSample>(
    list: readonly Of[],
    pick: (sample: Of) => number,
  ): number | null => (list.length === 0 ? null : median(list.map(pick)));
  return [
    measure(
      {
        name,
        metric: 'requests/s',
        value: median(samples.map(({ perSecond }) => perSecond)),
        beside: theirs ? PEER : 'pgbench, which is not here',
        beside_value: beside(others, ({ perSecond }) => perSecond),
      },
      target,
    ),
    measure({
      name,
      metric: 'CPU µs/request of PostgreSQL',
      value: median(samples.map(({ databaseCpu }) => databaseCpu ?? NaN)),
      beside: PEER,
      beside_value: beside(others, ({ databaseCpu }) => databaseCpu ?? NaN),
    }),
    alone('CPU µs/request', ({ cpu }) => cpu),
    alone('p50 ms', ({ p50 }) => p50),
    alone('p99 ms', ({ p99 }) => p99),
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
  const script = join(SQL, 'recharge.sql');
  return (clients) =>
    runPgbench(
      program,
      { database, clients, seconds: PGBENCH_TURN * bench.seconds, script, variables },
      postmaster,
    );
}

async function boardingByPgbench(bench: Bench, database: string): Promise<PgbenchTurns | null> {
  const program = await findPgbench();
  if (!program) return null;
  const { first, count } = await cardsOf(database);
  const postmaster = await postmasterOf(database);
  const script = await writeScript(bench, await findPlaces(database));
  let seed = 0;
  return async (clients) => {
    await endTripsSince(database, 0);
    const variables = { first, count, callers: clients, seed: (seed += 1), n: 0 };
    return runPgbench(
      program,
      { database, clients, seconds: PGBENCH_TURN * bench.seconds, script, variables },
      postmaster,
    );
  };
}

/** The script of a boarding: one, so that its statements are prepared once a connection. */
async function writeScript(bench: Bench, places: readonly BoardingPlace[]): Promise<string> {
  const folder = await createTempFolder();
  bench.cleanup.add(() => removeFolder(folder));
  const choose = (name: string): string => {
    const values = places.map((place) => place[`${name}_id` as keyof BoardingPlace]);
    return `\\set ${name} case ${values.map((value, n) => `when :place = ${n} then ${value}`).join(' ')} end`;
  };
  const lines = [
    `\\set place random(0, ${places.length - 1})`,
    ...['route', 'station', 'vehicle', 'driver', 'account'].map(choose),
  ];
  const file = join(folder, 'boarding.sql');
  writeFileSync(file, readFileSync(join(SQL, 'boarding.sql'), 'utf8').replace('{places}', lines.join('\n')));
  return file;
}
