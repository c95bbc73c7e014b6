import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { StartupError } from '../common/startup-error';
import type { MorningSize } from './morning';

export const HELP = `Drives a running service over HTTP as a city's morning does, and proves the books at the end.

npm run simulate -- [options]
  --url URL   the service (default http://127.0.0.1:8000)
  --taps N    boardings (default 5000)
  --rate N    boardings a second on average, whatever the service takes for them (default 100)
  --cards N   riders; each is a new synthetic one with a card of its own (default one for five boardings)
  --seed N    the same seed plans the same morning on the same network (default: drawn, and printed)
  --help      this text

Nobody else's card is used. What is written stays: it is for a service that may be tried out. The books are those of
DATABASE_URL, else of the embedded database under DATA_DIR, where one runs. Exit code 1: the books are wrong, or a request
failed that should not.
`;

export interface SimulateArguments extends MorningSize {
  readonly url: string;
}

const DEFAULTS = { url: 'http://127.0.0.1:8000', taps: 5_000, rate: 100 };
const TAPS_PER_CARD = 5;
const LEAST_CARDS = 10;
const LARGEST_SEED = 2 ** 31;

/**
 * Null when help is asked for.
 *
 * @throws StartupError naming what is wrong.
 */
export function parseSimulateArguments(args: readonly string[]): SimulateArguments | null {
  const { help, url = DEFAULTS.url, ...numbers } = parse(args);
  if (help) return null;
  if (!URL.canParse(url)) throw new StartupError(`--url must be a URL, not ${url} (see --help)`);
  const taps = wholeNumber('taps', numbers.taps, 1, 1_000_000) ?? DEFAULTS.taps;
  const someCards = Math.max(LEAST_CARDS, Math.ceil(taps / TAPS_PER_CARD));
  return {
    url: url.replace(/\/$/, ''),
    taps,
    rate: wholeNumber('rate', numbers.rate, 1, 10_000) ?? DEFAULTS.rate,
    cards: wholeNumber('cards', numbers.cards, 1, 1_000_000) ?? someCards,
    seed: wholeNumber('seed', numbers.seed, 0, LARGEST_SEED - 1) ?? randomInt(LARGEST_SEED),
  };
}

type Given = Partial<Record<'url' | 'taps' | 'rate' | 'cards' | 'seed', string>> & { help?: boolean };

function parse(args: readonly string[]): Given {
  const text = { type: 'string' } as const;
  const options = {
    help: { type: 'boolean' },
    url: text,
    taps: text,
    rate: text,
    cards: text,
    seed: text,
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const [line] = String(error instanceof Error ? error.message : error).split(/\. |\n/);
    throw new StartupError(`${line} (see --help)`);
  }
}

function wholeNumber(name: string, text: string | undefined, least: number, most: number): number | null {
  if (text === undefined) return null;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new StartupError(`--${name} must be a whole number from ${least} to ${most} (see --help)`);
}
