import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import { findFreePort } from '../../src/platform/postgres/embedded/free-port';
import { findRedisProgram } from './redis-program';
import { reapAfterExit } from './reaper';
import type { RedisServer } from './redis-server';
import { createTempFolder, removeFolder } from './temp-folder';

export const PRIMARY_NAME = 'travel';

const WATCHING = /\+monitor master/;

/** A Sentinel that promotes a replica when it has missed the primary for half a second. */
export interface Sentinel {
  /** As host:port. */
  readonly address: string;
  /** The URL of the server that is the primary now, as far as it knows. */
  primary(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a Sentinel by itself: its word alone counts. It finds the replicas that the primary has by now. */
export async function startSentinel(primary: RedisServer): Promise<Sentinel> {
  const program = await findRedisProgram();
  const [port, folder] = [await findFreePort(), await createTempFolder()];
  const settings = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor ${PRIMARY_NAME} 127.0.0.1 ${new URL(primary.url).port} 1`,
    `sentinel down-after-milliseconds ${PRIMARY_NAME} 500`,
    // A replica that follows its primary through a proxy is put right after so long.
    `sentinel failover-timeout ${PRIMARY_NAME} 60000`,
  ];
  // It writes there what it learns.
  const file = join(folder, 'sentinel.conf');
  await writeFile(file, settings.join('\n'), { mode: 0o666 });
  const child = program.spawn([file, '--sentinel'], port, folder);
  let output = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (WATCHING.test(output)) resolve();
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`The Sentinel did not start:\n${output}`)));
  });
  const callOffReaper = reapAfterExit('kill -KILL "$1"; rm -rf "$2"', String(child.pid), folder);
  child.once('exit', callOffReaper);
  return {
    address: `127.0.0.1:${port}`,
    primary: async () => {
      const client = createClient({ url: `redis://127.0.0.1:${port}` });
      await client.connect();
      try {
        const [host, at] = await client.sendCommand<[string, string]>([
          'SENTINEL',
          'get-master-addr-by-name',
          PRIMARY_NAME,
        ]);
        return `redis://${host}:${at}`;
      } finally {
        await client.disconnect();
      }
    },
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }
      await removeFolder(folder);
    },
  };
}
