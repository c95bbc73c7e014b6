import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientBase } from 'pg';
import { StartupError } from '../../../common/program/startup-error';
import { Connection } from '../../postgres/connection';
import { Heartbeat } from '../../postgres/heartbeat';
import { CacheConnection } from '../store/cache-session';
import { lockEpoch, readEpoch } from './epoch';
import { EpochKeeper } from './epoch-keeper';
import { EPOCH_WAIT_MS, EpochWatch } from './epoch-watch';

/** The time between two renewals of the fence. */
const RENEW_INTERVAL_MS = 2_000;
/** How long writes in flight may keep the cache from being switched off. */
const SWITCH_OFF_TIMEOUT_MS = 20_000;

/** The connection of a process that stores no responses. */
class NoCacheConnection extends CacheConnection {
  readonly session = null;
  readonly isSingleProcess = false;

  async open(): Promise<void> {
    return Promise.resolve();
  }

  async close(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * Runs a bulk write, such as an import, beside services that cache. While it runs, the cache is switched off for all of
 * them.
 *
 * @param work calls `beforeCommit` as its last statement before COMMIT. That waits until nobody trusts the cache.
 * @throws StartupError when the cache cannot be switched off, or was switched on again in the meantime.
 */
export async function withCacheOff<Result>(
  databaseUrl: string,
  work: (beforeCommit: (client: ClientBase) => Promise<void>) => Promise<Result>,
): Promise<Result> {
  const connection = new NoCacheConnection();
  const watch = new EpochWatch(databaseUrl, connection, new Heartbeat(SWITCH_OFF_TIMEOUT_MS));
  const keeper = new EpochKeeper(databaseUrl, connection, watch);
  const renewal = setInterval(() => void keeper.raiseFence().catch(() => undefined), RENEW_INTERVAL_MS);
  try {
    const offEpoch = await switchOff(databaseUrl, keeper);
    const untrustedAt = performance.now() + EPOCH_WAIT_MS;
    return await work(async (client) => {
      await sleep(Math.max(untrustedAt - performance.now(), 0));
      // In another epoch the fence of this process had expired, and the cache may have been trusted.
      if ((await lockEpoch(client)).epoch !== offEpoch)
        throw new StartupError('this process was paused for too long: run it again');
    });
  } finally {
    clearInterval(renewal);
    await keeper.removeFence().catch(() => undefined);
  }
}

/** Returns the epoch in which the cache is off. */
async function switchOff(databaseUrl: string, keeper: EpochKeeper): Promise<string> {
  const client = new Connection({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const deadline = performance.now() + SWITCH_OFF_TIMEOUT_MS; performance.now() < deadline;) {
      await keeper.raiseFence();
      const { epoch, state } = await readEpoch(client);
      if (state === 'off') return epoch;
    }
    throw new StartupError('the cache could not be switched off: writes keep it in use');
  } finally {
    await client.end();
  }
}
