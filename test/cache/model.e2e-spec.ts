import { CONFIGURATIONS } from '../model/configurations';
import { MUTANTS } from '../model/mutants';
import { REVOCATION_MUTANTS, searchRevocation } from '../model/revocation';
import { searchMutant, searchProtocol } from '../model/search';
import { verdictOf } from '../model/verdict';

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

describe('the model of revocation', () => {
  it('accepts no key after its revocation was acknowledged, in every state', () => {
    const { counterexample, complete } = searchRevocation();

    expect(counterexample).toBeNull();
    expect(complete).toBe(true);
  });

  it.each(REVOCATION_MUTANTS)('accepts one when $name', ({ without }) => {
    expect(searchRevocation(without).counterexample?.promise).toBe(
      'accepted after its revocation was acknowledged',
    );
  });
});

describe('the verdict of npm run check:model', () => {
  it('is 0 when the protocol holds everywhere and every mutant is caught, the last one too', () => {
    expect(verdictOf({ held: [true, true], caught: [true, true, true] })).toEqual({
      line: 'As it must be: the protocol keeps its promises in 2 of 2 configurations, and 3 of 3 mutants are caught breaking one.',
      exitCode: 0,
    });
  });

  it.each([
    [{ held: [true, false], caught: [true] }, '1 of 2 configurations'],
    [{ held: [true], caught: [true, false] }, '1 of 2 mutants'],
  ])('is 1 for %j', (outcome, share) => {
    const { line, exitCode } = verdictOf(outcome);

    expect(line).toContain('NOT as it must be');
    expect(line).toContain(share);
    expect(exitCode).toBe(1);
  });
});
