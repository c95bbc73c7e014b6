import { runUntilStopped } from '../../common/program/run-command';

/** `npm run fares:verify`: exit code 1 when a fare is wrong, 130 or 143 when it was stopped. */
runUntilStopped(async ({ aborted }) => {
  // Loading takes long, and the signal to stop must be heard meanwhile.
  const { reportFares } = await import('./report-fares.js');
  return reportFares(process.argv.slice(2), aborted);
});
