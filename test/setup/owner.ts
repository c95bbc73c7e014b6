import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ServerSettings } from '../../src/platform/postgres/embedded/server';

/** A child process that holds, or was refused, the embedded server of a data directory. */
export class Owner {
  private readonly lines: string[] = [];
  private readonly closed: Promise<unknown>;

  private constructor(private readonly child: ChildProcess) {
    this.closed = once(child, 'close');
  }

  /**
   * Starts it as the head of its own process group, as a terminal would.
   *
   * @param prefix a command that runs it, such as `ip netns exec NAME`.
   */
  static spawn(dataDir: string, settings: ServerSettings = {}, prefix: readonly string[] = []): Owner {
    const program = [
      process.execPath,
      join(__dirname, 'embedded-owner.cjs'),
      dataDir,
      JSON.stringify(settings),
    ];
    const [command = '', ...args] = [...prefix, ...program];
    const child = spawn(command, args, {
      detached: true,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const owner = new Owner(child);
    createInterface({ input: child.stdout }).on('line', (line) => owner.lines.push(line));
    return owner;
  }

  get pid(): number {
    if (!this.child.pid) throw new Error('The owner has no process');
    return this.child.pid;
  }

  /** Waits for its first line: `URL …`, or the error that refused it. */
  async firstLine(): Promise<string> {
    while (this.lines.length === 0 && this.child.exitCode === null) {
      await Promise.race([once(this.child.stdout ?? this.child, 'data'), this.closed]);
      await new Promise(setImmediate);
    }
    return this.lines[0] ?? '';
  }

  /** The URL of the server it holds; fails when it was refused. */
  async url(): Promise<string> {
    const line = await this.firstLine();
    if (!line.startsWith('URL ')) throw new Error(`The owner was refused: ${line}`);
    return line.slice('URL '.length);
  }

  /** Signals the process alone and waits for its end; answers all it said. */
  async end(signal: NodeJS.Signals): Promise<string[]> {
    return this.send(signal, this.pid);
  }

  /** Signals its whole process group, as Ctrl-C in a terminal does, and waits for its end. */
  async interrupt(): Promise<string[]> {
    return this.send('SIGINT', -this.pid);
  }

  private async send(signal: NodeJS.Signals, target: number): Promise<string[]> {
    if (this.child.exitCode === null && this.child.signalCode === null) process.kill(target, signal);
    await this.closed;
    return this.lines;
  }
}
