import { setTimeout as sleep } from 'node:timers/promises';
import { EPOCH_WAIT_MS } from '../cache/protocol/epoch-watch';

/**
 * Waits until no process trusts a reading of the version that was sent before now. After that, every process knows the changes
 * of keys that were committed before.
 */
export async function heardEverywhere(): Promise<void> {
  await sleep(EPOCH_WAIT_MS);
}
