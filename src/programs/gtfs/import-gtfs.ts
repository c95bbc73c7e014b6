import { rethrowForOperator } from '../bulk-load/rethrow-for-operator';
import { hasRefusals, summarize } from '../bulk-load/outcome';
import { HELP, parseImportArguments } from './import-arguments';
import { type Outcome, runImport } from './run-import';

const ROWS_REFUSED = 2;

/**
 * The program as a whole.
 *
 * @param signal gives the work up; nothing is changed then.
 * @returns its exit code: 0 when every row could be used, 2 when some were refused.
 * @throws StartupError when it failed.
 */
export async function importGtfs(
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
  [...describe(outcome), ...summarize(outcome)].forEach(print);
  if (options.dryRun) print('A dry run: nothing is changed');
  print(`Done in ${((performance.now() - start) / 1_000).toFixed(1)} s`);
  return hasRefusals(outcome) ? ROWS_REFUSED : 0;
}

function describe({ changes, fareRows }: Outcome): string[] {
  return [
    ...changes.map(
      ({ table, created, changed, same, absent }) =>
        `${table}: ${created} new, ${changed} changed, ${same} as they were, ${absent} not in the feed`,
    ),
    ...(fareRows === null ? [] : [`fares: ${fareRows} new or changed`]),
  ];
}
