import type { KeyHeaders } from '../service-traffic/key-option';
import type { ReadOperation } from './operations';
import { type Summary, summarize } from './summary';

/** One request. */
export interface Sample {
  /** What `X-Cache` said; `NONE` where nothing is cached. */
  readonly source: string;
  readonly milliseconds: number;
}

export interface Measured {
  readonly operation: string;
  readonly path: string;
  readonly samples: readonly Sample[];
  /** By source. */
  readonly summaries: Readonly<Record<string, Summary>>;
  /** The median MISS divided by the median HIT; null where one of them is missing. */
  readonly ratio: number | null;
}

/** What came of an operation: its samples, and why there are no more, if it broke off. */
export interface Measurement {
  readonly measured: Measured | null;
  readonly stopReason: string | null;
}

/** The first requests open the connection, and let both sides compile what they run. */
const WARM_UP = 5;

/**
 * Measures one operation, a request after the other. A cached one is taken out of the cache before every other request,
 * so that each round has a MISS and a HIT. Ends early, with what it has, at a refusal and when the signal is given.
 */
export async function measure(
  { url, key: headers }: { readonly url: string; readonly key: KeyHeaders },
  { name, path, key }: ReadOperation,
  rounds: number,
  signal: AbortSignal,
  onSample: (sample: Sample) => void,
): Promise<Measurement> {
  const samples: Sample[] = [];
  const take = async (): Promise<void> => {
    signal.throwIfAborted();
    const sample = await get(url + path, headers);
    samples.push(sample);
    onSample(sample);
  };
  let stopReason: string | null = null;
  try {
    for (let n = 0; n < WARM_UP; n += 1) await get(url + path, headers);
    for (let round = 0; round < rounds; round += 1) {
      if (key !== null) {
        await evict(`${url}/cache/key/${encodeURIComponent(key)}`, headers);
        await take();
      }
      await take();
    }
  } catch (error) {
    stopReason = signal.aborted ? 'interrupted' : reasonOf(error);
  }
  const measured = samples.length > 0 ? { operation: name, path, samples, ...compare(samples) } : null;
  return { measured, stopReason };
}

class RefusedError extends Error {}

/**
 * Removes the response from the cache. If it was not there, that is right too.
 *
 * @throws RefusedError if the caller may not do this, because then no MISS can be measured.
 */
async function evict(address: string, headers: KeyHeaders): Promise<void> {
  const answer = await fetch(address, { method: 'DELETE', headers });
  await answer.arrayBuffer();
  if (answer.status === 401 || answer.status === 403)
    throw new RefusedError(`DELETE ${address} answers ${answer.status}`);
}

async function get(address: string, headers: KeyHeaders): Promise<Sample> {
  const start = performance.now();
  const answer = await fetch(address, { headers });
  await answer.arrayBuffer();
  const milliseconds = performance.now() - start;
  if (!answer.ok) throw new RefusedError(`${address} answers ${answer.status}`);
  return { source: answer.headers.get('x-cache') ?? 'NONE', milliseconds };
}

function reasonOf(error: unknown): string {
  if (error instanceof RefusedError) return error.message;
  const { code = 'no answer' } = ((error as Error).cause ?? {}) as { code?: string };
  return `the service does not answer (${code})`;
}

function compare(samples: readonly Sample[]): Pick<Measured, 'summaries' | 'ratio'> {
  const sources = [...new Set(samples.map(({ source }) => source))];
  const summaries = Object.fromEntries(
    sources.map((source) => [
      source,
      summarize(samples.filter((sample) => sample.source === source).map(({ milliseconds }) => milliseconds)),
    ]),
  );
  const { MISS, HIT } = summaries;
  return { summaries, ratio: MISS && HIT ? MISS.p50 / HIT.p50 : null };
}
