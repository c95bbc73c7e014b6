import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSeconds, residentBytes } from './cpu';
import { findFreePort } from '../../../src/platform/postgres/embedded/free-port';
import { SERVICE_OPTIONS } from '../../setup/service-options';

const ROOT = resolve(__dirname, '../../..');
export const REGISTER = resolve(ROOT, 'test/setup/register-typescript.cjs');
const READY_LIMIT_MS = 60_000;
const POLL_MS = 20;

export type Environment = Readonly<Record<string, string>>;

export interface ServiceOptions {
  /** What a service that asks for keys is asked with whether it is ready. */
  readonly headers?: Environment;
  /** A script that is run before the service's own. */
  readonly preload?: string;
}

/** What a start took until the first answer that says ready. */
export interface Readiness {
  /** CPU seconds. */
  readonly cpu: number;
  /** Bytes of memory that are resident. */
  readonly memory: number;
}

/** A server in a process of its own. Its log lines go where nobody reads them: writing them is measured, reading not. */
export class RunningServer {
  private ready: Readiness | null = null;

  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {
    // Also when the benchmark is stopped while the server starts.
    process.once('exit', this.end);
    child.once('exit', () => process.off('exit', this.end));
  }

  /** The built service, with its default settings but for what is given. */
  static async startService(
    env: Environment,
    { headers = {}, preload }: ServiceOptions = {},
  ): Promise<RunningServer> {
    const options = [...SERVICE_OPTIONS, ...(preload === undefined ? [] : ['--require', preload])];
    const server = await RunningServer.start([...options, resolve(ROOT, 'dist/main.js')], env);
    await server.until('trusted', async () => {
      const stats = await fetch(`${server.url}/cache/stats`, { headers });
      const { cache_stats } = (await stats.json()) as { cache_stats?: { trusted: boolean } };
      return cache_stats?.trusted ?? false;
    });
    return server;
  }

  /** A program of `peers/`. */
  static async startPeer(name: string, env: Environment): Promise<RunningServer> {
    return RunningServer.start(['--require', REGISTER, resolve(__dirname, `../peers/${name}.ts`)], env);
  }

  get pid(): number {
    if (!this.child.pid) throw new Error('the server has no process');
    return this.child.pid;
  }

  get readiness(): Readiness {
    if (!this.ready) throw new Error('the server is not ready');
    return this.ready;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }

  private readonly end = (): void => {
    this.child.kill('SIGTERM');
  };

  private static async start(args: readonly string[], env: Environment): Promise<RunningServer> {
    const port = await findFreePort();
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        HOST: '127.0.0.1',
        PORT: String(port),
        CACHE_SAMPLE_ONE_IN: '0',
        AUTH: 'trusted-network',
        ...env,
      },
    });
    const server = new RunningServer(child, `http://127.0.0.1:${port}`);
    try {
      await server.until('ready', async () => (await fetch(`${server.url}/health/ready`)).ok);
      server.ready = { cpu: cpuSeconds(server.pid), memory: residentBytes(server.pid) };
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  private async until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
    for (const end = performance.now() + READY_LIMIT_MS; performance.now() < end; await sleep(POLL_MS)) {
      if (this.child.exitCode !== null) throw new Error(`a server ended before it was ${what}`);
      if (await isTrue().catch(() => false)) return;
    }
    throw new Error(`a server was not ${what} within ${READY_LIMIT_MS / 1_000} s`);
  }
}
