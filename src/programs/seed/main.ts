import { runUntilStopped } from '../../common/program/run-command';

/** `npm run seed`: exit code 1 when anything is wrong, 130 or 143 when it was stopped. */
runUntilStopped(async ({ aborted }) => {
  // Loading takes long, and the signal to stop must be heard meanwhile.
  const { seed } = await import('./seed.js');
  return seed(process.argv.slice(2), aborted);
});
