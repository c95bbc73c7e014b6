import { parseSeedArguments } from './arguments';

describe(parseSeedArguments, () => {
  it('reads the numbers that are given', () => {
    expect(parseSeedArguments(['--cards', '2400000', '--trips=30000000'])).toEqual({
      help: false,
      cards: 2_400_000,
      trips: 30_000_000,
    });
    expect(parseSeedArguments(['--help', '--days', '3', '--seed', '5'])).toEqual({
      help: true,
      days: 3,
      seed: 5,
    });
  });

  it.each([[['--cards', 'many']], [['--cards', '-5']], [['--cards']], [['--card', '5']], [['5']]])(
    'refuses %j in one line',
    (args) => {
      expect(() => parseSeedArguments(args)).toThrow(/^[^\n]+\(see --help\)$/);
    },
  );
});
