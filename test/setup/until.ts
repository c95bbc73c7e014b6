import { setTimeout as sleep } from 'node:timers/promises';

/** A machine that does much else is slow; who waits in vain has a fault. */
const LIMIT_MS = 90_000;
const FIRST_PAUSE_MS = 10;
/** Who waits for seconds asks seldom: the questions of all tests together would keep a core busy. */
const LONGEST_PAUSE_MS = 100;

/** Waits until something has come true; fails when it doesn't. */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + LIMIT_MS;
  for (let pause = FIRST_PAUSE_MS; performance.now() < end; pause = Math.min(1.5 * pause, LONGEST_PAUSE_MS)) {
    if (await isTrue()) return;
    await sleep(pause);
  }
  throw new Error(`timed out while waiting until ${what}`);
}
