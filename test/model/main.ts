import type { Exploration } from './checker';
import { type Configuration, CONFIGURATIONS, LONG_CONFIGURATIONS } from './configurations';
import { type Mutant, MUTANTS, SECOND_LINES } from './mutants';
import { REVOCATION_MUTANTS, searchRevocation } from './revocation';
import { searchMutant, searchProtocol } from './search';
import { verdictOf } from './verdict';

const LONG_LIMIT = 12_000_000;

/** Prints what every search has seen, and whether that is as it must be; ends with 1 when it is not. */
function main(long: boolean): void {
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
  process.exitCode = exitCode;
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

main(process.argv.includes('--long'));
