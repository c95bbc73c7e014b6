import { learnAnswer } from '../harness/answer';
import { childrenOf } from '../harness/cpu';
import { SMALL } from '../harness/histories';
import { compareCpu } from '../harness/sample';
import type { Measure, Row } from '../row';
import { BALANCE, interleaveHits } from './hit';

const WORKERS = 2;
/** Enough to keep all of them busy: who waits for requests handles fewer at once, and each costs more. */
const CONNECTIONS = 64;

/**
 * Several processes on one port, beside one: what they do together, and what each request costs then. A bare Fastify in
 * as many processes shows how much of that is the machine's, whose cores they share with the load and Redis.
 */
export const workers: Row = {
  name: 'workers',
  isQuick: false,
  run: async (bench) => {
    const env = { DATABASE_URL: await bench.histories.open(SMALL), REDIS_URL: await bench.redisUrl() };
    const one = await bench.startService(env);
    const several = await bench.startService({ ...env, WORKERS: String(WORKERS) });
    if (childrenOf(several.pid).length < WORKERS) {
      console.error('The service runs in one process whatever WORKERS says: not measured');
      return [];
    }
    const asked = { ...(await learnAnswer(one, BALANCE)), REDIS_URL: env.REDIS_URL };
    const name = 'same-bytes-redis';
    const taken = await interleaveHits(
      bench,
      {
        one,
        several,
        bareOne: await bench.startPeer(name, asked),
        bareSeveral: await bench.startPeer('several', {
          ...asked,
          PEER_NAME: name,
          PEER_PROCESSES: String(WORKERS),
        }),
      },
      { connections: CONNECTIONS },
    );
    return [
      ...compareCpu(`hit, Redis, ${WORKERS} workers`, taken.several, 'one worker', taken.one, { most: 1.1 }),
      ...compareCpu(
        `bare Fastify, one GET, ${WORKERS} processes`,
        taken.bareSeveral,
        'one process',
        taken.bareOne,
        {},
      ),
    ] satisfies Measure[];
  },
};
