import {
  parseOptions,
  seedOption,
  shareOption,
  urlOption,
  wholeNumberOption,
} from '../../common/program/options';
import type { MorningSize } from './morning';
import { KEY_HELP, type KeyHeaders, keyOption } from '../service-traffic/key-option';

export const HELP = `Sends a running service the requests of a city's morning over HTTP, and verifies the books at the end.

npm run simulate -- [options]
  --url URL   the service (default http://127.0.0.1:8000)
${KEY_HELP}
  --taps N    boardings (default 5000)
  --rate N    boardings a second on average, however long the answers take (default 100)
  --cards N   riders; each is new and synthetic, with a card (default one for five boardings)
  --offline SHARE  this share of the service's validators, from 0 to 1, loses its connection for a while, decides by
              itself meanwhile, and reports later (default 0)
  --seed N    the same seed gives the same morning on the same network (default: random, and printed)
  --help      shows this text

Use it only with a test service, because the riders and trips that it makes stay. It uses no cards but its own. The books
are in the database in DATABASE_URL, or else in the embedded one under DATA_DIR if it runs. Exit code 1: the books are
wrong, or a request failed that should not fail.
`;

export interface SimulateArguments extends MorningSize {
  readonly url: string;
  readonly key: KeyHeaders;
  /** Which share of the validators loses its connection for a while. */
  readonly offline: number;
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
    key: TEXT,
    taps: TEXT,
    rate: TEXT,
    cards: TEXT,
    seed: TEXT,
    offline: TEXT,
  } as const;
  const { help, url, key, offline, ...numbers } = parseOptions({ args: [...args], options }).values;
  if (help) return null;
  const taps = wholeNumberOption('taps', numbers.taps, 1, 1_000_000) ?? DEFAULTS.taps;
  const someCards = Math.max(LEAST_CARDS, Math.ceil(taps / TAPS_PER_CARD));
  return {
    url: urlOption(url),
    key: keyOption(key),
    taps,
    rate: wholeNumberOption('rate', numbers.rate, 1, 10_000) ?? DEFAULTS.rate,
    cards: wholeNumberOption('cards', numbers.cards, 1, 1_000_000) ?? someCards,
    seed: seedOption(numbers.seed),
    offline: shareOption('offline', offline) ?? 0,
  };
}
