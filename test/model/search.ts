import { type Exploration, explore } from './checker';
import { type Configuration, CONFIGURATIONS } from './configurations';
import type { Mutant } from './mutants';
import { protocol } from './protocol';
import { ALL_SAFEGUARDS, type Safeguards } from './safeguards';

/** More states than any search of the tests has: a search that gets here was not meant. */
const LIMIT = 2_000_000;

/** Searches the protocol as it is. */
export function searchProtocol(configuration: Configuration, limit = LIMIT): Exploration {
  return explore(protocol({ configuration, safeguards: ALL_SAFEGUARDS }), limit);
}

/** Searches the protocol without some safeguards, up to the first promise that it breaks. */
export function searchMutant({ without, configuration }: Mutant, limit = LIMIT): Exploration {
  const removed: Partial<Record<keyof Safeguards, boolean>> = Object.fromEntries(
    without.map((name) => [name, false]),
  );
  const safeguards = { ...ALL_SAFEGUARDS, ...removed };
  return explore(protocol({ configuration: CONFIGURATIONS[configuration], safeguards }), limit);
}
