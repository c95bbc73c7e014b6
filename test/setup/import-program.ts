import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

const MAIN = resolve(__dirname, '../../dist/import/main.js');

/** How an import ended, and what it said. */
export interface ImportRun {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** The built import program, running. */
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
  ): ImportProgram {
    if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing: run npm run build first`);
    const { PATH, HOME } = process.env;
    return new ImportProgram(
      spawn(process.execPath, [MAIN, ...args], {
        cwd: folder,
        env: { PATH, HOME, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }
}
