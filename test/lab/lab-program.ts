import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createTempFolder, removeFolder } from '../setup/temp-folder';
import { until } from '../setup/until';

const ROOT = join(__dirname, '..', '..');

/** The lab as `npm run lab` starts it, with a folder of its own for temporary files, so that what it leaves is seen. */
export class LabProgram {
  private out = '';
  private err = '';
  private readonly closed: Promise<unknown>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {
    child.stdout?.on('data', (chunk: Buffer) => (this.out += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (this.err += chunk.toString()));
    this.closed = once(child, 'close');
  }

  static async start(args: readonly string[]): Promise<LabProgram> {
    const folder = await createTempFolder();
    const child = spawn(process.execPath, [join(ROOT, 'scripts', 'lab.mjs'), '--port', '0', ...args], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new LabProgram(child, folder);
  }

  get stdout(): string {
    return this.out;
  }

  get stderr(): string {
    return this.err;
  }

  /** Resolves to its exit code, or the signal that ended it. */
  async ended(): Promise<number | string | null> {
    await this.closed;
    return this.child.exitCode ?? this.child.signalCode;
  }

  /** The URL of its API. */
  async url(): Promise<string> {
    const find = (): string | undefined => /http:\/\/\S+\/lab/.exec(this.out)?.[0];
    // Two cities may take long where many tests run.
    for (let tries = 0; tries < 3 && !find(); tries += 1)
      await until('the lab is ready', () => find() !== undefined || this.hasEnded()).catch(() => undefined);
    const url = find();
    if (url === undefined) throw new Error(`the lab is not ready:\n${this.out}${this.err}`);
    return url;
  }

  async end(signal: NodeJS.Signals): Promise<number | string | null> {
    if (!this.hasEnded()) this.child.kill(signal);
    return this.ended();
  }

  /** What it has left in its folder: each of its servers has a folder there, for as long as it lives. */
  async left(): Promise<string[]> {
    return readdir(this.folder);
  }

  async cleanUp(): Promise<void> {
    await this.end('SIGTERM');
    await removeFolder(this.folder);
  }

  private hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}
