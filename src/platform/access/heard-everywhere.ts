import { setTimeout as sleep } from 'node:timers/promises';
import { EPOCH_WAIT_MS } from '../cache/protocol/epoch-watch';

/**
 * Waits until no process trusts a look any more that was sent before now: what was committed about keys before it holds
 * everywhere after it.
 */
export async function heardEverywhere(): Promise<void> {
  await sleep(EPOCH_WAIT_MS);
}
