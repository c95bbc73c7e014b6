import globalSetup from '../setup/global-setup';
import globalTeardown from '../setup/global-teardown';
import { check } from './check';
import { type Options, parseOptions, USAGE } from './options';
import { describe, isPassed } from './report';

/** Ends with 1 when a promise was broken, something failed as it must not, or too little was read; with 2 when misused. */
async function main(): Promise<void> {
  const options = readOptions();
  if (!options) return;
  console.log(`seed ${options.seed}`);
  try {
    await globalSetup();
    const tally = await check(options);
    console.log(describe(tally, options));
    process.exitCode = isPassed(tally) ? 0 : 1;
  } finally {
    await globalTeardown();
  }
}

function readOptions(): Options | null {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exitCode = 2;
    return null;
  }
}

void main();
