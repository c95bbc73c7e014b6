import { parseOptions, wholeNumberOption } from '../../common/program/options';

export const HELP = `Seeds an empty database with a demonstration city and its history.

npm run seed -- [options]
  --cards N   number of cards (default 3000, or a seventh of --trips)
  --trips N   number of trips (default seven for each card)
  --days N    full days of history before today (default 7)
  --seed N    the same number gives the same riders and trips (default: always the same)
  --help      shows this text

The database is the one in DATABASE_URL. Without DATABASE_URL it is the embedded one under DATA_DIR: stop the service first.
`;

export interface SeedArguments {
  readonly cards?: number;
  readonly trips?: number;
  readonly days?: number;
  readonly seed?: number;
}

const TEXT = { type: 'string' } as const;
const LARGEST = 999_999_999;

/**
 * Parses the arguments of the program. It returns null if they ask for help.
 *
 * @throws StartupError that says what is wrong.
 */
export function parseSeedArguments(args: readonly string[]): SeedArguments | null {
  const options = { help: { type: 'boolean' }, cards: TEXT, trips: TEXT, days: TEXT, seed: TEXT } as const;
  const { help, cards, trips, days, seed } = parseOptions({ args: [...args], options }).values;
  if (help) return null;
  return {
    cards: wholeNumberOption('cards', cards, 0, LARGEST),
    trips: wholeNumberOption('trips', trips, 0, LARGEST),
    days: wholeNumberOption('days', days, 0, LARGEST),
    seed: wholeNumberOption('seed', seed, 0, LARGEST),
  };
}
