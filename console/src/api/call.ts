import { Away, Refused } from './failures';
import { reach } from './reach.svelte';
import { renew } from './renewal';
import type { Operations, Problem } from './schema';
import { session } from './session.svelte';

export type OperationName = keyof Operations;
export type ResponseOf<Name extends OperationName> = Operations[Name]['response'];

type Part<Name extends OperationName, Member extends 'path' | 'query' | 'body'> = Operations[Name][Member];
type Given<Name extends OperationName, Member extends 'path' | 'query' | 'body'> =
  undefined extends Part<Name, Member>
    ? { readonly [Key in Member]?: never }
    : Record<string, never> extends Part<Name, Member>
      ? { readonly [Key in Member]?: Part<Name, Member> }
      : { readonly [Key in Member]: Part<Name, Member> };

/** What an operation takes. */
export type Request<Name extends OperationName> = Given<Name, 'path'> &
  Given<Name, 'query'> &
  Given<Name, 'body'>;

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Of a request that moves money: made once for each form, so that it can be sent again. */
  readonly idempotencyKey?: string;
  /** Hears of the headers of an answer. */
  readonly onheaders?: (headers: Headers) => void;
}

const JSON_TYPE = 'application/json';
/** What is also told as text: a table for a spreadsheet, and metrics. */
const TEXT_TYPES = {
  'GET /finance/recharges/series': 'text/csv',
  'GET /finance/revenue/series': 'text/csv',
  'GET /metrics': 'application/openmetrics-text',
} as const satisfies Partial<Record<OperationName, string>>;
export type TextName = keyof typeof TEXT_TYPES;

/** After so long there is no answer; the service itself gives up sooner. */
const TIMEOUT_MS = 15_000;
const UNAUTHORIZED = 401;

/**
 * Calls an operation of the API.
 *
 * @throws Refused with the problem document; Away when there was no answer, or none of the service.
 */
export async function call<Name extends OperationName>(
  name: Name,
  request: Request<Name>,
  options: CallOptions = {},
): Promise<ResponseOf<Name>> {
  return (await send(name, request, JSON_TYPE, options)) as ResponseOf<Name>;
}

/** The same as the text that it also has. @throws as `call` does. */
export async function callForText<Name extends TextName>(
  name: Name,
  request: Request<Name>,
  options: CallOptions = {},
): Promise<string> {
  return String(await send(name, request, TEXT_TYPES[name], options));
}

async function send(
  name: OperationName,
  { path = {}, query = {}, body }: Parts,
  accept: string,
  { signal, idempotencyKey, onheaders }: CallOptions,
): Promise<unknown> {
  const [method = '', template = ''] = name.split(' ');
  const headers = new Headers({ accept });
  if (session.key) headers.set('authorization', `Bearer ${session.key}`);
  if (body !== undefined) headers.set('content-type', 'application/json');
  if (idempotencyKey) headers.set('idempotency-key', idempotencyKey);
  const ask = (): Promise<Answer> => {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    return answerTo(addressOf(template, path, query), {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      redirect: 'error',
    });
  };
  let response = await ask();
  // What was refused so was not done, so it can be sent again.
  if (response.status === UNAUTHORIZED && session.key === null && (await renew())) response = await ask();
  reach.answered();
  onheaders?.(response.headers);
  if (response.ok) return response.value;
  const refused = new Refused(response.value as Problem, response.retryAfterSeconds);
  if (response.status === UNAUTHORIZED) session.end(refused.problem.code);
  throw refused;
}

/**
 * Opens the stream of events; it stays open longer than an answer may take.
 *
 * @param lastId of the last event that was received: what came since is sent first.
 * @throws Refused, Away
 */
export async function openEvents(
  query: Parts['query'],
  lastId: string | null,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const headers = new Headers({ accept: 'text/event-stream, application/problem+json;q=0.9' });
  if (session.key) headers.set('authorization', `Bearer ${session.key}`);
  if (lastId !== null) headers.set('last-event-id', lastId);
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), TIMEOUT_MS);
  const init = { headers, credentials: 'same-origin', cache: 'no-store' } as const;
  try {
    const response = await fetch(addressOf('/events', {}, query), {
      ...init,
      signal: AbortSignal.any([signal, controller.signal]),
    });
    const type = response.headers.get('content-type') ?? '';
    if (response.ok && response.body && type.startsWith('text/event-stream')) return response.body;
    if (!type.includes('json')) throw new Away();
    const refused = new Refused(
      (await response.json()) as Problem,
      Number(response.headers.get('retry-after')) || null,
    );
    if (refused.problem.status === 401) session.end(refused.problem.code);
    throw refused;
  } catch (error) {
    if (error instanceof Refused || signal.aborted) throw error;
    throw new Away();
  } finally {
    clearTimeout(timer);
  }
}

interface Parts {
  readonly path?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string | number | boolean | null | undefined>>;
  readonly body?: unknown;
}

function addressOf(template: string, path: Parts['path'], query: Parts['query']): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(path?.[name])),
  );
  const given = Object.entries(query ?? {}).flatMap(([name, value]) =>
    value === undefined || value === null || value === '' ? [] : [[name, String(value)]],
  );
  const search = new URLSearchParams(given).toString();
  return `/api/v1${filled}${search && `?${search}`}`;
}

interface Answer {
  readonly ok: boolean;
  readonly status: number;
  /** What the JSON says, or the text itself. */
  readonly value: unknown;
  readonly headers: Headers;
  readonly retryAfterSeconds: number | null;
}

/** @throws Away; what the caller aborted stays an AbortError. */
async function answerTo(address: string, init: RequestInit & { signal: AbortSignal }): Promise<Answer> {
  try {
    const response = await fetch(address, { ...init, credentials: 'same-origin' });
    const text = await response.text();
    const type = response.headers.get('content-type') ?? '';
    const isText = Object.values(TEXT_TYPES).some((one) => type.startsWith(one));
    if (!isText && !type.includes('json') && text !== '') throw new Away();
    return {
      ok: response.ok,
      status: response.status,
      value: isText ? text : text === '' ? null : JSON.parse(text),
      headers: response.headers,
      retryAfterSeconds: Number(response.headers.get('retry-after')) || null,
    };
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    reach.failed();
    throw new Away();
  }
}
