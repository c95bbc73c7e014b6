import { Away } from './failures';
import { reach } from './reach.svelte';

/** Tabs of the same person use one session, and a provider may take a refresh token that comes twice for a stolen one. */
const LOCK = 'travel-recharge renewal';

let running: Promise<boolean> | null = null;

/**
 * Goes on with a session that began at the identity provider, when its access token has expired. Returns whether there is a new
 * one. Many requests that are refused at once wait for the same renewal, also in other tabs.
 *
 * @throws Away when nobody can say now.
 */
export function renew(): Promise<boolean> {
  running ??= renewInOneTab().finally(() => (running = null));
  return running;
}

async function renewInOneTab(): Promise<boolean> {
  // They are there where browsers keep such cookies.
  if (!('locks' in navigator)) return false;
  try {
    const renewed = await navigator.locks.request(LOCK, { ifAvailable: true }, (lock) =>
      lock ? askFor() : null,
    );
    if (renewed !== null) return renewed;
    // Another tab did it.
    return await navigator.locks.request(LOCK, async () => (await fetch('/api/v1/caller')).ok);
  } catch {
    reach.failed();
    throw new Away();
  }
}

/** @throws Error if there was no answer, or none of the provider. */
async function askFor(): Promise<boolean> {
  const response = await fetch('/console/session/renewal', { method: 'POST' });
  if (response.status >= 500) throw new Error(String(response.status));
  return response.ok && ((await response.json()) as { is_renewed: boolean }).is_renewed;
}
