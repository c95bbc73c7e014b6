import { StoppedError, StopSignal } from './stop-signal';
import { StartupError } from './startup-error';
import { visible } from '../text/visible';

/** Runs a program to its exit code; what its operator can mend is one line, and exit code 1. */
export function runCommand(command: () => Promise<number>): void {
  command().then((exitCode) => process.exit(exitCode), fail);
}

/**
 * The same for a program that holds something which it has to let go: the signal to stop is heard from now on, and the
 * program gives its work up. That is one line, and the exit code of the signal, or `process.exitCode` where that is set.
 */
export function runUntilStopped(command: (stop: StopSignal) => Promise<number>): void {
  const stop = new StopSignal();
  command(stop).then(
    (exitCode) => process.exit(exitCode),
    (error: unknown) => {
      const reason: unknown = stop.aborted.reason;
      if (!(reason instanceof StoppedError)) return fail(error);
      console.error(`travel-recharge: ${reason.message}`);
      process.exit(process.exitCode ?? reason.exitCode);
    },
  );
}

async function fail(error: unknown): Promise<never> {
  const complaint = error instanceof StartupError ? error.message : await complaintAbout(error);
  console.error(complaint === null ? error : `travel-recharge: ${visible(complaint)}`);
  process.exit(1);
}

/** Loaded when it is needed: not every program has a database. */
async function complaintAbout(error: unknown): Promise<string | null> {
  const { complaintOf } = await import('../http/problem/database-errors.js');
  return complaintOf(error);
}
