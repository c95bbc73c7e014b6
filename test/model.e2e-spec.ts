import { CONFIGURATIONS } from './model/configurations';
import { MUTANTS } from './model/mutants';
import { searchMutant, searchProtocol } from './model/search';

describe('the model of the cache protocol', () => {
  it.each(Object.values(CONFIGURATIONS))('keeps its promises in every state: $name', (configuration) => {
    const { counterexample, complete } = searchProtocol(configuration);

    expect(counterexample).toBeNull();
    expect(complete).toBe(true);
  });

  it.each(MUTANTS)('breaks a promise when $name', (mutant) => {
    const { counterexample } = searchMutant(mutant);

    expect(counterexample?.promise).toMatch(/^[AB]$/);
  });
});
