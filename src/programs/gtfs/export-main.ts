import { printLine } from '../../common/program/print-line';
import { runUntilStopped } from '../../common/program/run-command';

/** `npm run export:gtfs-fares`: exit code 1 when it failed, 130 or 143 when it was stopped. */
runUntilStopped(async ({ aborted }) => {
  // Loading takes long, and the signal to stop must be heard meanwhile.
  const { exportGtfsFares } = await import('./export-gtfs-fares.js');
  return exportGtfsFares(process.argv.slice(2), printLine, aborted);
});
