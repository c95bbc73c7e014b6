import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, readFileSync, symlinkSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { marked } from 'marked';
import { afterTest } from './after-test';
import { createTempFolder, removeFolder } from './temp-folder';
import { until } from './until';

const CURL = resolve(__dirname, 'curl.mjs');
/** Members whose values differ from city to city, and from run to run. */
const VOLATILE = /_(?:id|at|time|timestamp|day|date)$|^(?:version|checksum|key)$/;
const END_OF_ANSWER = '\u0000';

/** A command of a document, and the answer that it shows, if any. */
interface Step {
  readonly command: string;
  readonly shown: string | null;
}

/** The commands in a section of a document, in one shell, one after the other, as a reader types them. */
export class Exchange {
  private constructor(private readonly steps: readonly Step[]) {}

  static read(path: string, heading: string): Exchange {
    const tokens = marked.lexer(readFileSync(path, 'utf8'));
    const from = tokens.findIndex((token) => token.type === 'heading' && token.text === heading);
    const length = tokens.slice(from + 1).findIndex((token) => token.type === 'heading' && token.depth <= 2);
    const steps: Step[] = [];
    for (const token of tokens.slice(from + 1, from + 1 + length)) {
      if (token.type !== 'code') continue;
      const text = String(token.text);
      if (token.lang === 'sh') steps.push({ command: text, shown: null });
      else steps.push({ command: steps.pop()?.command ?? '', shown: text });
    }
    if (steps.length === 0) throw new Error(`${path} has no commands below ${heading}`);
    return new Exchange(steps);
  }

  /** Returns where the answers of a service differ from those that are shown. */
  async run(url: string): Promise<string[]> {
    const folder = await createTempFolder();
    afterTest(() => removeFolder(folder));
    if (!hasCurl()) symlinkSync(CURL, join(folder, 'curl'));
    const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH ?? ''}` };
    const shell = spawn('bash', ['-u'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
    afterTest(async () => {
      const closed = once(shell, 'close');
      if (shell.exitCode === null && shell.kill()) await closed;
    });
    const differences: string[] = [];
    let [answer, output] = ['', ''];
    shell.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    for (const { command, shown } of this.steps) {
      const line = command
        .replace(/^API=.*$/m, `API=${url}`)
        .replaceAll(/^(\w+)=\S+ +# `?(\w+)`? .*$/gm, (_, name: string, member: string) => {
          return `${name}=${valueIn(answer, member)}`;
        });
      shell.stdin.write(`${line}\nprintf '\\0'\n`);
      await until(`this is done: ${line}`, () => output.endsWith(END_OF_ANSWER));
      [answer, output] = [output.slice(0, -END_OF_ANSWER.length), ''];
      if (shown !== null && same(shown) !== same(answer)) differences.push(`${command}\n${answer}`);
    }
    return differences;
  }
}

function valueIn(answer: string, member: string): string {
  const [, text, number] = new RegExp(`"${member}":\\s*(?:"([^"]+)"|(\\d+))`).exec(answer) ?? [];
  const value = text ?? number;
  if (value === undefined) throw new Error(`${member} is not in ${answer}`);
  return value;
}

/** What two answers of the same kind have alike, as text. */
function same(answer: string): string {
  try {
    return JSON.stringify(JSON.parse(answer), (name, value: unknown) =>
      VOLATILE.test(name) && (typeof value === 'number' || typeof value === 'string') ? typeof value : value,
    );
  } catch {
    return answer;
  }
}

function hasCurl(): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, 'curl'), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
