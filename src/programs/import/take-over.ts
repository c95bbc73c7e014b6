import { HELP, parseImportArguments } from './arguments';
import { rethrowForOperator } from '../bulk-load/rethrow-for-operator';
import { hasRefusals, summarize } from '../bulk-load/outcome';
import { runImport } from './run-import';

const ROWS_REFUSED = 2;

/**
 * The program as a whole.
 *
 * @param signal gives the work up; nothing is changed then.
 * @returns its exit code: 0 when every row is taken, 2 when some were refused.
 * @throws StartupError when it failed.
 */
export async function takeOver(
  args: string[],
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const options = parseImportArguments(args);
  if (!options) {
    print(HELP);
    return 0;
  }
  const start = performance.now();
  const outcome = await runImport(options, print, signal).catch(rethrowForOperator);
  summarize(outcome).forEach(print);
  print(`Done in ${((performance.now() - start) / 1_000).toFixed(1)} s`);
  return hasRefusals(outcome) ? ROWS_REFUSED : 0;
}
