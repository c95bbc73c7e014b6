import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import { findFreePort } from '../../src/platform/postgres/embedded/free-port';
import { findRedisProgram, type RedisProgram } from './redis-program';
import type { Machine } from './machine';
import { reapAfterExit } from './reaper';
import { createTempFolder, removeFolder } from './temp-folder';

const READY = /Ready to accept connections/;
const MOST_ATTEMPTS = 5;

/** The Redis server at REDIS_URL, or one of our own. */
export async function startSharedRedis(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env.REDIS_URL;
  return given ? { url: given, stop: () => Promise.resolve() } : startRedis();
}

/** Starts an empty Redis server of the caller's own, without persistence, on a free port of the loopback interface. */
export async function startRedis(): Promise<RedisServer> {
  return startRedisOn({ host: '127.0.0.1', prefix: [] });
}

/** A node of a cluster that has no others, and no slots. */
export async function startClusterNode(): Promise<RedisServer> {
  let port = await findFreePort();
  // Its second port is higher by 10,000, where the setting `cluster-port` (Redis 7) says no other.
  while (port > 55_000) port = await findFreePort();
  return startRedisOn({ host: '127.0.0.1', prefix: [] }, port, { 'cluster-enabled': 'yes' });
}

/** The same at another address, by a command such as `ip netns exec NAME`. */
export async function startRedisOn(
  { host, prefix }: Machine,
  port?: number,
  settings: Readonly<Record<string, string>> = {},
): Promise<RedisServer> {
  const program = await findRedisProgram(prefix);
  const folder = await createTempFolder();
  for (let attempt = 1; ; attempt += 1) {
    const server = new RedisServer(program, port ?? (await findFreePort()), folder, host, settings);
    try {
      await server.start();
      return server;
    } catch (error) {
      // Somebody else may have taken the port that was free.
      if (port !== undefined || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}

/** A Redis server that a test may pause, kill and start again on the same port. */
export class RedisServer {
  private child: ChildProcess | undefined;

  constructor(
    private readonly program: RedisProgram,
    private readonly port: number,
    private readonly folder: string,
    private readonly host = '127.0.0.1',
    private readonly furtherSettings: Readonly<Record<string, string>> = {},
  ) {}

  get url(): string {
    return `redis://${this.host}:${this.port}`;
  }

  get pid(): number {
    if (!this.child?.pid) throw new Error('The Redis server is not running');
    return this.child.pid;
  }

  /** Starts it, empty, and waits until it takes connections. */
  async start(): Promise<void> {
    const child = this.program.spawn(this.settings(), this.port, this.folder);
    this.child = child;
    let output = '';
    await new Promise<void>((resolve, reject) => {
      const collect = (chunk: Buffer): void => {
        output += chunk.toString();
        if (READY.test(output)) resolve();
      };
      child.stdout?.on('data', collect);
      child.stderr?.on('data', collect);
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`The Redis server did not start:\n${output}`)));
    });
    const callOffReaper = reapAfterExit('kill -KILL "$1"; rm -rf "$2"', String(this.pid), this.folder);
    child.once('exit', callOffReaper);
  }

  /** Sends one command over a connection of its own, past every proxy; its answer. */
  async command(...command: string[]): Promise<unknown> {
    const client = createClient({ url: this.url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await client.sendCommand(command);
    } finally {
      await client.disconnect();
    }
  }

  /** Keeps what it holds now for restartFromDump(). */
  async saveDump(): Promise<void> {
    await this.command('SAVE');
    // Under another name, so that restart() starts it empty.
    await rename(this.dump, this.keptDump);
  }

  /** Kills it and starts it with what saveDump() kept. */
  async restartFromDump(): Promise<void> {
    await this.end();
    await copyFile(this.keptDump, this.dump);
    await this.start();
    await rm(this.dump);
  }

  /** Sends SIGSTOP or SIGCONT to pause and go on. */
  async signal(signal: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    if (this.child) await this.program.signal(this.child, signal);
  }

  /** Kills it as a crash would, all its data lost, and waits for its end. */
  async kill(): Promise<void> {
    await this.end();
  }

  async restart(): Promise<void> {
    await this.end();
    await this.start();
  }

  async stop(): Promise<void> {
    await this.end(); // Also ends a paused one; there is nothing to save.
    await removeFolder(this.folder);
  }

  private get dump(): string {
    return join(this.folder, 'dump.rdb');
  }

  private get keptDump(): string {
    return join(this.folder, 'kept.rdb');
  }

  private async end(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    await this.program.signal(child, 'SIGKILL');
    await ended;
  }

  private settings(): string[] {
    const settings = {
      port: String(this.port),
      bind: this.host,
      'protected-mode': this.host === '127.0.0.1' ? 'yes' : 'no',
      dir: this.folder,
      save: '',
      appendonly: 'no',
      daemonize: 'no',
      // Five seconds by default, for other replicas that may come.
      'repl-diskless-sync-delay': '0',
      logfile: '',
      ...this.furtherSettings,
    };
    return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  }
}
