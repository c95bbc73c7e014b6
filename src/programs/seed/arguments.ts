import { parseOptions, wholeNumberOption } from '../../common/program/options';

export const HELP = `Seeds an empty database with a demonstration city and its history.

npm run seed -- [options]
  --cards N   cards (default 3000, or one for seven trips)
  --trips N   trips (default seven for each card)
  --days N    full days of history before today (default 7)
  --seed N    another seed gives another city life (default: always the same)
  --help      this text

The database is that of DATABASE_URL, else the embedded one under DATA_DIR; no service may be using the latter.
`;

export interface SeedArguments {
  readonly help: boolean;
  readonly cards?: number;
  readonly trips?: number;
  readonly days?: number;
  readonly seed?: number;
}

const TEXT = { type: 'string' } as const;
const LARGEST = 999_999_999;

/** @throws StartupError naming what is wrong. */
export function parseSeedArguments(args: readonly string[]): SeedArguments {
  const options = { help: { type: 'boolean' }, cards: TEXT, trips: TEXT, days: TEXT, seed: TEXT } as const;
  const { help = false, cards, trips, days, seed } = parseOptions({ args: [...args], options }).values;
  return {
    help,
    cards: wholeNumberOption('cards', cards, 0, LARGEST),
    trips: wholeNumberOption('trips', trips, 0, LARGEST),
    days: wholeNumberOption('days', days, 0, LARGEST),
    seed: wholeNumberOption('seed', seed, 0, LARGEST),
  };
}
