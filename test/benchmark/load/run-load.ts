import { randomUUID } from 'node:crypto';
import { summarize } from '../../../src/programs/latency/summary';
import { loadAutocannon, type WireRequest } from '../../../src/programs/load/autocannon';
import { cardAt } from './card-at';
import type { Job, LoadResult } from './job';

/** As many requests as the server answers in the time, over connections that each wait for their answer. */
export async function runLoad(job: Job): Promise<LoadResult> {
  const times: number[] = [];
  const answers: Record<string, number> = {};
  let sent = 0;
  const requestAt = requestsOf(job);
  const load = loadAutocannon()({
    url: job.url,
    connections: job.connections,
    duration: job.seconds,
    requests: [
      {
        setupRequest: (request) => requestAt(request, (sent += 1) - 1),
        onResponse: (status, _body, _context, headers) => {
          const kind = `${status} ${headers['x-cache'] ?? ''}`.trim();
          answers[kind] = (answers[kind] ?? 0) + 1;
        },
      },
    ],
  });
  void load.on('response', (_client, _status, _bytes, ms) => times.push(ms));
  const { duration, errors } = await load;
  if (errors > 0) throw new Error(`${errors} requests had no answer`);
  const { p50, p99 } = summarize(times);
  return { sent, requests: times.length, seconds: duration, p50, p99, answers };
}

function requestsOf({
  method,
  path,
  body,
  headers: given,
  isKeyed,
  cards,
  stops,
}: Job): (request: WireRequest, n: number) => WireRequest {
  const run = randomUUID();
  return (request, n) => {
    const stop = stops?.[n % stops.length];
    const fill = (text: string): string =>
      text
        .replace('{card}', cards ? String(cardAt(cards, n)) : '')
        .replace('{route}', String(stop?.route_id))
        .replace('{station}', String(stop?.station_id));
    const filled = { ...request, method, path: fill(path), ...(body && { body: fill(body) }) };
    const headers = {
      ...request.headers,
      ...given,
      ...(body && { 'content-type': 'application/json' }),
      ...(isKeyed && { 'idempotency-key': `${run}-${n}` }),
    };
    return { ...filled, headers };
  };
}
