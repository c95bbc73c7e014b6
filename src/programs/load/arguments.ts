import { parseOptions, seedOption, urlOption, wholeNumberOption } from '../../common/program/options';
import { StartupError } from '../../common/program/startup-error';
import { MIXES, type MixName } from './mixes';
import { KEY_HELP, type KeyHeaders, keyOption } from '../service-traffic/key-option';

const NAMES = Object.keys(MIXES) as MixName[];

export const HELP = `Loads a running service with many requests at once, and prints the latencies of each operation.

npm run load -- [options]
  --url URL          the service (default http://127.0.0.1:8000)
${KEY_HELP}
  --connections N    connections; each waits for a response before it sends its next request (default 32)
  --rate N           requests a second of all connections together (default: as many as are answered)
  --duration N       seconds (default 20)
  --mix NAME         ${NAMES.join(', ')} (default city)
  --cards N          synthetic cards to issue first (default 10 for each connection)
  --seed N           the same seed gives the same requests (default: random, and printed)
  --json FILE        also writes the results to this file
  --help             shows this text

Use it only with a test service, because the cards and trips that it makes stay. It uses no cards but its own. Exit code
1: a request failed that should not fail. Correct refusals, such as a boarding without money, are counted separately.
`;

export interface LoadArguments {
  readonly url: string;
  readonly key: KeyHeaders;
  readonly connections: number;
  /** Requests a second; null: as many as are answered. */
  readonly rate: number | null;
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
    key: TEXT,
    connections: TEXT,
    rate: TEXT,
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
    key: keyOption(values.key),
    connections,
    rate: wholeNumberOption('rate', values.rate, connections, 100_000) ?? null,
    duration: wholeNumberOption('duration', values.duration, 1, 3_600) ?? 20,
    mix,
    cards: wholeNumberOption('cards', values.cards, connections, 100_000) ?? connections * CARDS_A_CONNECTION,
    seed: seedOption(values.seed),
    json: values.json ?? null,
  };
}
