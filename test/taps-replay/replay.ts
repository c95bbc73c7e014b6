import { ServiceCalendar } from '../../src/common/time/service-calendar';
import { shiftDay } from '../../src/common/time/service-day';
import { learnNetwork } from '../../src/programs/service-traffic/learn-network';
import { ServiceClient } from '../../src/programs/service-traffic/service-client';
import { Tally } from '../../src/programs/service-traffic/tally';
import { Cleanup } from '../benchmark/harness/cleanup';
import { cpuSeconds } from '../benchmark/harness/cpu';
import { startHistories } from '../benchmark/harness/histories';
import { seed } from '../benchmark/harness/make-history';
import { postmasterOf } from '../benchmark/harness/postmaster';
import { query } from '../benchmark/harness/query';
import { RunningServer } from '../benchmark/harness/running-server';
import { urlOf } from '../setup/database';
import { startRedis } from '../setup/redis-server';
import { createTempFolder, removeFolder } from '../setup/temp-folder';
import { complaintsAbout } from './check-day';
import type { ReplayOptions } from './options';
import { type Day, type Place, planDay } from './plan-day';
import { type Answers, type City, sendDay } from './send-day';

const DATABASE = 'replay';
const TIME_ZONE = 'America/Bogota';
/** The least that the seed makes of the past. */
const PAST = { trips: 1_000, days: 1 };

type Log = (line: string) => void;

/** @returns what is wrong, each as a sentence. */
export async function replay(options: ReplayOptions, log: Log): Promise<string[]> {
  const cleanup = new Cleanup();
  try {
    return await run(options, cleanup, log);
  } finally {
    await cleanup.run();
  }
}

async function run(options: ReplayOptions, cleanup: Cleanup, log: Log): Promise<string[]> {
  const database = options.database ?? (await makeCity(options.cards, cleanup));
  const server = await startService(database, options.hasRedis, cleanup);
  const routes = await learnNetwork(new ServiceClient(server.url, new Tally()));
  const day = planDay(routes, options);
  const { devices, batches } = day;
  log(`seed        ${options.seed}`);
  log(
    `plan        ${options.taps} taps of ${options.cards} cards at ${devices.length} validators, in ${batches.length} batches`,
  );
  const city = await meetCity(database, server.url, day, options);

  const postmaster = await postmasterOf(database);
  const cpuOf = (pid: number | null): number => (pid === null ? NaN : cpuSeconds(pid));
  const begun = { service: cpuOf(server.pid), database: cpuOf(postmaster), sender: ownCpuSeconds() };
  const answers = await sendDay(day, city, options.connections);
  const perTap = (seconds: number): string => ((seconds / options.taps) * 1e6).toFixed(0);
  log(
    `taken       ${answers.seconds.toFixed(1)} s, ${(options.taps / answers.seconds).toFixed(0)} taps a second`,
  );
  log(
    `CPU a tap   ${perTap(cpuOf(server.pid) - begun.service)} µs of the service, ${perTap(cpuOf(postmaster) - begun.database)} of PostgreSQL, ` +
      `${perTap(ownCpuSeconds() - begun.sender)} of the sender`,
  );
  report(answers, log);

  const proving = performance.now();
  const complaints = await complaintsAbout({ database, day, answers, validatorIds: city.validatorIds }, log);
  log(`proven      ${((performance.now() - proving) / 1_000).toFixed(1)} s`);
  return complaints;
}

async function makeCity(cards: number, cleanup: Cleanup): Promise<string> {
  const folder = await createTempFolder();
  cleanup.add(() => removeFolder(folder));
  const postgres = await startHistories(folder);
  cleanup.add(() => postgres.stop());
  await query(postgres.url, `CREATE DATABASE ${DATABASE}`);
  const url = urlOf(postgres.url, DATABASE);
  await seed(url, { ...PAST, cards: Math.max(cards, PAST.trips) });
  await query(url, 'VACUUM (FREEZE, ANALYZE)');
  return url;
}

async function startService(database: string, hasRedis: boolean, cleanup: Cleanup): Promise<RunningServer> {
  const env: Record<string, string> = { DATABASE_URL: database };
  if (hasRedis) {
    const redis = await startRedis();
    cleanup.add(() => redis.stop());
    env.REDIS_URL = redis.url;
  }
  const server = await RunningServer.startService(env);
  cleanup.add(() => server.stop());
  return server;
}

/** Registers the devices of the day, and learns the cards. The day is yesterday's. */
async function meetCity(
  database: string,
  url: string,
  { devices }: Day,
  { seed, cards }: ReplayOptions,
): Promise<City> {
  const stationOf = (place: Place): number | null => ('station_id' in place ? place.station_id : null);
  const routeOf = (place: Place): number | null => ('route_id' in place ? place.route_id : null);
  const registered = await query<{ validator_id: number }>(
    database,
    `INSERT INTO validators (number, station_id, vehicle_id, route_id)
     SELECT 'R-' || $1::text || '-' || n, station_id, CASE WHEN station_id IS NULL THEN (SELECT min(vehicle_id) FROM vehicles) END, route_id
     FROM unnest($2::bigint[], $3::bigint[]) WITH ORDINALITY AS place (station_id, route_id, n) ORDER BY n
     RETURNING validator_id::int`,
    [`${seed}-${Date.now()}`, devices.map(stationOf), devices.map(routeOf)],
  );
  const known = await query<{ card_number: string }>(
    database,
    'SELECT card_number FROM cards ORDER BY card_id LIMIT $1',
    [cards],
  );
  if (known.length < cards) throw new Error(`the database has only ${known.length} cards`);
  const calendar = new ServiceCalendar(TIME_ZONE);
  const yesterday = shiftDay(calendar.dayOf(new Date()), -1);
  return {
    url,
    validatorIds: registered.map(({ validator_id }) => validator_id),
    cardNumbers: known.map(({ card_number }) => card_number),
    beginning: calendar.startOf(yesterday).getTime(),
  };
}

function report({ outcomes, failures, retries, times }: Answers, log: Log): void {
  const timeAt = (share: number): string => (times[Math.floor(share * (times.length - 1))] ?? NaN).toFixed(0);
  log(
    `batches     ${timeAt(0.5)} ms at the median, ${timeAt(0.99)} at the 99th percentile, ${timeAt(1)} at most`,
  );
  if (retries > 0) log(`repeated    ${retries} requests that had no answer`);
  for (const [outcome, count] of Object.entries(outcomes)) log(`taps        ${count} ${outcome}`);
  for (const [failure, count] of Object.entries(failures)) log(`FAILED      ${count} ${failure}`);
}

/** Without what this process has started, such as the service. */
function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
