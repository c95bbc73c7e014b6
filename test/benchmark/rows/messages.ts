import { setTimeout as sleep } from 'node:timers/promises';
import { startProxy, type TcpProxy } from '../../setup/tcp-proxy';
import type { Bench } from '../harness/bench';
import type { RunningServer } from '../harness/running-server';
import type { Sample } from '../harness/sample';
import { openScratch } from '../harness/scratch';
import { boarding, recharging } from '../harness/write-load';
import { alone, type Measure, measure, type Row } from '../row';
import { startWithoutRow } from './audit';
import { BALANCE, takeHits } from './hit';
import { takingMisses } from './miss';

const CALLERS = 1;
const TURNS = 2;
/** What a service sends by itself, such as its heartbeat, is counted in this time. */
const IDLE_MS = 1_000;
/** Less than a message of three. */
const ROOM = 1.15;

/** A service of which each message to its servers is counted. */
interface Watched {
  readonly server: RunningServer;
  readonly postgres: TcpProxy;
  readonly redis: TcpProxy;
}

interface Messages {
  readonly postgres: number;
  readonly redis: number;
}

/** How many messages one request sends, one caller at a time: what is waited for counts more than what is done. */
export const messages: Row = {
  name: 'messages',
  isQuick: false,
  run: async (bench) => {
    const database = await openScratch(bench);
    const watched = await watch(bench, database, (env) => bench.startService(env));
    const { server } = watched;
    const miss = await takingMisses(bench, database, server, CALLERS);
    const recharge = await recharging(bench, database, server);
    const board = await boarding(bench, database, server);
    const kinds: Readonly<Record<string, () => Promise<Sample>>> = {
      hit: () => takeHits(bench, server, BALANCE, CALLERS),
      'miss of a balance': miss,
      boarding: () => board(CALLERS),
      recharge: () => recharge(CALLERS),
    };
    const counted: Record<string, Messages> = {};
    await fetch(server.url + BALANCE.path);
    for (const [kind, take] of Object.entries(kinds)) counted[kind] = await count(watched, take);

    const without = await watch(bench, database, (env) => startWithoutRow(bench, env));
    const rechargeWithout = await recharging(bench, database, without.server);
    const { postgres } = await count(without, () => rechargeWithout(CALLERS));
    return [
      ...Object.entries(counted).flatMap(([kind, sent]) => [
        alone(kind, 'messages to PostgreSQL/request', sent.postgres),
        alone(kind, 'messages to Redis/request', sent.redis),
      ]),
      measure(
        {
          name: 'recharge',
          metric: 'messages to PostgreSQL/request',
          value: counted.recharge?.postgres ?? NaN,
          beside: 'without its row of the audit trail',
          beside_value: postgres,
        },
        { most: ROOM },
      ),
    ] satisfies Measure[];
  },
};

async function watch(
  bench: Bench,
  database: string,
  startService: (env: Readonly<Record<string, string>>) => Promise<RunningServer>,
): Promise<Watched> {
  const [postgres, redis] = [await startProxy(database), await startProxy(await bench.redisUrl())];
  bench.cleanup.add(() => Promise.all([postgres.stop(), redis.stop()]));
  const server = await startService({ DATABASE_URL: postgres.url, REDIS_URL: redis.url });
  return { server, postgres, redis };
}

/** The fewest of some turns, since the first prepares statements, and what is done in the background only adds some. */
async function count({ postgres, redis }: Watched, take: () => Promise<Sample>): Promise<Messages> {
  const perRequest: Messages[] = [];
  const sent = (): Messages => ({ postgres: postgres.messages, redis: redis.messages });
  const idle = sent();
  await sleep(IDLE_MS);
  const background = differenceOf(sent(), idle);
  for (let turn = 0; turn < TURNS; turn += 1) {
    const before = sent();
    const { requests, perSecond } = await take();
    const all = differenceOf(sent(), before);
    const share = requests / perSecond / (IDLE_MS / 1_000);
    perRequest.push({
      postgres: (all.postgres - share * background.postgres) / requests,
      redis: (all.redis - share * background.redis) / requests,
    });
  }
  return {
    postgres: Math.min(...perRequest.map((one) => one.postgres)),
    redis: Math.min(...perRequest.map((one) => one.redis)),
  };
}

function differenceOf(now: Messages, before: Messages): Messages {
  return { postgres: now.postgres - before.postgres, redis: now.redis - before.redis };
}
