import type { RunningServer } from './running-server';

/** A small database has fewer cards than all turns together ask for: each turn begins with an empty cache. */
export async function clearCache({ url }: RunningServer): Promise<void> {
  const { ok, status } = await fetch(`${url}/cache/clear`, { method: 'POST' });
  if (!ok) throw new Error(`the cache was not cleared: ${status}`);
}
