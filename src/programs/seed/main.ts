import { runUntilStopped } from '../../common/program/run-command';

/** `npm run seed`. The exit code is 1 if something is wrong, and 130 or 143 if the program was stopped. */
runUntilStopped(async ({ aborted }) => {
  // Loading this module takes long. It is loaded here so that the signal to stop already works.
  const { seed } = await import('./seed.js');
  return seed(process.argv.slice(2), aborted);
});
