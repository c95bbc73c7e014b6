import { parseSeedArguments } from './arguments';

describe(parseSeedArguments.name, () => {
  it('reads the numbers that are given', () => {
    expect(parseSeedArguments(['--cards', '2400000', '--trips=30000000'])).toEqual({
      cards: 2_400_000,
      trips: 30_000_000,
    });
    expect(parseSeedArguments(['--days', '3', '--seed', '5'])).toEqual({ days: 3, seed: 5 });
  });

  it('returns null when help is asked for', () => {
    expect(parseSeedArguments(['--help', '--days', '3'])).toBeNull();
  });

  it.each([[['--cards', 'many']], [['--cards', '-5']], [['--cards']], [['--card', '5']], [['5']]])(
    'refuses %j in one line',
    (args) => {
      expect(() => parseSeedArguments(args)).toThrow(/^[^\n]+\(see --help\)$/);
    },
  );
});
