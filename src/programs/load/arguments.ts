import { parseOptions, seedOption, urlOption, wholeNumberOption } from '../../common/program/options';
import { StartupError } from '../../common/program/startup-error';
import { MIXES, type MixName } from './mixes';

const NAMES = Object.keys(MIXES) as MixName[];

export const HELP = `Loads a running service with many requests at once, and tells the latencies of each operation.

npm run load -- [options]
  --url URL          the service (default http://127.0.0.1:8000)
  --connections N    each sends its next request when the last one was answered (default 32)
  --duration N       seconds (default 20)
  --mix NAME         ${NAMES.join(', ')} (default city)
  --cards N          synthetic cards that are issued first, some for each connection (default 10 a connection)
  --seed N           the same seed draws the same requests (default: drawn, and printed)
  --json FILE        writes the results there too
  --help             this text

Nobody else's card is used. What is written stays: it is for a service that may be tried out. Exit code 1: a request
failed that should not. What a service rightly refuses, such as a boarding without money, is counted apart.
`;

export interface LoadArguments {
  readonly url: string;
  readonly connections: number;
  /** Seconds. */
  readonly duration: number;
  readonly mix: MixName;
  readonly cards: number;
  readonly seed: number;
  readonly json: string | null;
}

const TEXT = { type: 'string' } as const;
const CARDS_A_CONNECTION = 10;

/**
 * Null when help is asked for.
 *
 * @throws StartupError naming what is wrong.
 */
export function parseLoadArguments(args: readonly string[]): LoadArguments | null {
  const options = {
    help: { type: 'boolean' },
    url: TEXT,
    connections: TEXT,
    duration: TEXT,
    mix: TEXT,
    cards: TEXT,
    seed: TEXT,
    json: TEXT,
  } as const;
  const { values } = parseOptions({ args: [...args], options });
  if (values.help) return null;
  const { mix: asked = 'city' } = values;
  const mix = NAMES.find((name) => name === asked);
  if (!mix) throw new StartupError(`--mix must be one of ${NAMES.join(', ')} (see --help)`);
  const connections = wholeNumberOption('connections', values.connections, 1, 512) ?? 32;
  return {
    url: urlOption(values.url),
    connections,
    duration: wholeNumberOption('duration', values.duration, 1, 3_600) ?? 20,
    mix,
    cards: wholeNumberOption('cards', values.cards, connections, 100_000) ?? connections * CARDS_A_CONNECTION,
    seed: seedOption(values.seed),
    json: values.json ?? null,
  };
}
