import { once } from 'node:events';
import { connect as connectTo } from 'node:net';
import type { Client } from 'pg';
import type { Problem } from '../../src/common/http/problem/problem.dto';
import type { CacheStats } from '../../src/platform/cache/operations/dto/cache-responses.dto';
import { aCard, balanceOf, FARE } from '../builders/rides';
import { ask, documentOf, post } from '../setup/api';
import { checksumOf } from '../setup/checksum';
import type { Service } from '../setup/service';
import { startOverDatabase } from '../setup/service-over-database';
import { alertsAndFares } from './bad-input/alerts-and-fares';
import { bodies, idempotencyKeys, paths } from './bad-input/any-operation';
import { cards } from './bad-input/cards';
import { recharges } from './bad-input/recharges';
import type { Refusals } from './bad-input/refusal';
import { stationsAndRoutes } from './bad-input/stations-and-routes';
import { RIDER, type There, whatIsThere } from './bad-input/there';
import { taps } from './bad-input/taps';
import { trips } from './bad-input/trips';
import { users } from './bad-input/users';

/** What nobody outside should ever read: SQL, a stack, a driver's or the framework's words. */
const INNER_WORDS =
  /\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|FROM [a-z_]+ WHERE|relation|column|constraint|syntax error|duplicate key|violates|typeorm|postgres|nestjs|fastify|FST_|TypeError|QueryFailed|class-validator|invalid input|out of range|node_modules|undefined)\b|\.(js|ts):\d|\n\s+at /i;

const TABLES: readonly Refusals[] = [
  users,
  cards,
  recharges,
  bodies,
  idempotencyKeys,
  trips,
  taps,
  stationsAndRoutes,
  alertsAndFares,
  paths,
];
const OPERATIONS = TABLES.flatMap((table) => Object.entries(table));

let client: Client;
let service: Service;
let there: There;
/** What was in the database after the last request. */
let state: Readonly<Record<string, string>>;

beforeAll(async () => {
  ({ client, service } = await startOverDatabase());
  there = await whatIsThere(client, service);
  state = await checksumOf(client);
});

describe('the tables of bad requests', () => {
  it('name operations of the document', async () => {
    const { openApi } = await documentOf(service);
    const described = Object.entries(openApi.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );

    const named = OPERATIONS.map(([operation]) => operation).filter((operation) => operation.includes('/'));
    expect(named.filter((operation) => !described.includes(operation))).toEqual([]);
  });

  it('have many requests, and none twice', () => {
    const names = OPERATIONS.flatMap(([operation, refusals]) => refusals.map(({ what }) => operation + what));

    expect(names.length).toBeGreaterThan(350);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});

describe.each(OPERATIONS)('%s', (operation, refusals) => {
  const [method = '', template = ''] = operation.split(' ');

  it.each(refusals)('refuses $what, and nothing changes', async ({ sent, status, code }) => {
    const { path = template, body, text = JSON.stringify(body), headers } = sent(there);
    const answer = await ask(service, path, {
      method,
      body: text,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    });

    expect(answer).toMatchObject({ status, body: { code } });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.text.replaceAll(JSON.stringify(path).slice(1, -1), '')).not.toMatch(INNER_WORDS);
    const after = await checksumOf(client);
    const before = state;
    // A request that changed something is no fault of the next one.
    state = after;
    expect(after).toEqual(before);
  });
});

describe('a refusal', () => {
  it('says where in the body the fault is', async () => {
    const { body } = await post(service, '/recharges', { card_id: '1', amount: '-1' });

    expect(body).toMatchObject({
      errors: expect.arrayContaining([
        { pointer: '/card_id', detail: 'must be a whole number from 1 to 9007199254740991' },
        { pointer: '/amount', detail: 'must be a whole number, within the limits of the channel' },
      ]) as unknown,
    });
  });

  it('says what is wrong with a text', async () => {
    const { body } = await post(service, '/users', { ...RIDER, first_name: 'a\u202eb', last_name: '\u200b' });

    expect(body).toMatchObject({
      errors: [
        { pointer: '/first_name', detail: 'must not contain the character U+202E' },
        { pointer: '/last_name', detail: 'must show something' },
      ],
    });
  });

  it('says which member is not known, before what the others may be', async () => {
    const { body } = await post(service, '/recharges', { card_id: '1', 'a/b~c': 1 });

    expect(body).toMatchObject({
      errors: [{ pointer: '/a~1b~0c', detail: 'is not a member that is known here' }],
    });
  });

  it.each([
    [-50_000, 'default', 'must be a whole number from 1000 to 200000'],
    [0, 'default', 'must be a whole number from 1000 to 200000'],
    [1e308, 'default', 'must be a whole number from 1000 to 200000'],
    [-1, 'online', 'must be a whole number from 10000 to 200000'],
  ])('of an amount of %p names the limits of the %s channel', async (amount, channel, detail) => {
    const recharge_point_id = channel === 'online' ? there.onlinePoint : undefined;
    const { body } = await post(service, '/recharges', { card_id: there.card, amount, recharge_point_id });

    expect(body).toMatchObject({ errors: [{ pointer: '/amount', detail }] });
  });

  it.each([
    ['credit_boardings', 100],
    ['passback_seconds', 3_600],
    ['daily_cap', 1_000_000_000],
  ])('names what %s is bounded by', async (limit_name, most) => {
    for (const value of [-1, most + 1]) {
      const { body } = await post(service, '/fares/limits', { limit_name, valid_from: '2099-01-01', value });

      expect(body).toMatchObject({
        errors: [{ pointer: '/value', detail: `must be a whole number from 0 to ${most}` }],
      });
    }
  });

  it.each(['-50000', '0', '0.1', '1e308', '"NaN"'])(
    'of an amount of %s points at it, at both operations that recharge, and posts nothing',
    async (amount) => {
      const card_id = await aCard(service, 1_000);

      for (const path of ['/recharges', '/cards/recharge']) {
        const answer = await ask(service, path, {
          method: 'POST',
          body: `{"card_id":${card_id},"amount":${amount}}`,
          headers: { 'content-type': 'application/json' },
        });
        expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/amount' }] } });
      }

      expect(await balanceOf(service, card_id)).toBe(1_000);
    },
  );

  it('is a 400, 402 or 404, never a 500', async () => {
    const ride = { ...there.line.ride, card_id: there.emptyCard };
    const malformed = { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } };

    expect((await ask(service, '/cards/999999999/balance')).status).toBe(404);
    expect((await ask(service, '/trips/999999999')).status).toBe(404);
    expect((await ask(service, '/trips/start', malformed)).status).toBe(400);
    expect((await post(service, '/trips/complete', ride)).status).toBe(402);
    expect((await post(service, '/trips/complete', { ...ride, card_id: 999_999_999 })).status).toBe(404);
  });

  it.each([
    ['a taken e-mail', '/users', RIDER, 409],
    ['an id beyond bigint', '/cards/99999999999999999999/balance', undefined, 404],
    ['a card without an owner', '/cards', { user_id: 999_999_999 }, 404],
  ])('for %s has no SQL in its text', async (_, path, body, status) => {
    const answer = body ? await post(service, path, body) : await ask(service, path);

    expect(answer.status).toBe(status);
    expect(answer.text).not.toMatch(/select|insert|users_|constraint|duplicate|sql|out of range|stack/i);
  });

  it('for lack of money says how much is needed and how much is there', async () => {
    const { body } = await post(service, '/trips/start', {
      ...there.line.boarding,
      card_id: there.emptyCard,
    });

    expect(body).toMatchObject({ required: FARE, available: 0 });
  });

  it('is a 405 with Allow where another method would do', async () => {
    const methods = await Promise.all(
      (
        [
          ['PUT', `/cards/${there.card}`, 'GET, HEAD, PATCH'],
          ['DELETE', `/cards/${there.card}`, 'GET, HEAD, PATCH'],
          ['POST', '/users/count', 'GET, HEAD'],
          ['GET', '/cards/recharge', 'POST'],
          ['PUT', '/recharges', 'GET, HEAD, POST'],
          ['GET', '/trips/start', 'POST'],
          ['DELETE', `/api/v1/trips/${there.openTrip}`, 'GET, HEAD'],
          ['POST', `/cards/${there.card}/balance/`, 'GET, HEAD'],
        ] as const
      ).map(async ([method, path, allow]) => {
        const { status, body, headers } = await ask<Problem>(service, path, { method });
        return [status, body.code, headers.get('allow'), allow];
      }),
    );

    for (const [status, code, allowed, allow] of methods) {
      expect([status, code, allowed]).toEqual([405, 'method_not_allowed', allow]);
    }
  });

  it.each([
    ['a control character in the Idempotency-Key', 'Idempotency-Key: a\u0001b\r\n', 400],
    ['a header without a name', ': x\r\n', 400],
    ['headers of more than 16 KiB', `X-Long: ${'x'.repeat(20_000)}\r\n`, 431],
  ])('of what is no HTTP, for %s, has the same form', async (_, header, status) => {
    const { hostname, port } = new URL(service.url);
    const socket = connectTo(Number(port), hostname);
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.write(`POST /recharges HTTP/1.1\r\nHost: ${hostname}\r\n${header}Content-Length: 0\r\n\r\n`);
    await once(socket, 'close');

    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toMatch(/content-type: application\/problem\+json/i);
    expect(JSON.parse(body)).toMatchObject({ status, code: expect.stringMatching(/^[a-z_]+$/) as unknown });
  });
});

/** An operation of the document, with a path that names nothing. */
interface Described {
  readonly method: string;
  readonly path: string;
  readonly example: Readonly<Record<string, unknown>> | undefined;
}

async function operations(): Promise<Described[]> {
  const { openApi } = await documentOf(service);
  return Object.entries(openApi.paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, { requestBody }]) => ({
      method: method.toUpperCase(),
      path: template.replace(/\{\w+\}/g, '999999'),
      example: requestBody?.content['application/json']?.example as Described['example'],
    })),
  );
}

async function takingBodies(): Promise<(Described & { readonly example: object })[]> {
  return (await operations()).flatMap(({ example, ...operation }) =>
    example ? [{ ...operation, example }] : [],
  );
}

/** What an operation answers to a body, in short. */
async function answerTo(
  { method, path }: Described,
  body: string | Uint8Array<ArrayBuffer>,
): Promise<{ status: number; code: string; pointers: string[] }> {
  const answer = await ask<Problem>(service, path, {
    method,
    body,
    headers: { 'content-type': 'application/json' },
  });
  const { code, errors = [] } = answer.body;
  return { status: answer.status, code, pointers: errors.map(({ pointer }) => pointer) };
}

describe('every operation', () => {
  it('refuses a parameter that it does not know, before anything is looked up', async () => {
    const before = await ask<CacheStats>(service, '/cache/stats');
    const described = await operations();

    const answers: unknown[] = [];
    for (const { method, path } of described) {
      const queries = ['?x', '?x=1', '?=1', '?__proto__=1', '?limit[0]=1', `?${'x=1&'.repeat(1_000)}`];
      const ofOne = queries.flatMap((query) =>
        ['', '/api/v1'].map(async (prefix) => {
          const { status, body, headers } = await ask<Problem>(service, prefix + path + query, { method });
          const { code, errors = [] } = body;
          return [status, code, errors.length, errors[0]?.detail, headers.get('x-cache')];
        }),
      );
      answers.push(...(await Promise.all(ofOne)));
    }

    expect(described.length).toBeGreaterThan(70);
    const refusal = [422, 'invalid_value', 1, 'is not a parameter that is known here', null];
    expect(answers.filter((answer) => JSON.stringify(answer) !== JSON.stringify(refusal))).toEqual([]);
    const after = await ask<CacheStats>(service, '/cache/stats');
    expect(after.body.cache_stats.by_route).toEqual(before.body.cache_stats.by_route);
  });

  it('names no more than 20 parameters that it does not know', async () => {
    const query = Array.from({ length: 2_000 }, (_, n) => `x${n}`).join('&');
    const { status, body } = await ask<Problem>(service, `/users/count?${query}`);

    expect([status, body.errors?.length]).toEqual([422, 20]);
  });

  it.each([
    'locality=%ff',
    'locality=%ed%a0%80',
    'locality=%c3',
    'locality=%c3&status=%a9',
    'locality=%zz',
    '%ff=1',
  ])('refuses a query that is not UTF-8: %s', async (query) => {
    for (const path of ['/stations', '/users/count', '/api/v1/recharge-points']) {
      const { status, body } = await ask(service, `${path}?${query}`);

      expect([status, body]).toMatchObject([400, { code: 'malformed_request' }]);
    }
  });

  it('refuses a body that is deeper, wider or longer than its own shape', async () => {
    const described = await takingBodies();
    const deep = '['.repeat(6_000) + ']'.repeat(6_000);
    const wide = Array.from({ length: 700 }, (_, n) => `"k${n}":1`).join();

    for (const operation of described) {
      const [member = ''] = Object.keys(operation.example);
      const answers = [
        await answerTo(operation, deep),
        await answerTo(operation, `{"deep":${deep}}`),
        await answerTo(operation, `{"${member}":${deep}}`),
        await answerTo(operation, `{"${member}":[[[{"a":[[]]}]]]}`),
        await answerTo(operation, `{${wide}}`),
        await answerTo(operation, `[${'{},'.repeat(4_000)}{}]`),
        await answerTo(operation, `{"${member}":[${'{},'.repeat(4_000)}{}]}`),
      ];

      expect([operation.path, ...answers.map(({ status }) => status)]).toEqual([
        operation.path,
        ...answers.map(() => 422),
      ]);
      expect(Math.max(...answers.map(({ pointers }) => pointers.length))).toBeLessThanOrEqual(20);
    }
    expect(described.length).toBeGreaterThan(15);
  });

  it('refuses half of a surrogate pair wherever it takes text', async () => {
    for (const operation of await takingBodies()) {
      const key = await answerTo(operation, JSON.stringify({ ...operation.example, 'a\udc00': 1 }));
      expect([operation.path, key]).toEqual([
        operation.path,
        { status: 422, code: 'invalid_value', pointers: ['/a\ufffd'] },
      ]);
      for (const name of Object.keys(operation.example)) {
        const text = await answerTo(operation, JSON.stringify({ ...operation.example, [name]: 'a\ud800' }));
        expect([operation.path, text]).toEqual([
          operation.path,
          { status: 422, code: 'invalid_value', pointers: [`/${name}`] },
        ]);
      }
    }
  });

  it.each([
    ['a byte of Latin-1', [0xf1]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['too long a form', [0xc0, 0xaf]],
    ['half of a character', [0xc3]],
  ])('refuses a body that is not UTF-8 for %s', async (_, bytes) => {
    for (const operation of await takingBodies()) {
      const body = Uint8Array.from([...Buffer.from('{"x":"pago-'), ...bytes, ...Buffer.from('X"}')]);

      expect([operation.path, await answerTo(operation, body)]).toEqual([
        operation.path,
        { status: 400, code: 'malformed_request', pointers: [] },
      ]);
    }
  });

  it('refuses an empty body where one is required', async () => {
    for (const operation of await takingBodies()) {
      if (
        [
          '/cards',
          '/alerts/999999',
          '/arrivals/999999',
          '/keys/999999/roll',
          '/users/999999/erasure',
        ].includes(operation.path)
      )
        continue;

      expect([operation.path, (await answerTo(operation, '')).status]).toEqual([operation.path, 400]);
    }
  });

  it('names no more than 20 of 500 items that are wrong, and the last one where only that is', async () => {
    const good = { route_type: 'TRONCAL', route: 'J74', station: 'Portal', at: '2023-06-01T07:00:00Z' };
    const boardings = Array.from({ length: 500 }, () => good);
    const operation = { method: 'POST', path: '/fares/price', example: undefined };
    const price = (items: unknown[]) =>
      answerTo(operation, JSON.stringify({ personalised: true, boardings: items }));

    const allWrong = await price(boardings.map(() => ({})));
    const lastWrong = await price([...boardings.slice(1), { ...good, at: 'x', route_type: 1 }]);
    const tooMany = await price([...boardings, good]);

    expect(allWrong.pointers).toHaveLength(20);
    expect(lastWrong.pointers.sort()).toEqual(['/boardings/499/at', '/boardings/499/route_type']);
    expect(tooMany).toEqual({ status: 422, code: 'invalid_value', pointers: ['/boardings'] });
  });
});

describe('the log', () => {
  it('has nothing of all these requests as a fault of the service', () => {
    expect(service.output).not.toContain('request failed');
  });
});
