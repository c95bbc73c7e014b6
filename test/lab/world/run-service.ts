import { join } from 'node:path';
import type { Machine } from '../../setup/machine';
import { startService } from '../../setup/service';
import type { CityProcess, Running } from './city-process';

const HOLDS = join(__dirname, 'service-holds.cjs');
const NAIVE_CACHE = join(__dirname, '..', '..', 'consistency', 'naive-cache.cjs');

/** Limits that no lesson reaches, nor a busy machine; see also those of `startService`. A write may be held by hand for a while. */
const ENVIRONMENT = {
  LOG_LEVEL: 'error',
  MAX_CARD_BALANCE: '1000000000000',
  RECHARGE_LIMITS: 'default:1-1000000000,online:1-1000000000',
  DATABASE_TRANSACTION_TIMEOUT_MS: '60000',
  // The links are in the process of the lab, which may be late; who silences one wants to see what comes of it.
  REDIS_TIMEOUT_MS: '2000',
  // What the cache saves is to be seen, not what its sampler compares.
  CACHE_SAMPLE_ONE_IN: '0',
};

/** How the processes of the service run. */
export interface ServiceSettings {
  readonly machine: Machine;
  /** The socket of the hold points. */
  readonly socket: string;
  /** naive: the service on the plain pattern, to see that the lab finds what it breaks. */
  readonly cache: 'protocol' | 'naive';
}

/** Runs a process of the built service, which stops at its sync points when the lab asks for it. */
export function runService({
  machine,
  socket,
  cache,
}: ServiceSettings): (process: CityProcess) => Promise<Running> {
  return async ({ name, port, links }) => {
    const service = await startService({
      ...machine,
      port,
      databaseUrl: links.postgres.url,
      redisUrl: links.redis.url,
      nodeOptions: [HOLDS, ...(cache === 'naive' ? [NAIVE_CACHE] : [])].flatMap((file) => [
        '--require',
        file,
      ]),
      env: { ...ENVIRONMENT, LAB_SOCKET: socket, LAB_PROCESS: name },
    });
    return {
      pid: service.pid,
      exited: service.exited,
      kill: async () => {
        await service.kill('SIGKILL');
        await service.stop();
      },
    };
  };
}
