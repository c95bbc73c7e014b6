import { readFile } from 'node:fs/promises';
import { StartupError } from '../../src/common/program/startup-error';
import type { Language } from './experiments/text';
import type { Lab } from './lab';
import { summary } from './terminal/dashboard';

/**
 * Carries out the commands of a file, one a line; what begins with # is a comment. After each it prints the counters.
 *
 * @throws StartupError when the file cannot be read; CommandError, with the number of the line, when a line is wrong.
 */
export async function runScript(
  lab: Lab,
  path: string,
  language: Language,
  print: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new StartupError(`the script ${path} cannot be read: ${(error as Error).message}`);
  });
  for (const [index, line] of text.split('\n').entries()) {
    const command = line.replace(/#.*/, '').trim();
    if (command === '') continue;
    signal.throwIfAborted();
    try {
      await lab.perform(command);
    } catch (error) {
      if (signal.aborted) throw error;
      throw new StartupError(
        `${path}:${index + 1}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    print(`${command.padEnd(40)} ${summary(lab.state, language)}`);
  }
}
