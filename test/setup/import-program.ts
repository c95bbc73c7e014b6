import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const PROGRAMS = resolve(__dirname, '../../dist');

/** How an import ended, and what it said. */
export interface ImportRun {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** A built import or export program, running. */
export class ImportProgram {
  private output = '';
  private errors = '';
  readonly ended: Promise<ImportRun>;

  private constructor(private readonly child: ChildProcess) {
    child.stdout?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (this.errors += chunk.toString()));
    this.ended = new Promise((end) => {
      child.once('close', (code) => end({ code, output: this.output, errors: this.errors }));
    });
  }

  /** Starts it in `folder`, with nothing but these variables. */
  static start(
    folder: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    name = 'programs/import/main.js',
  ): ImportProgram {
    const program = resolve(PROGRAMS, name);
    if (!existsSync(program)) throw new Error(`${program} is missing: run npm run build first`);
    const { PATH, HOME } = process.env;
    return new ImportProgram(
      spawn(process.execPath, [program, ...args], {
        cwd: folder,
        // A service that is started so is not about keys.
        env: { PATH, HOME, AUTH: 'trusted-network', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}
