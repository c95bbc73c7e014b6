import { StoppedError, StopSignal } from './stop-signal';
import { StartupError } from './startup-error';
import { visible } from '../text/visible';

/** Runs a program and sets its exit code. An error that the operator can mend is printed as one line, with exit code 1. */
export function runCommand(command: () => Promise<number>): void {
  command().then((exitCode) => process.exit(exitCode), fail);
}

/**
 * The same for a program that must clean up when it is stopped. At the signal to stop, it cancels its work and prints one line.
 * Its exit code is then that of the signal, or `process.exitCode` if that is set.
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

/** Loaded only when it is needed, because not every program uses a database. */
async function complaintAbout(error: unknown): Promise<string | null> {
  const { complaintOf } = await import('../http/problem/database-errors.js');
  return complaintOf(error);
}
