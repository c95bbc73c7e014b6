import { printLine } from '../../common/program/print-line';
import { runUntilStopped } from '../../common/program/run-command';

/** `npm run import:gtfs`: exit code 2 when some rows were refused, 1 when it failed, 130 or 143 when it was stopped. */
runUntilStopped(async ({ aborted }) => {
  // Loading takes long, and the signal to stop must be heard meanwhile.
  const { importGtfs } = await import('./import-gtfs.js');
  return importGtfs(process.argv.slice(2), printLine, aborted);
});
