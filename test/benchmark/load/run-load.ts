import { randomUUID } from 'node:crypto';
import { summarize } from '../../../src/programs/latency/summary';
import { type Exchange, loadAutocannon, type WireRequest } from '../../../src/programs/load/autocannon';
import { cardAt } from './card-at';
import type { Job, LoadResult } from './job';

/** What autocannon keeps for a connection from its first request to its last, before it begins again. */
interface Turn {
  n?: number;
}

/** As many requests as the server answers in the time, over connections that each wait for their answer. */
export async function runLoad(job: Job): Promise<LoadResult> {
  const times: number[] = [];
  const answers: Record<string, number> = {};
  let sent = 0;
  const { first, next } = requestsOf(job);
  const onResponse: Exchange['onResponse'] = (status, _body, _context, headers) => {
    const kind = `${status} ${headers['x-cache'] ?? ''}`.trim();
    answers[kind] = (answers[kind] ?? 0) + 1;
  };
  const opening: Exchange = {
    setupRequest: (request, turn: Turn) => first(request, (turn.n = (sent += 1) - 1)),
    onResponse,
  };
  const following: Exchange = { setupRequest: (request, { n = 0 }: Turn) => next(request, n), onResponse };
  const load = loadAutocannon()({
    url: job.url,
    connections: job.connections,
    duration: job.seconds,
    requests: job.thenRead === undefined ? [opening] : [opening, following],
  });
  void load.on('response', (_client, _status, _bytes, ms) => times.push(ms));
  const { duration, errors } = await load;
  if (errors > 0) throw new Error(`${errors} requests had no answer`);
  const { p50, p99 } = summarize(times);
  return { sent, requests: times.length, seconds: duration, p50, p99, answers };
}

type RequestAt = (request: WireRequest, n: number) => WireRequest;

function requestsOf(job: Job): { readonly first: RequestAt; readonly next: RequestAt } {
  const { method, path, body, headers: given, isKeyed, cards, stops, thenRead = '' } = job;
  const run = randomUUID();
  const fill = (text: string, n: number): string => {
    const stop = stops?.[n % stops.length];
    return text
      .replace('{card}', cards ? String(cardAt(cards, n)) : '')
      .replace('{other}', cards ? String(cardAt(cards, n + Math.floor(cards.count / 2))) : '')
      .replace('{route}', String(stop?.route_id))
      .replace('{station}', String(stop?.station_id));
  };
  return {
    first: (request, n) => ({
      ...{ ...request, method, path: fill(path, n), ...(body && { body: fill(body, n) }) },
      headers: {
        ...request.headers,
        ...given,
        ...(body && { 'content-type': 'application/json' }),
        ...(isKeyed && { 'idempotency-key': `${run}-${n}` }),
      },
    }),
    next: (request, n) => ({ ...request, method: 'GET', path: fill(thenRead, n) }),
  };
}
