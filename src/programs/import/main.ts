import { printLine } from '../../common/program/print-line';
import { runUntilStopped } from '../../common/program/run-command';
import { USAGE, parseCommandLine } from './command-line';
import { explain } from '../bulk-load/explain';
import { hasRefusals, summarize } from '../bulk-load/outcome';
import { runImport } from './run-import';

const ROWS_REFUSED = 2;

/** `npm run import`: exit code 0 when every row is taken, 2 when some were refused, 1 when it failed,
 * 130 or 143 when it was stopped. */
runUntilStopped(async ({ aborted }) => {
  const command = parseCommandLine(process.argv.slice(2));
  if (!command) {
    console.log(USAGE);
    return 0;
  }
  const start = performance.now();
  const outcome = await runImport(command, printLine, aborted).catch(explain);
  summarize(outcome).forEach(printLine);
  console.log(`Done in ${((performance.now() - start) / 1_000).toFixed(1)} s`);
  return hasRefusals(outcome) ? ROWS_REFUSED : 0;
});
