import { runUntilStopped } from '../../common/program/run-command';

/** `npm run ledger:verify`: exit code 1 when anything breaks, 130 or 143 when it was stopped. */
runUntilStopped(async ({ aborted }) => {
  // Loading takes long, and the signal to stop must be heard meanwhile.
  const { proveBooks } = await import('./prove-books.js');
  return proveBooks(process.argv.slice(2), aborted);
});
