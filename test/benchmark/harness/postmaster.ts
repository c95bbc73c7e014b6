import { readFileSync } from 'node:fs';
import { parentOf } from './cpu';
import { query } from './histories';

/** The process above all backends of a database's server; null when that runs on another machine. */
export async function postmasterOf(url: string): Promise<number | null> {
  const [checkpointer] = await query<{ pid: number }>(
    url,
    `SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'`,
  );
  if (!checkpointer) return null;
  try {
    const pid = parentOf(checkpointer.pid);
    return readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('postgres') ? pid : null;
  } catch {
    return null;
  }
}
