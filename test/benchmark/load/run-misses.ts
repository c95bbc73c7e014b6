import { summarize } from '../../../src/programs/latency/summary';
import type { LoadResult, MissesJob } from './job';

/** One caller, one request after the other. */
export async function runMisses({ url, path, key, times }: MissesJob): Promise<LoadResult> {
  const milliseconds: number[] = [];
  const answers: Record<string, number> = {};
  const begun = performance.now();
  for (let n = 0; n < times; n += 1) {
    await read(`${url}/cache/key/${encodeURIComponent(key)}`, 'DELETE');
    const start = performance.now();
    const kind = await read(url + path, 'GET');
    milliseconds.push(performance.now() - start);
    answers[kind] = (answers[kind] ?? 0) + 1;
  }
  const { p50, p99 } = summarize(milliseconds);
  return { sent: times, requests: times, seconds: (performance.now() - begun) / 1_000, p50, p99, answers };
}

async function read(address: string, method: string): Promise<string> {
  const response = await fetch(address, { method });
  await response.arrayBuffer();
  return `${response.status} ${response.headers.get('x-cache') ?? ''}`.trim();
}
