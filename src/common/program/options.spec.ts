import { isHelpAsked } from './options';
import { StartupError } from './startup-error';

describe(isHelpAsked.name, () => {
  it.each([
    [[], false],
    [['--help'], true],
  ])('of %p is %p', (args, expected) => {
    expect(isHelpAsked(args)).toBe(expected);
  });

  it.each([[['--verbose']], [['2026-01-14']]])('refuses %p', (args) => {
    expect(() => isHelpAsked(args)).toThrow(StartupError);
  });
});
