import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientBase } from 'pg';
import { StartupError } from '../../../common/program/startup-error';
import { Connection } from '../../postgres/connection';
import { Heartbeat } from '../../postgres/heartbeat';
import { CacheConnection } from '../store/cache-session';
import { enterEpoch, readEpoch } from './epoch';
import { EpochKeeper } from './epoch-keeper';
import { EPOCH_WAIT, EpochWatch } from './epoch-watch';

const RENEW_EVERY = 2_000;
/** How long writes in flight may keep the cache from being switched off, in milliseconds. */
const PATIENCE = 20_000;

/** Of a process that keeps no answers. */
class NoStore extends CacheConnection {
  readonly session = null;
  readonly isExclusive = false;

  async open(): Promise<void> {
    return Promise.resolve();
  }

  async close(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * Runs a bulk write, such as an import, beside services that cache: as long as it runs nobody trusts the cache. The
 * last statement before its COMMIT is `beforeCommit`, which waits until that is sure, and fails if it is not any more.
 */
export async function pastTheCache<Result>(
  databaseUrl: string,
  work: (beforeCommit: (client: ClientBase) => Promise<void>) => Promise<Result>,
): Promise<Result> {
  const store = new NoStore();
  const keeper = new EpochKeeper(
    databaseUrl,
    store,
    new EpochWatch(databaseUrl, store, new Heartbeat(PATIENCE)),
  );
  const renewal = setInterval(() => void keeper.standAside().catch(() => undefined), RENEW_EVERY);
  try {
    const off = await switchOff(databaseUrl, keeper);
    const sureAt = performance.now() + EPOCH_WAIT;
    return await work(async (client) => {
      await sleep(Math.max(sureAt - performance.now(), 0));
      // Another epoch: this fence was taken for abandoned, and somebody may have trusted the cache meanwhile.
      if ((await enterEpoch(client)).epoch !== off)
        throw new StartupError('this process stood still for too long: run it again');
    });
  } finally {
    clearInterval(renewal);
    await keeper.withdraw().catch(() => undefined);
  }
}

/** The epoch in which the cache is off. */
async function switchOff(databaseUrl: string, keeper: EpochKeeper): Promise<string> {
  const client = new Connection({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const end = performance.now() + PATIENCE; performance.now() < end;) {
      await keeper.standAside();
      const { epoch, state } = await readEpoch(client);
      if (state === 'off') return epoch;
    }
    throw new StartupError('the cache could not be switched off: writes keep it in use');
  } finally {
    await client.end();
  }
}
