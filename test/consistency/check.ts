import { join } from 'node:path';
import type { Client } from 'pg';
import { connect } from '../builders/connect';
import { aKey } from '../builders/keys';
import { aCard, aLine } from '../builders/rides';
import { migrate } from '../../src/platform/postgres/migrate';
import { createDatabase } from '../setup/database';
import { PostgresPair } from '../setup/postgres-pair';
import { startRedis } from '../setup/redis-server';
import { startService } from '../setup/service';
import { until } from '../setup/until';
import { NEED_STANDBY } from './faults';
import { Member, type Servers } from './member';
import type { Options } from './options';
import { type IsEnough, run } from './run';
import { Balances } from './subjects/balances';
import { NewCards } from './subjects/new-cards';
import { Revocations } from './subjects/revocations';
import { Reversals } from './subjects/reversals';
import { Statuses } from './subjects/statuses';
import type { Subject } from './subjects/subject';
import { Trips } from './subjects/trips';
import type { Tally } from './tally';

/** Limits that no card reaches in a long check, and those of a service on time, because faults last longer. */
const ENVIRONMENT = {
  LOG_LEVEL: 'error',
  AUTH: 'required',
  SIMULATION: 'on',
  REDIS_TIMEOUT_MS: '500',
  DATABASE_CONNECT_TIMEOUT_MS: '3000',
  DATABASE_STATEMENT_TIMEOUT_MS: '5000',
  DATABASE_TRANSACTION_TIMEOUT_MS: '5000',
  DATABASE_SILENCE_MS: '5000',
  REQUESTS_PER_MINUTE: '0',
  WRITES_PER_MINUTE: '0',
  LOOKUPS_PER_MINUTE: '0',
  FAILED_AUTHENTICATIONS_PER_MINUTE: '0',
  MAX_CARD_BALANCE: '1000000000000',
  RECHARGE_LIMITS: 'default:1-1000000000,online:1-1000000000',
};
type Headers = Readonly<Record<string, string>>;

const TIMEOUT_MS = 5_000;
const NAIVE_CACHE = join(__dirname, 'naive-cache.cjs');

/** Writes to and reads from several processes of the built service while faults happen, and judges every read. */
export async function check(options: Options, isEnough: IsEnough = () => false): Promise<Tally> {
  const cleanUps: (() => Promise<unknown>)[] = [];
  try {
    const { url: databaseUrl, pair, stop } = await createWorld(options);
    cleanUps.push(stop);
    const redis = await startRedis();
    cleanUps.push(() => redis.stop());
    const client = await connect(databaseUrl);
    cleanUps.push(() => client.end());
    const { headers } = await aKey(client, 'simulator');
    const servers = { databaseUrl, redisUrl: redis.url };
    const members: Member[] = [];
    cleanUps.push(() => Promise.all(members.map((member) => member.stop())));
    for (let number = 1; number <= options.processes; number += 1) {
      members.push(await startMember(`process ${number}`, servers, options, headers));
    }
    for (const member of members) await until('the cache is in use', () => isCaching(member));
    const administrator = await aKey(client, 'administrator');
    const subjects = await createSubjects(client, servers, administrator.headers);
    const surroundings = { members, redis, databaseUrl, pair };
    return await run(surroundings, subjects, options, isEnough);
  } finally {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  }
}

interface World {
  readonly url: string;
  readonly pair: PostgresPair | null;
  readonly stop: () => Promise<unknown>;
}

/** A migrated database; with a standby if a fault needs it. */
async function createWorld({ faults }: Options): Promise<World> {
  if (!faults.some((fault) => NEED_STANDBY.includes(fault))) {
    const database = await createDatabase();
    return { url: database.url, pair: null, stop: () => database.drop() };
  }
  const pair = await PostgresPair.start();
  await migrate(pair.url);
  return { url: pair.url, pair, stop: () => pair.stop() };
}

async function startMember(
  name: string,
  servers: Servers,
  { cache }: Options,
  headers: Headers,
): Promise<Member> {
  const nodeOptions = cache === 'naive' ? ['--require', NAIVE_CACHE] : [];
  return Member.start(name, servers, { env: ENVIRONMENT, nodeOptions, headers });
}

async function isCaching(member: Member): Promise<boolean> {
  const { cache } = await member.client.send({ method: 'GET', path: '/users/count', timeoutMs: TIMEOUT_MS });
  return cache === 'HIT';
}

/** By a service of its own, which asks for no keys, as the builders have none. */
async function createSubjects(client: Client, servers: Servers, administrator: Headers): Promise<Subject[]> {
  const service = await startService({ ...servers, env: { ...ENVIRONMENT, AUTH: 'trusted-network' } });
  try {
    const line = await aLine(client);
    const riders = [await Balances.create(service), await Balances.create(service)];
    const trips = await Trips.create(service, line);
    const reversals = await Reversals.create(service);
    const card = await aCard(service, 0);
    const newCards = new NewCards(card);
    const revocations = new Revocations(`/cards/${card}/balance`, administrator);
    return [...riders, trips, reversals, newCards, new Statuses(newCards), revocations];
  } finally {
    await service.stop();
  }
}
