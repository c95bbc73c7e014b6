import { setTimeout as sleep } from 'node:timers/promises';

/** What a device does not do as the protocol asks, in words. */
export class Broken extends Error {}

const LONGEST_PAUSE_MS = 500;
let patienceMs = 30_000;

/** How long a device may take for anything. */
export function setPatience(seconds) {
  patienceMs = 1_000 * seconds;
}

export async function within(promise, words) {
  const stopped = new AbortController();
  const late = sleep(patienceMs, 'late', { signal: stopped.signal }).catch(() => undefined);
  const first = await Promise.race([promise, late]);
  stopped.abort();
  if (first === 'late') throw new Broken(`${words} within ${patienceMs / 1_000} s`);
  return first;
}

/** Waits until something has come true. */
export async function until(isTrue, words) {
  const end = performance.now() + patienceMs;
  for (let pause = 20; performance.now() < end; pause = Math.min(1.3 * pause, LONGEST_PAUSE_MS)) {
    const found = await isTrue();
    if (found) return found;
    await sleep(pause);
  }
  throw new Broken(`${words} within ${patienceMs / 1_000} s`);
}

export function require(isTrue, words) {
  if (!isTrue) throw new Broken(words);
}
