import { createInterface, type Interface } from 'node:readline/promises';
import { StartupError } from '../../common/program/startup-error';

/** Questions to somebody at a terminal. */
export class Dialogue {
  private readonly terminal: Interface;
  private readonly closed: Promise<never>;

  constructor(
    input: NodeJS.ReadableStream,
    private readonly output: NodeJS.WritableStream,
  ) {
    this.terminal = createInterface({ input, output });
    this.closed = new Promise((_, reject) => {
      this.terminal.once('close', () => reject(new StartupError('no operation was chosen')));
    });
    this.closed.catch(() => undefined);
  }

  say(line: string): void {
    this.output.write(`${line}\n`);
  }

  /**
   * Asks until the answer can be taken.
   *
   * @param parse throws StartupError, which says what is wrong.
   * @throws StartupError when there will be no answer.
   */
  async ask<Value>(question: string, parse: (answer: string) => Value): Promise<Value> {
    for (;;) {
      const answer = await Promise.race([this.terminal.question(question), this.closed]);
      try {
        return parse(answer.trim());
      } catch (error) {
        if (!(error instanceof StartupError)) throw error;
        this.say(error.message);
      }
    }
  }

  close(): void {
    this.terminal.close();
  }
}
