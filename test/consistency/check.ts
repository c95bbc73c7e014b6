import { join } from 'node:path';
import { connect } from '../builders/connect';
import { aCard, aLine } from '../builders/rides';
import { createDatabase } from '../setup/database';
import { startRedis } from '../setup/redis-server';
import { until } from '../setup/until';
import { Member, type Servers } from './member';
import type { Options } from './options';
import { type IsEnough, run } from './run';
import { Balances } from './subjects/balances';
import { NewCards } from './subjects/new-cards';
import { Reversals } from './subjects/reversals';
import { Statuses } from './subjects/statuses';
import type { Subject } from './subjects/subject';
import { Trips } from './subjects/trips';
import type { Tally } from './tally';

/** Limits that no card reaches in a long check. */
const ENVIRONMENT = {
  LOG_LEVEL: 'error',
  REDIS_TIMEOUT_MS: '500',
  MAX_CARD_BALANCE: '1000000000000',
  RECHARGE_LIMITS: 'default:1-1000000000,online:1-1000000000',
};
const PATIENCE_MS = 5_000;
const NAIVE_CACHE = join(__dirname, 'naive-cache.cjs');

/** Writes to and reads from several processes of the built service while faults happen, and judges every read. */
export async function check(options: Options, isEnough: IsEnough = () => false): Promise<Tally> {
  const cleanUps: (() => Promise<unknown>)[] = [];
  try {
    const database = await createDatabase();
    cleanUps.push(() => database.drop());
    const redis = await startRedis();
    cleanUps.push(() => redis.stop());
    const members: Member[] = [];
    cleanUps.push(() => Promise.all(members.map((member) => member.stop())));
    for (let number = 1; number <= options.processes; number += 1) {
      const servers = { databaseUrl: database.url, redisUrl: redis.url };
      members.push(await startMember(`process ${number}`, servers, options));
    }
    for (const member of members) await until('the cache is in use', () => isCaching(member));
    const subjects = await createSubjects(database.url, members);
    const surroundings = { members, redis, databaseUrl: database.url };
    return await run(surroundings, subjects, options, isEnough);
  } finally {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  }
}

async function startMember(name: string, servers: Servers, { cache }: Options): Promise<Member> {
  const nodeOptions = cache === 'naive' ? ['--require', NAIVE_CACHE] : [];
  return Member.start(name, servers, { env: ENVIRONMENT, nodeOptions });
}

async function isCaching(member: Member): Promise<boolean> {
  const { cache } = await member.client.send({ method: 'GET', path: '/users/count', patience: PATIENCE_MS });
  return cache === 'HIT';
}

async function createSubjects(databaseUrl: string, [service]: readonly Member[]): Promise<Subject[]> {
  if (!service) throw new Error('a check needs a process');
  const client = await connect(databaseUrl);
  try {
    const line = await aLine(client);
    const riders = [await Balances.create(service), await Balances.create(service)];
    const trips = await Trips.create(service, line);
    const reversals = await Reversals.create(service);
    const newCards = new NewCards(await aCard(service, 0));
    return [...riders, trips, reversals, newCards, new Statuses(newCards)];
  } finally {
    await client.end();
  }
}
