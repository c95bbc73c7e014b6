import { parseOptions, seedOption, urlOption, wholeNumberOption } from '../../common/program/options';
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

const DEFAULTS = { taps: 5_000, rate: 100 };
const TEXT = { type: 'string' } as const;
const TAPS_PER_CARD = 5;
const LEAST_CARDS = 10;

/**
 * Null when help is asked for.
 *
 * @throws StartupError naming what is wrong.
 */
export function parseSimulateArguments(args: readonly string[]): SimulateArguments | null {
  const options = {
    help: { type: 'boolean' },
    url: TEXT,
    taps: TEXT,
    rate: TEXT,
    cards: TEXT,
    seed: TEXT,
  } as const;
  const { help, url, ...numbers } = parseOptions({ args: [...args], options }).values;
  if (help) return null;
  const taps = wholeNumberOption('taps', numbers.taps, 1, 1_000_000) ?? DEFAULTS.taps;
  const someCards = Math.max(LEAST_CARDS, Math.ceil(taps / TAPS_PER_CARD));
  return {
    url: urlOption(url),
    taps,
    rate: wholeNumberOption('rate', numbers.rate, 1, 10_000) ?? DEFAULTS.rate,
    cards: wholeNumberOption('cards', numbers.cards, 1, 1_000_000) ?? someCards,
    seed: seedOption(numbers.seed),
  };
}
