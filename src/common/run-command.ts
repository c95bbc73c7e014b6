import { StartupError } from './startup-error';
import { visible } from './text/visible';

/** Runs a program to its exit code; what its operator can mend is one line, and exit code 1. */
export function runCommand(command: () => Promise<number>): void {
  command().then(
    (exitCode) => process.exit(exitCode),
    (error: unknown) => {
      console.error(error instanceof StartupError ? `travel-recharge: ${visible(error.message)}` : error);
      process.exit(1);
    },
  );
}
