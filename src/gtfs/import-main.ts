import { runUntilStopped } from '../common/run-command';
import { explain } from '../import/explain';
import { hasRefusals, summarize } from '../import/report';
import { USAGE, parseImportCommand } from './import-command';
import { type Outcome, runImport } from './run-import';

const ROWS_REFUSED = 2;

/** `npm run import:gtfs`: exit code 0 when every row could be used, 2 when some were refused, 1 when it failed,
 * 130 or 143 when it was stopped. */
runUntilStopped(async ({ aborted }) => {
  const command = parseImportCommand(process.argv.slice(2));
  if (!command) {
    console.log(USAGE);
    return 0;
  }
  const start = performance.now();
  const outcome = await runImport(command, (line) => console.log(line), aborted).catch(explain);
  for (const line of [...describe(outcome), ...summarize(outcome)]) console.log(line);
  if (command.dryRun) console.log('A dry run: nothing is changed');
  console.log(`Done in ${((performance.now() - start) / 1_000).toFixed(1)} s`);
  return hasRefusals(outcome) ? ROWS_REFUSED : 0;
});

function describe({ changes, fareRows }: Outcome): string[] {
  return [
    ...changes.map(
      ({ table, created, changed, same, absent }) =>
        `${table}: ${created} new, ${changed} changed, ${same} as they were, ${absent} not in the feed`,
    ),
    ...(fareRows === null ? [] : [`fares: ${fareRows} new or changed`]),
  ];
}
