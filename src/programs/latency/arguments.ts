import { parseOptions, urlOption, wholeNumberOption } from '../../common/program/options';
import { KEY_HELP, type KeyHeaders, keyOption } from '../service-traffic/key-option';

export const HELP = `Times reads of a running service, one request after the other, and compares MISS with HIT.

npm run latency -- [options]                 operations that are cached
npm run latency:non-cacheable -- [options]   operations that are not cached
  --url URL          the service (default http://127.0.0.1:8000)
${KEY_HELP}
  --operation PATH   such as /cards/{card_id}/balance or /cards/17/balance, or all; it can be repeated. Without it
                     the program asks
  --iterations N     rounds of each operation; a round of a cached one is a MISS and a HIT. Without it the program
                     asks, with 50 as the default
  --out NAME         writes NAME.json and NAME.svg (default latency)
  --help             shows this text

Before each MISS the answer is removed from the cache (DELETE /cache/key). Nothing else is changed. An operation that the
service does not answer is skipped and named at the end; the exit code is 1 if you asked for it by name. Ctrl-C ends the
program early, with the results so far.
`;

export interface LatencyArguments {
  readonly help: boolean;
  readonly isCacheable: boolean;
  readonly url: string;
  readonly key: KeyHeaders;
  /** Null: to be asked for. */
  readonly operations: readonly string[] | null;
  /** Null: to be asked for. */
  readonly iterations: number | null;
  readonly out: string;
}

const TEXT = { type: 'string' } as const;
const MOST_ITERATIONS = 100_000;

/** @throws StartupError naming what is wrong. */
export function parseLatencyArguments(args: readonly string[]): LatencyArguments {
  const { values } = parseOptions({
    args: [...args],
    options: {
      help: { type: 'boolean' },
      cacheable: TEXT,
      url: TEXT,
      key: TEXT,
      operation: { type: 'string', multiple: true },
      iterations: TEXT,
      out: TEXT,
    },
  });
  return {
    help: values.help ?? false,
    isCacheable: values.cacheable !== 'no',
    url: urlOption(values.url),
    key: keyOption(values.key),
    operations: values.operation ?? null,
    iterations: toIterations(values.iterations) ?? null,
    out: values.out ?? 'latency',
  };
}

/** @throws StartupError */
export function toIterations(text: string | undefined): number | undefined {
  return wholeNumberOption('iterations', text, 1, MOST_ITERATIONS);
}
