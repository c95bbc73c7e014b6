import { setTimeout as sleep } from 'node:timers/promises';

const LIMIT_MS = 20_000;
const POLL_MS = 10;

/** Waits until something has come true; fails when it doesn't. */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = performance.now() + LIMIT_MS; performance.now() < end; await sleep(POLL_MS)) {
    if (await isTrue()) return;
  }
  throw new Error(`timed out while waiting until ${what}`);
}
