import { parseOptions } from '../../src/common/program/options';
import { runCommand } from '../../src/common/program/run-command';
import type { Exploration } from './checker';
import { type Configuration, CONFIGURATIONS, LONG_CONFIGURATIONS } from './configurations';
import { type Mutant, MUTANTS, SECOND_LINES } from './mutants';
import { REVOCATION_MUTANTS, searchRevocation } from './revocation';
import { searchMutant, searchProtocol } from './search';
import { verdictOf } from './verdict';

const LONG_LIMIT = 12_000_000;

const HELP = `Searches all states of small configurations of the cache protocol for a broken promise, and then proves that the search
would find one: each fault that is put into the protocol must be caught.

npm run check:model -- [options]
  --long   searches larger configurations, too, each as far as it gets
  --help   shows this text

The exit code is 0 if all promises hold and all faults are caught; otherwise 1.
`;

/** `npm run check:model`. */
runCommand(async () => Promise.resolve(run(process.argv.slice(2))));

/** @returns the exit code. */
function run(args: string[]): number {
  const flag = { type: 'boolean' } as const;
  const { values } = parseOptions({ args, options: { help: flag, long: flag } });
  if (!values.help) return check(values.long === true);
  console.log(HELP);
  return 0;
}

/** Prints what every search has seen, and whether that is as it must be. @returns the exit code. */
function check(long: boolean): number {
  const held = Object.values(CONFIGURATIONS).map((configuration) => checkProtocol(configuration));
  const caught = MUTANTS.map(checkMutant);
  held.push(report('Revocation of keys', () => searchRevocation()).counterexample === null);
  for (const { name, without } of REVOCATION_MUTANTS)
    caught.push(isCaught(name, () => searchRevocation(without)));
  if (long) {
    held.push(...LONG_CONFIGURATIONS.map((configuration) => checkProtocol(configuration, LONG_LIMIT)));
    for (const mutant of SECOND_LINES) report(mutant.name, () => searchMutant(mutant));
  }
  const { line, exitCode } = verdictOf({ held, caught });
  console.log(`\n${line}`);
  return exitCode;
}

function checkProtocol(configuration: Configuration, limit?: number): boolean {
  const { counterexample } = report(`The protocol: ${configuration.name}`, () =>
    searchProtocol(configuration, limit),
  );
  return counterexample === null;
}

function checkMutant(mutant: Mutant): boolean {
  return isCaught(mutant.name, () => searchMutant(mutant));
}

function isCaught(name: string, search: () => Exploration): boolean {
  const { counterexample } = report(`Mutant: ${name}`, search);
  console.log(counterexample ? '      caught, as it must be' : '      NOT caught');
  return counterexample !== null;
}

function report(title: string, search: () => Exploration): Exploration {
  const started = performance.now();
  const found = search();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const verdict = found.counterexample ? `breaks ${found.counterexample.promise}` : 'holds';
  const how = found.complete ? '' : ', as far as it was searched';
  console.log(`${title}: ${verdict}${how} (${found.states} states, depth ${found.depth}, ${seconds} s)`);
  found.counterexample?.trace.forEach((step, index) =>
    console.log(`  ${String(index).padStart(2)}  ${step}`),
  );
  return found;
}
