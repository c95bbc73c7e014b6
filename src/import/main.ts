import { DatabaseError } from 'pg';
import { StartupError } from '../common/startup-error';
import { USAGE, parseCommandLine } from './command-line';
import { hasRefusals, summarize } from './report';
import { runImport } from './run-import';

const EXIT_FAILED = 1;
const EXIT_ROWS_REFUSED = 2;

async function main(args: string[]): Promise<number> {
  const command = parseCommandLine(args);
  if (!command) {
    print(USAGE);
    return 0;
  }
  const start = performance.now();
  const outcome = await runImport(command, print);
  for (const line of summarize(outcome)) print(line);
  print(`Done in ${((performance.now() - start) / 1_000).toFixed(1)} s`);
  return hasRefusals(outcome) ? EXIT_ROWS_REFUSED : 0;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** What the operator can mend is one line; the rest is a fault of ours, and says where. */
function explain(error: unknown): string {
  if (error instanceof StartupError) return error.message;
  if (error instanceof DatabaseError) return `nothing was imported: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`import: ${explain(error)}\n`);
    process.exitCode = EXIT_FAILED;
  },
);
