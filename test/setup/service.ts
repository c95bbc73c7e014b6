import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stopLeftServer } from './left-server';
import { reapAfterExit } from './reaper';
import { SERVICE_OPTIONS } from './service-options';
import { createTempFolder, removeFolder } from './temp-folder';

const ROOT = resolve(__dirname, '../..');
const BUNDLED_ONLY = resolve(__dirname, 'bundled-only.cjs');
const READY_LIMIT_MS = 200_000;
const POLL_MS = 25;
const GREETING = 'Travel Recharge is ready.';

/** How the service is to run; what is left out stays unset: then the database is an embedded one. */
export interface ServiceOptions {
  /** Where the built application is; by default that of this state. */
  readonly root?: string;
  readonly databaseUrl?: string;
  readonly redisUrl?: string;
  /** By default the service takes a free one itself. */
  readonly port?: number;
  /** The address on which it listens; that of the loopback interface by default. */
  readonly host?: string;
  /** A command that runs it, such as `ip netns exec NAME`. */
  readonly prefix?: readonly string[];
  /** Arguments of Node.js itself, such as --require. */
  readonly nodeOptions?: readonly string[];
  /** Further environment variables; they win. DATA_DIR is a temporary folder by default. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the built application and waits until it is ready. */
export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const root = options.root ?? ROOT;
  const main = resolve(root, 'dist/main.js');
  if (!existsSync(main)) throw new Error(`${main} is missing: run npm run build first`);
  const folder = await createTempFolder();
  const port = options.port ?? 0;
  const host = options.host ?? '127.0.0.1';
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    HOST: host,
    PORT: String(port),
    DATA_DIR: folder,
    // With a database of its own address a service would ask for keys, and most tests are not about them.
    AUTH: 'trusted-network',
    // Where many tests share a machine, no process comes to its work in time, and none is away for that.
    OVERLOAD_EVENT_LOOP_DELAY_MS: '60000',
    DATABASE_CONNECT_TIMEOUT_MS: '20000',
    DATABASE_STATEMENT_TIMEOUT_MS: '20000',
    DATABASE_TRANSACTION_TIMEOUT_MS: '20000',
    DATABASE_SILENCE_MS: '10000',
    REDIS_TIMEOUT_MS: '5000',
    // Tests ask for more in a minute than any caller.
    REQUESTS_PER_MINUTE: '0',
    WRITES_PER_MINUTE: '0',
    LOOKUPS_PER_MINUTE: '0',
    FAILED_AUTHENTICATIONS_PER_MINUTE: '0',
    ...(options.databaseUrl && { DATABASE_URL: options.databaseUrl }),
    ...(options.redisUrl && { REDIS_URL: options.redisUrl }),
    ...options.env,
  };
  const node = [process.execPath, ...SERVICE_OPTIONS, '--require', BUNDLED_ONLY];
  const [command, ...args] = [...(options.prefix ?? []), ...node, ...(options.nodeOptions ?? []), main];
  const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const service = new Service(child, `http://${host}:${port}`, folder);
  try {
    await service.waitUntilReady();
    return service;
  } catch (error) {
    await service.kill('SIGKILL');
    await service.stop();
    throw error;
  }
}

/** How a process ended: by itself with a code, or by a signal. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running copy of the application. */
export class Service {
  private collected = '';
  /** How it ended, once it has. */
  readonly exited: Promise<Exit>;

  constructor(
    private readonly child: ChildProcess,
    private readonly askedUrl: string,
    private readonly folder: string,
  ) {
    const collect = (chunk: Buffer): void => void (this.collected += chunk.toString());
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    // A paused one hears the signal to stop only when it goes on.
    const script = 'kill -TERM "$1"; kill -CONT "$1"; sleep 10; rm -rf "$2"';
    const callOffReaper = reapAfterExit(script, String(child.pid), folder);
    child.once('close', callOffReaper);
    this.exited = new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
  }

  /** Where it says it is, once it says so. */
  get url(): string {
    return /Swagger UI +(\S+)\/docs/.exec(this.collected)?.[1] ?? this.askedUrl;
  }

  get pid(): number {
    if (!this.child.pid) throw new Error('The service has no process');
    return this.child.pid;
  }

  /** Everything it wrote so far. */
  get output(): string {
    return this.collected;
  }

  /** Rejects with the service's output when it ends, or is not ready in time. */
  async waitUntilReady(): Promise<void> {
    for (const end = performance.now() + READY_LIMIT_MS; performance.now() < end; await sleep(POLL_MS)) {
      if (this.hasEnded()) {
        const { code, signal } = await this.exited;
        throw new Error(`The service ended (${code ?? signal}) before it was ready:\n${this.output}`);
      }
      // Cheaper than to ask a port at which nobody listens yet.
      if (!this.output.includes(GREETING)) continue;
      const response = await fetch(`${this.url}/health/ready`).catch(() => null);
      await response?.arrayBuffer();
      if (response?.status === 200) return;
    }
    throw new Error(`The service was not ready after ${READY_LIMIT_MS / 1000} s:\n${this.output}`);
  }

  /** Sends SIGTERM, waits for the end and removes its folder; answers how it ended. */
  async stop(): Promise<Exit> {
    this.child.kill('SIGTERM');
    const exit = await this.exited;
    await stopLeftServer(this.folder);
    await removeFolder(this.folder);
    return exit;
  }

  /** Sends a signal; after one that can't be caught, such as SIGKILL, waits for the end. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    this.child.kill(signal);
    if (signal === 'SIGKILL') await this.exited;
  }

  private hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}
