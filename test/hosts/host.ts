import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Machine } from '../setup/machine';

const INIT = join(__dirname, 'host-init.sh');
const UNSHARE = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--uts', '--ipc'];
const READY = 'ready\n';
const LAST_WORDS = 4_000;

/** How a command ended, and what it said on both of its outputs. */
export interface Ended {
  readonly exitCode: number;
  readonly output: string;
}

/** Where commands run: a host, or this machine. */
export interface Place {
  readonly name: string;
  run(words: readonly string[], input?: string): Promise<Ended>;
}

/** A daemon of a host; it ends with the host. */
export interface Daemon {
  /** The last of what it wrote. */
  readonly output: string;
  readonly hasEnded: boolean;
}

/** This machine, which is the administrator's: its address is that of the switch. */
export const ADMINISTRATOR: Place = {
  name: 'administrator',
  run: (words, input) => runToEnd(words, input),
};

/**
 * A machine of the guide on this one: a network namespace, and in it `/etc`, `/run`, `/var/lib` and `/var/log` of its own, and
 * processes that nobody outlives. So the guide's files are used at the very paths that it names.
 */
export class Host implements Place {
  private readonly daemons: ChildProcess[] = [];

  private constructor(
    readonly name: string,
    readonly address: string,
    private readonly init: ChildProcess,
    private readonly pid: string,
  ) {}

  /** @param opt what it has as /opt/travel-recharge and as /opt/bin/node. */
  static async start(
    name: string,
    machine: Machine,
    folder: string,
    opt: readonly string[] = [],
  ): Promise<Host> {
    const site = join(folder, name);
    await mkdir(site);
    const [command = '', ...args] = [...machine.prefix, ...UNSHARE, 'sh', INIT, site, ...opt];
    // Ctrl-C in a terminal is for whoever made it.
    const init = spawn(command, args, { detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    const output = collect(init);
    while (!output().includes(READY)) {
      const [ended] = await Promise.race([once(init, 'exit').then(() => [true]), once(init.stdout, 'data')]);
      if (ended === true) throw new Error(`the host ${name} did not start:\n${output()}`);
    }
    const children = await readFile(`/proc/${init.pid}/task/${init.pid}/children`, 'utf8');
    return new Host(name, machine.host, init, children.trim());
  }

  run(words: readonly string[], input?: string): Promise<Ended> {
    return runToEnd([...this.prefix, ...words], input);
  }

  /** Runs what must succeed. @returns what it said. */
  async do(...words: readonly string[]): Promise<string> {
    const { exitCode, output } = await this.run(words);
    if (exitCode !== 0) throw new Error(`${this.name}: ${words.join(' ')} failed:\n${output}`);
    return output;
  }

  /** Writes a file, with the folders above it. */
  async write(path: string, text: string, owner = 'root', mode = '644'): Promise<void> {
    const script = 'mkdir -p "$(dirname "$1")" && cat > "$1" && chown "$2:" "$1" && chmod "$3" "$1"';
    const { exitCode, output } = await this.run(['sh', '-c', script, 'sh', path, owner, mode], text);
    if (exitCode !== 0) throw new Error(`${this.name}: ${path} cannot be written: ${output}`);
  }

  /** Makes a system's user, unless the host has it from this machine. */
  async addUser(name: string): Promise<void> {
    await this.do('sh', '-c', 'id "$1" || useradd --system --user-group "$1"', 'sh', name);
  }

  launch(...words: readonly string[]): Daemon {
    const [command = '', ...args] = [...this.prefix, ...words];
    const child = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.daemons.push(child);
    const output = collect(child);
    return {
      get output() {
        return output();
      },
      get hasEnded() {
        return child.exitCode !== null || child.signalCode !== null;
      },
    };
  }

  /** Ends all that runs there. */
  async stop(): Promise<void> {
    if (this.init.exitCode !== null || this.init.signalCode !== null) return;
    const ended = once(this.init, 'exit');
    this.init.stdin?.end();
    // What brought them there outlives them, and would not let the host go while it is stopped itself.
    for (const daemon of this.daemons) daemon.kill('SIGKILL');
    await ended;
  }

  /** How a shell comes there. */
  get prefix(): readonly string[] {
    return ['nsenter', `--target=${this.pid}`, '--mount', '--net', '--pid', '--uts', '--ipc'];
  }
}

/** The words that run a command as another user. */
export function as(user: string): readonly string[] {
  return ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--init-groups'];
}

async function runToEnd([command = '', ...args]: readonly string[], input = ''): Promise<Ended> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const output = collect(child);
  // It may end before it has read it.
  child.stdin.on('error', () => undefined).end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { exitCode: code ?? -1, output: output() };
}

function collect(child: ChildProcess): () => string {
  let output = '';
  const add = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-LAST_WORDS));
  child.stdout?.on('data', add);
  child.stderr?.on('data', add);
  return () => output;
}
