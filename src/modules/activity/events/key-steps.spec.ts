import { KeySteps, stepsOf } from './key-steps';

const now = (): Date => new Date('2026-11-28T13:00:00.250Z');

describe(KeySteps.name, () => {
  it('remembers in their order the steps of the keys that are watched, until they are taken', () => {
    const steps = new KeySteps();
    steps.note('leased', ['card:1:balance'], undefined, now);
    steps.watch(['card:1:balance', 'card:1:history']);
    steps.note('marked', ['card:1:balance', 'card:2:balance'], '812', now);
    steps.note('filled', ['card:1:balance'], undefined, now);

    const taken = steps.take();
    expect(taken).toEqual([
      { at: now(), step: 'marked', key: 'card:1:balance', write: '812' },
      { at: now(), step: 'filled', key: 'card:1:balance', write: null },
    ]);
    expect(steps.take()).toEqual([]);
    expect(stepsOf(taken, new Set(['card:1:history']))).toBeNull();
    expect(stepsOf(taken, new Set(['card:1:balance']))).toEqual({ steps: taken, more: 0 });
  });

  it('remembers and lists no more than it can', () => {
    const steps = new KeySteps();
    steps.watch(['trips:total']);
    for (let count = 0; count < 3_000; count += 1) steps.note('marked', ['trips:total'], '1', now);

    const taken = steps.take();
    expect(taken).toHaveLength(2_000);
    expect(stepsOf(taken, new Set(['trips:total']))?.more).toBe(1_800);
  });
});
