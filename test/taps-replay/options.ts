import { parseOptions, seedOption, wholeNumberOption } from '../../src/common/program/options';

export const HELP = `Replays a day of taps: validators that decided by themselves report, over HTTP, what a city's riders did yesterday. Some
batches come hours late, and some twice. Then it proves what the service made of them: every tap once, the books, the fares.

npm run taps:replay -- [options]
  --day            a day of Bogotá: 4,000,000 taps of 1,200,000 cards at 8,000 validators
  --taps N         taps (default 40000)
  --cards N        cards of the demonstration city (default one for 3.3 taps)
  --validators N   devices (default one for 200 taps)
  --batch N        most taps of one batch (default 100)
  --late N         percent of the batches that come late, or twice (default 8)
  --connections N  devices that send at the same time (default 4)
  --seed N         the same seed gives the same day in the same city (default: random, and printed)
  --memory         the cache is in the process of the service: no Redis
  --database URL   a seeded database in place of one that is made for the run. What is replayed stays in it.
  --help           shows this text

The exit code is 0 if every tap was taken once, and the books and the fares are right; otherwise 1.
`;

export interface DaySize {
  readonly seed: number;
  readonly taps: number;
  readonly cards: number;
  readonly validators: number;
  /** The most taps of one batch. */
  readonly batch: number;
  /** The share of the batches that come late, or twice. */
  readonly late: number;
}

export interface ReplayOptions extends DaySize {
  readonly connections: number;
  readonly hasRedis: boolean;
  readonly database: string | null;
}

const TEXT = { type: 'string' } as const;
const FLAG = { type: 'boolean' } as const;
const BOGOTA = { taps: 4_000_000, cards: 1_200_000, validators: 8_000 };
const TAPS_PER_CARD = 3.3;
const TAPS_PER_VALIDATOR = 200;

/**
 * Null when help is asked for.
 *
 * @throws StartupError naming what is wrong.
 */
export function parseReplayOptions(args: readonly string[]): ReplayOptions | null {
  const { values } = parseOptions({
    args: [...args],
    options: {
      ...{ help: FLAG, day: FLAG, memory: FLAG, taps: TEXT, cards: TEXT, validators: TEXT },
      ...{ batch: TEXT, late: TEXT, connections: TEXT, seed: TEXT, database: TEXT },
    },
  });
  if (values.help) return null;
  const usual = values.day ? BOGOTA : null;
  const taps = wholeNumberOption('taps', values.taps, 1, 100_000_000) ?? usual?.taps ?? 40_000;
  const some = { cards: Math.ceil(taps / TAPS_PER_CARD), validators: Math.ceil(taps / TAPS_PER_VALIDATOR) };
  return {
    seed: seedOption(values.seed),
    taps,
    cards: wholeNumberOption('cards', values.cards, 1, 10_000_000) ?? (usual ?? some).cards,
    validators: wholeNumberOption('validators', values.validators, 1, 100_000) ?? (usual ?? some).validators,
    batch: wholeNumberOption('batch', values.batch, 1, 1_000) ?? 100,
    late: (wholeNumberOption('late', values.late, 0, 100) ?? 8) / 100,
    connections: wholeNumberOption('connections', values.connections, 1, 1_000) ?? 4,
    hasRedis: !values.memory,
    database: values.database ?? null,
  };
}
