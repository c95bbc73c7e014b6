import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresNode } from '../setup/postgres-node';
import type { RedisServer } from '../setup/redis-server';
import type { Service } from '../setup/service';
import { workersOf } from './sample';

export interface Surroundings {
  readonly service: Service;
  readonly postgres: PostgresNode;
  readonly redis: RedisServer;
}

export interface Fault {
  readonly name: string;
  readonly happen: (surroundings: Surroundings) => Promise<unknown>;
}

/** How long a pause or an outage lasts, in milliseconds. */
const OUTAGE_MS = 3_000;

/** In their order; then again from the first. All are over when they resolve. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'Redis stands still',
    happen: async ({ redis }: Surroundings): Promise<void> => {
      await redis.signal('SIGSTOP');
      await sleep(OUTAGE_MS);
      await redis.signal('SIGCONT');
    },
  },
  {
    name: 'a worker is killed',
    happen: ({ service }: Surroundings): Promise<boolean> =>
      Promise.resolve(process.kill(youngestWorkerOf(service), 'SIGKILL')),
  },
  {
    name: 'PostgreSQL is killed, and starts again',
    happen: async ({ postgres }: Surroundings): Promise<void> => {
      await postgres.kill();
      await sleep(OUTAGE_MS);
      await postgres.start();
    },
  },
  {
    name: 'Redis is killed, and starts empty',
    happen: async ({ redis }: Surroundings): Promise<void> => {
      await redis.kill();
      await sleep(OUTAGE_MS);
      await redis.start();
    },
  },
  {
    name: 'PostgreSQL ends all sessions of the service',
    happen: ({ postgres }: Surroundings): Promise<unknown> =>
      postgres.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'travel-recharge%'`,
      ),
  },
  {
    name: 'a worker stands still',
    happen: async ({ service }: Surroundings): Promise<void> => {
      const worker = youngestWorkerOf(service);
      process.kill(worker, 'SIGSTOP');
      await sleep(OUTAGE_MS);
      process.kill(worker, 'SIGCONT');
    },
  },
];

/** Always the younger one, so that the other lives from the beginning to the end. */
function youngestWorkerOf(service: Service): number {
  const worker = workersOf(service).at(-1);
  if (worker === undefined) throw new Error('the service has no worker');
  return worker;
}
