import { parseArgs } from 'node:util';
import { StartupError } from '../common/startup-error';

export const HELP = `Times reads of a running service, one request after the other, and compares MISS with HIT.

npm run latency -- [options]                 what is cached
npm run latency:non-cacheable -- [options]   what is not
  --url URL          the service (default http://127.0.0.1:8000)
  --operation PATH   such as /cards/{card_id}/balance, or all; may be given several times (asked for when left out)
  --iterations N     rounds for each (asked for when left out; default 50); a cached one has a MISS and a HIT in each
  --out NAME         writes NAME.json and NAME.svg (default latency)
  --help             this text

A cached answer is taken out of the cache (DELETE /cache/key) before each MISS. Nothing else is changed.
`;

export interface LatencyArguments {
  readonly help: boolean;
  readonly isCacheable: boolean;
  readonly url: string;
  /** Null: to be asked for. */
  readonly operations: readonly string[] | null;
  /** Null: to be asked for. */
  readonly iterations: number | null;
  readonly out: string;
}

/** @throws StartupError naming what is wrong. */
export function parseLatencyArguments(args: readonly string[]): LatencyArguments {
  const { help = false, cacheable = 'yes', url, operation, iterations, out = 'latency' } = parse(args);
  return {
    help,
    isCacheable: cacheable === 'yes',
    url: (url ?? 'http://127.0.0.1:8000').replace(/\/+$/, ''),
    operations: operation ?? null,
    iterations: iterations === undefined ? null : toIterations(iterations),
    out,
  };
}

/** @throws StartupError */
export function toIterations(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > 100_000)
    throw new StartupError('the iterations must be a whole number from 1 to 100000 (see --help)');
  return number;
}

function parse(args: readonly string[]): {
  help?: boolean;
  cacheable?: string;
  url?: string;
  operation?: string[];
  iterations?: string;
  out?: string;
} {
  const options = {
    help: { type: 'boolean' },
    cacheable: { type: 'string' },
    url: { type: 'string' },
    operation: { type: 'string', multiple: true },
    iterations: { type: 'string' },
    out: { type: 'string' },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const [line] = String(error instanceof Error ? error.message : error).split(/\. |\n/);
    throw new StartupError(`${line} (see --help)`);
  }
}
