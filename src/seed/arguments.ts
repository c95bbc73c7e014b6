import { parseArgs } from 'node:util';
import { StartupError } from '../common/startup-error';

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

const NUMBER = { type: 'string' } as const;

/** @throws StartupError naming what is wrong. */
export function parseSeedArguments(args: readonly string[]): SeedArguments {
  const { help = false, ...numbers } = parse(args);
  return {
    help,
    cards: wholeNumber('cards', numbers.cards),
    trips: wholeNumber('trips', numbers.trips),
    days: wholeNumber('days', numbers.days),
    seed: wholeNumber('seed', numbers.seed),
  };
}

function parse(
  args: readonly string[],
): Partial<Record<keyof Omit<SeedArguments, 'help'>, string>> & { help?: boolean } {
  const options = {
    help: { type: 'boolean' },
    cards: NUMBER,
    trips: NUMBER,
    days: NUMBER,
    seed: NUMBER,
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const [line] = String(error instanceof Error ? error.message : error).split(/\. |\n/);
    throw new StartupError(`${line} (see --help)`);
  }
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new StartupError(`--${name} must be a whole number (see --help)`);
  return Number(text);
}
