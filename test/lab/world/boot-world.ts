import { join } from 'node:path';
import type { Client } from 'pg';
import { Dice } from '../../../src/common/dice';
import { findFreePort } from '../../../src/platform/postgres/embedded/free-port';
import { migrate } from '../../../src/platform/postgres/migrate';
import { connect } from '../../builders/connect';
import { aLine } from '../../builders/rides';
import { reapAfterExit } from '../../setup/reaper';
import { startRedisOn } from '../../setup/redis-server';
import { createTempFolder, removeFolder } from '../../setup/temp-folder';
import { SCHEMA } from '../plain-city/plain-city';
import type { CityName, ServerName } from '../shapes';
import { City } from './city';
import { CityProcess, type Links, type Running } from './city-process';
import { CleanUps } from './clean-ups';
import { Holds } from './holds';
import { Link } from './link';
import type { Machines } from './machines';
import { PostgresMachine } from './postgres-machine';
import { runPlain } from './run-plain';
import { runService } from './run-service';
import { Traffic } from './traffic';
import { World } from './world';

/** What the lab consists of. */
export interface WorldOptions {
  readonly machines: Machines;
  /** Of each city. */
  readonly processes: number;
  /** Of each city. */
  readonly readsPerSecond: number;
  readonly seed: number;
  /** naive: our city on the plain pattern, to see that the lab finds what it breaks. */
  readonly cache: 'protocol' | 'naive';
}

/** The ports that the classic set-up of three machines has; on one machine they are free ones. */
const PORTS = { api: 8001, plain: 8101, redis: 6379 };

/**
 * Starts everything. What was started is stopped when something fails, or when it is called off.
 *
 * @param say hears what is being started.
 */
export async function bootWorld(
  options: WorldOptions,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<World> {
  const cleanUps = new CleanUps();
  try {
    return await build(options, cleanUps, say, signal);
  } catch (error) {
    await cleanUps.run();
    throw error;
  }
}

async function build(
  options: WorldOptions,
  cleanUps: CleanUps,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<World> {
  const { machines, seed } = options;
  const folder = await openFolder(cleanUps);
  cleanUps.add(() => machines.remove());
  const isSeparate = machines.api.prefix.length > 0;
  say('PostgreSQL …');
  const postgres = await PostgresMachine.start(machines.postgres);
  cleanUps.add(() => postgres.stop());
  signal.throwIfAborted();
  const oursUrl = await postgres.createDatabase('lab_city');
  await migrate(oursUrl, signal);
  const plainUrl = await postgres.createDatabase('lab_plain');
  await withClient(plainUrl, (client) => client.query(SCHEMA));
  const line = await withClient(oursUrl, aLine);
  say('Redis …');
  const redis = await startRedisOn(machines.redis, isSeparate ? PORTS.redis : undefined);
  cleanUps.add(() => redis.stop());
  const holds = await Holds.open(join(folder, 'holds.sock'));
  cleanUps.add(() => holds.close());
  const ways = { redis: redis.url, machines, seed };

  const runs: Readonly<Record<CityName, (process: CityProcess) => Promise<Running>>> = {
    ours: runService({ machine: machines.api, socket: holds.path, cache: options.cache }),
    plain: runPlain(machines.api, holds.path),
  };
  const makeCity = async (
    name: CityName,
    databaseUrl: string,
    ride: Record<string, number>,
  ): Promise<City> => {
    const kind = name === 'ours' ? 'api' : 'plain';
    const processes: CityProcess[] = [];
    for (let number = 0; number < options.processes; number += 1) {
      const links = await openLinks(`${kind}-${number + 1}`, { ...ways, postgres: databaseUrl });
      const port = isSeparate ? PORTS[kind] + number : await findFreePort();
      const process = new CityProcess(`${kind}-${number + 1}`, machines.api.host, port, links, runs[name]);
      cleanUps.add(() => process.stop());
      processes.push(process);
    }
    return new City(name, processes, databaseUrl, holds, ride);
  };
  const ours = await makeCity('ours', oursUrl, { ...line.ride });
  const plain = await makeCity('plain', plainUrl, {});
  signal.throwIfAborted();
  const all = [...ours.processes, ...plain.processes];
  say(`${all.map(({ name }) => name).join(', ')} …`);
  const started = await Promise.allSettled(all.map((process) => process.start()));
  for (const start of started) if (start.status === 'rejected') throw start.reason;
  const traffics = [ours, plain].map((city) =>
    Traffic.prepare(city, options.readsPerSecond, new Dice(seed, `traffic of ${city.name}`)),
  );
  const world = new World(machines, postgres, redis, ours, plain, await Promise.all(traffics), cleanUps);
  await world.untilCaching();
  return world;
}

/** The folder that all others are in: however the lab ends, and whatever it was about to start, they go with it. */
async function openFolder(cleanUps: CleanUps): Promise<string> {
  const folder = await createTempFolder();
  // Its servers have their time to stop.
  const callOffReaper = reapAfterExit('sleep 12; until rm -rf "$1"; do sleep 1; done', folder);
  const { TMPDIR: before } = process.env;
  process.env.TMPDIR = folder;
  cleanUps.add(async () => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    callOffReaper();
    await removeFolder(folder);
  });
  return folder;
}

interface Ways {
  readonly redis: string;
  readonly postgres: string;
  readonly machines: Machines;
  readonly seed: number;
}

async function openLinks(name: string, { machines, seed, ...urls }: Ways): Promise<Links> {
  const open = async (server: ServerName): Promise<Link> => {
    const link = new Link(server, urls[server], machines.links, new Dice(seed, `${name} ${server}`));
    await link.open();
    return link;
  };
  return { redis: await open('redis'), postgres: await open('postgres') };
}

async function withClient<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = await connect(url);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
