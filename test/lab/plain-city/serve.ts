import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createClient } from '@redis/client';
import { Pool } from 'pg';
import { PlainCache } from './plain-cache';
import { PlainCity, Refusal } from './plain-city';
import { type Variant, variantOf } from './variant';

/** What a request was answered with. */
interface Answer {
  readonly status: number;
  readonly body: object;
  readonly cache?: 'HIT' | 'MISS';
}

const { DATABASE_URL, REDIS_URL = '', HOST, PORT } = process.env;

async function serve(): Promise<void> {
  const pool = new Pool({ connectionString: DATABASE_URL, max: 10 });
  // A connection that is lost while it is unused, or while a request has it: the next statement fails.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const redis = createClient({ url: REDIS_URL, disableOfflineQueue: true });
  redis.on('error', () => undefined);
  await redis.connect();
  const city = new PlainCity(pool, new PlainCache(redis));
  const server = createServer((request, response) => {
    answer(city, request).then(
      (given) => send(response, given),
      (error: unknown) => send(response, refusalOf(error)),
    );
  });
  server.listen(Number(PORT), HOST, () => console.log('ready'));
}

async function answer(city: PlainCity, request: IncomingMessage): Promise<Answer> {
  const variant = variantOf(request.headers);
  const { method = '', url = '' } = request;
  const [, id = ''] = /^\/cards\/(\d+)\//.exec(url) ?? [];
  if (method === 'GET' && url.endsWith('/balance')) return found(await city.balance(Number(id), variant));
  if (method === 'GET' && url.endsWith('/history')) return found(await city.history(Number(id), variant));
  const body = await bodyOf(request);
  if (url === '/cards') return { status: 201, body: await city.createCard() };
  const work = workAt(city, url);
  if (method !== 'POST' || !work) return { status: 404, body: { detail: 'Not Found' } };
  return { status: 201, body: await work(body, variant) };
}

type Body = Readonly<Record<string, number>>;

function workAt(city: PlainCity, url: string): ((body: Body, variant: Variant) => Promise<object>) | null {
  if (url === '/recharges')
    return ({ card_id = 0, amount = 0 }, variant) => city.recharge(card_id, amount, variant);
  if (url === '/trips/complete') return ({ card_id = 0 }, variant) => city.ride(card_id, variant);
  if (url === '/taps')
    return ({ card_id = 0, route_id = 0 }, variant) => city.tap(card_id, route_id, variant);
  return null;
}

function found({ text, isHit }: { text: string; isHit: boolean }): Answer {
  return { status: 200, body: JSON.parse(text) as object, cache: isHit ? 'HIT' : 'MISS' };
}

async function bodyOf(request: IncomingMessage): Promise<Body> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text || '{}') as Body;
}

function refusalOf(error: unknown): Answer {
  if (error instanceof Refusal) return { status: error.status, body: { detail: error.message } };
  return { status: 500, body: { detail: String(error) } };
}

function send(response: ServerResponse, { status, body, cache }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...(cache && { 'x-cache': cache }) });
  response.end(JSON.stringify(body));
}

void serve();
