import { readFileSync } from 'node:fs';
import { Connection } from '../../../src/platform/postgres/connection';
import { parentOf } from './cpu';

/** The process above all backends of a database's server; null when that runs on another machine. */
export async function postmasterOf(url: string): Promise<number | null> {
  const client = new Connection({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const pid = parentOf(rows[0]?.pid ?? 0);
    return readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('postgres') ? pid : null;
  } catch {
    return null;
  } finally {
    await client.end();
  }
}
