import { METHODS } from 'node:http';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Problem } from '../../src/common/http/problem/problem.dto';
import { connect } from '../builders/connect';
import { aCard } from '../builders/rides';
import { afterFile, afterTest } from '../setup/after-test';
import { type Answer, ask, post } from '../setup/api';
import { createDatabase } from '../setup/database';
import { exchange, RawConnection } from '../setup/raw-connection';
import { type Service, startService } from '../setup/service';
import { until } from '../setup/until';
import { untilTrusted } from '../setup/until-trusted';
import { untilWaiting } from '../setup/until-waiting';

const POOL_SIZE = 2;
const AN_ID = /^[\w-]+$/;
const A_TRACE = /^(?!0+$)[\da-f]{32}$/;
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const aText = expect.any(String) as unknown;

let client: Client;
let service: Service;
let card_id: number;

beforeAll(async () => {
  const database = await createDatabase();
  afterFile(() => database.drop());
  client = await connect(database.url);
  afterFile(() => client.end());
  service = await startService({
    databaseUrl: database.url,
    nodeOptions: ['--require', resolve(__dirname, '../setup/blocking.cjs')],
    env: {
      BLOCK_FOR_MS: '3500',
      DATABASE_POOL_SIZE: String(POOL_SIZE),
      DATABASE_CONNECT_TIMEOUT_MS: '2000',
      HTTP_HEADERS_TIMEOUT_MS: '2000',
      HTTP_REQUEST_TIMEOUT_MS: '2500',
      HTTP_CHECK_INTERVAL_MS: '100',
      OVERLOAD_EVENT_LOOP_DELAY_MS: '2000',
    },
  });
  afterFile(() => service.stop());
  await untilTrusted(service);
  card_id = await aCard(service, 0);
});

/** The text of a request; without a length of the body it is the right one. */
function request(line: string, headers: readonly string[] = [], body = '', length = body.length): string {
  const all = ['Host: localhost', ...headers, ...(length > 0 ? [`Content-Length: ${length}`] : [])];
  return [`${line} HTTP/1.1`, ...all, '', body].join('\r\n');
}

function recharge(length?: number): string {
  return request(
    'POST /recharges',
    ['Content-Type: application/json'],
    JSON.stringify({ card_id, amount: 1_000 }),
    length,
  );
}

/** Its body stops in the middle of a chunk. */
function brokenRecharge(): string {
  return request(
    'POST /recharges',
    ['Content-Type: application/json', 'Transfer-Encoding: chunked'],
    '5\r\n{"car\r\nZZ\r\n',
    0,
  );
}

const count = async (table: 'recharges' | 'postings'): Promise<number> => {
  const { rows } = await client.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`);
  return rows[0]?.count ?? 0;
};

/** The line of the log about an answer, which may come a little later than that. */
async function logged(id: string | undefined): Promise<unknown> {
  let line: string | undefined;
  await until(`${id} is in the log`, () => {
    line = service.output.split('\n').find((each) => each.includes(`"reqId":"${id}"`));
    return line !== undefined;
  });
  return JSON.parse(line ?? '');
}

/** Holds a card's row until it is let go. */
async function holdCard(id: number): Promise<() => Promise<void>> {
  return hold('SELECT FROM cards WHERE card_id = $1 FOR NO KEY UPDATE', [id]);
}

/** Keeps what a statement locks until it is let go. */
async function hold(statement: string, values: readonly unknown[] = []): Promise<() => Promise<void>> {
  await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
  await client.query(statement, [...values]);
  let isHeld = true;
  const letGo = async (): Promise<void> => {
    if (isHeld) await client.query('ROLLBACK');
    isHeld = false;
  };
  afterTest(letGo);
  return letGo;
}

describe('bytes that are no HTTP', () => {
  it.each<[string, () => string, number]>([
    ['after a recharge', () => `${recharge()}\x00\x01`, 1],
    ['that its length leaves over', () => recharge().replace(/"amount":1000}$/, '"amount":1000}}}'), 1],
    ['after two recharges that were sent together', () => `${recharge()}${recharge()}no HTTP\r\n\r\n`, 2],
  ])('%s leave it its own answer, and nothing else', async (_, text, howMany) => {
    const before = await count('recharges');

    const responses = await exchange(service, text());

    expect(responses.map(({ status }) => status)).toEqual(Array(howMany).fill(201));
    expect(responses.at(-1)?.headers.get('connection')).toBe('close');
    expect(await count('recharges')).toBe(before + howMany);
  });

  it('leave a recharge that is being worked on its own answer', async () => {
    const before = await count('recharges');
    const letGo = await holdCard(card_id);
    const connection = await RawConnection.open(service);
    connection.send(recharge());
    await untilWaiting(client, 1);
    connection.send('no HTTP\r\n\r\n');
    await ask(service, '/health/live');
    connection.send('nor this');
    await ask(service, '/health/live');
    expect([connection.isOpen, connection.responses]).toEqual([true, []]);
    await letGo();

    const responses = await connection.untilClosed();

    expect(responses).toMatchObject([{ status: 201, body: { card_id } }]);
    expect(await count('recharges')).toBe(before + 1);
  });

  it('in the body of a request refuse that one only, in its turn', async () => {
    const before = await count('recharges');

    const [first, second, ...rest] = await exchange(service, recharge() + brokenRecharge());

    expect([first?.status, rest]).toEqual([201, []]);
    const id = second?.headers.get('x-request-id');
    expect(second).toMatchObject({
      status: 400,
      body: { code: 'malformed_request', instance: '/recharges', request_id: id },
    });
    expect(await logged(id)).toMatchObject({ method: 'POST', path: '/recharges', status: 400 });
    expect(await count('recharges')).toBe(before + 1);
  });

  it('in a body that was refused already end the connection without another answer', async () => {
    const unread = request('POST /nope', ['Transfer-Encoding: chunked'], '5\r\nabcde\r\n', 0);
    const connection = await RawConnection.open(service);
    connection.send(unread);
    await until('it is refused', () => connection.responses.length === 1);
    connection.send('ZZ\r\n');

    expect(await connection.untilClosed()).toMatchObject([{ status: 404 }]);
  });

  it.each([
    ['alone', '\x00\x01', 400, 'malformed_request'],
    ['with another version', 'GET / HTTP/9.9\r\n\r\n', 400, 'malformed_request'],
    [
      'with headers of more than 16 KiB',
      request('GET /', [`X-Long: ${'x'.repeat(20_000)}`]),
      431,
      'headers_too_large',
    ],
  ])('%s are refused with an id, which is in the log', async (_, text, status, code) => {
    const [response, ...rest] = await exchange(service, text);

    const id = response?.headers.get('x-request-id');
    expect(id).toMatch(AN_ID);
    expect(response).toMatchObject({ status, body: { status, code, detail: aText, request_id: id } });
    expect(response?.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const { trace_id } = response?.body as Problem;
    expect(trace_id).toMatch(A_TRACE);
    expect(await logged(id)).toMatchObject({ status, code, trace_id });
    expect(rest).toEqual([]);
  });
});

describe('a request that comes too slowly', () => {
  /** Sends a character from time to time, until the service has enough of it. */
  async function drip(connection: RawConnection): Promise<void> {
    while (connection.isOpen) {
      connection.send('x');
      await sleep(100);
    }
  }

  it('is answered 408, whatever comes too slowly, and others are answered meanwhile', async () => {
    const before = await count('recharges');
    const [body, head, silent] = await Promise.all([
      RawConnection.open(service),
      RawConnection.open(service),
      RawConnection.open(service),
    ]);
    body.send(recharge(1_000));
    head.send('GET /users/count HTTP/1.1\r\nHost: localhost\r\nX-Long: ');
    expect((await ask(service, '/users/count')).status).toBe(200);
    void Promise.all([drip(body), drip(head)]);

    const answers = await Promise.all([body, head, silent].map((connection) => connection.untilClosed()));

    for (const responses of answers) {
      const id = responses[0]?.headers.get('x-request-id');
      expect(responses).toMatchObject([
        { status: 408, body: { status: 408, code: 'request_timeout', request_id: id } },
      ]);
      expect(responses[0]?.headers.get('connection')).toBe('close');
      expect(responses[0]?.headers.get('x-frame-options')).toBe('DENY');
      expect(await logged(id)).toMatchObject({ status: 408 });
    }
    expect(answers[0]?.[0]?.body).toMatchObject({ instance: '/recharges' });
    expect(await count('recharges')).toBe(before);
  });
});

describe('the trace of a request', () => {
  it.each<[string, string, string | RegExp, number]>([
    ['of a read', '/users/count', TRACE, 200],
    ['of a refusal', '/users/0/cards', TRACE, 404],
    ['of a path that cannot be decoded', '/users/%zz', TRACE, 400],
  ])(
    "is its caller's, in the log and the problem document, and not sent back: %s",
    async (_, path, trace, status) => {
      const traceparent = `traceparent: 00-${TRACE}-00f067aa0ba902b7-01`;
      const [response] = await exchange(service, request(`GET ${path}`, ['Connection: close', traceparent]));

      expect(response?.status).toBe(status);
      expect([...(response?.headers.keys() ?? [])].filter((name) => name.startsWith('trace'))).toEqual([]);
      if (status !== 200) expect(response?.body).toMatchObject({ trace_id: trace });
      expect(await logged(response?.headers.get('x-request-id'))).toMatchObject({ trace_id: trace });
    },
  );

  it('begins with it where its caller has none, or a wrong one', async () => {
    const headers = [[], ['traceparent: 00-0-0-00'], [`traceparent: ff-${TRACE}-00f067aa0ba902b7-01`]];
    const answers = await Promise.all(
      headers.map((some) => exchange(service, request('GET /users/0/cards', ['Connection: close', ...some]))),
    );

    const traces = answers.map(([response]) => (response?.body as Problem).trace_id);
    for (const trace of traces) expect(trace).toMatch(A_TRACE);
    expect(new Set([...traces, TRACE]).size).toBe(4);
  });
});

describe('a head', () => {
  it.each<[string, string, number, string]>([
    [
      'two Host headers',
      request('GET /users/count', ['Host: localhost', 'Connection: close']),
      400,
      'invalid_host',
    ],
    ['no Host header', 'GET /users/count HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'invalid_host'],
    [
      'a Host that is none',
      'GET /users/count HTTP/1.1\r\nHost: a b/c\r\nConnection: close\r\n\r\n',
      400,
      'invalid_host',
    ],
    [
      'an expectation',
      request('POST /recharges', ['Expect: foo', 'Content-Type: application/json'], '{}'),
      417,
      'expectation_failed',
    ],
    [
      'a path that is not well encoded',
      request('GET /users/%zz', ['Connection: close']),
      400,
      'malformed_request',
    ],
    ['a path that is not UTF-8', request('GET /users/%ff', ['Connection: close']), 400, 'malformed_request'],
    ['an encoded NUL', request('GET /docs/%00', ['Connection: close']), 404, 'not_found'],
    ['an asterisk', request('OPTIONS *', ['Connection: close']), 404, 'not_found'],
    ['a path without a slash', request('GET *users', ['Connection: close']), 404, 'not_found'],
    ['an authority', request('CONNECT localhost:443'), 404, 'not_found'],
  ])('with %s is refused with an id, which is in the log', async (_, text, status, code) => {
    const [response, ...rest] = await exchange(service, text);

    const id = response?.headers.get('x-request-id');
    expect(id).toMatch(AN_ID);
    expect(response).toMatchObject({ status, body: { status, code, request_id: id } });
    expect(response?.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(response?.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await logged(id)).toMatchObject({ status, path: aText });
    expect(rest).toEqual([]);
  });

  it.each([
    ['of HTTP/1.0 without a Host', 'GET /users/count HTTP/1.0\r\n\r\n'],
    ['with an absolute target', request('GET http://elsewhere/api/v1/users/count', ['Connection: close'])],
    ['with an IPv6 host', 'GET /users/count HTTP/1.1\r\nHost: [::1]:8000\r\nConnection: close\r\n\r\n'],
  ])('%s is answered', async (_, text) => {
    expect(await exchange(service, text)).toMatchObject([{ status: 200, body: { total_users: 0 } }]);
  });

  it('with an absolute target is refused and logged as its path, without what it says of the host', async () => {
    const [response] = await exchange(
      service,
      request('GET http://user:secret@elsewhere/nope?x', ['Connection: close']),
    );

    expect(response).toMatchObject({ status: 404, body: { instance: '/nope?x' } });
    expect(await logged(response?.headers.get('x-request-id'))).toMatchObject({ path: '/*' });
    expect(service.output).not.toContain('secret');
  });

  it('is logged without what its caller may have written about a person', async () => {
    const person = 'ana@ejemplo.co';
    const number = '4000123412341234';
    const targets: readonly (readonly [start: string, status: number, path: string])[] = [
      [`GET /users/count#${person}`, 422, '/users/count'],
      [`GET /users/count?email=${person}`, 422, '/users/count'],
      [`GET /users/${person}`, 404, '/users/*'],
      [`GET /api/v1/cards/${number}/balance`, 404, '/api/v1/cards/*/balance'],
      ['GET /cards/999999/balance', 404, '/cards/999999/balance'],
      [`GET /stations/${person}/details`, 404, '/stations/*/details'],
      [`PUT /cards/${number}`, 405, '/cards/*'],
      [`GET /${person}/users/${number}`, 404, '/*/users/*'],
      [`GET /users/${person}/%zz`, 400, '/users/*/*'],
      [`GET *${person}`, 404, '*'],
    ];
    const headers = ['Connection: close', `X-Request-Id: ${person}`, `User-Agent: ${person}`];
    for (const [start, status, path] of targets) {
      const [response] = await exchange(service, request(start, headers));
      expect([start, response?.status]).toEqual([start, status]);
      expect(await logged(response?.headers.get('x-request-id'))).toMatchObject({ path, status });
    }
    expect(service.output).not.toContain(person);
    expect(service.output).not.toContain(number);
  });

  it('with more headers than Node.js counts is read to its end', async () => {
    const many = Array.from({ length: 2_100 }, () => 'a:');
    const [response] = await exchange(
      service,
      request('POST /recharges', [...many, 'Idempotency-Key: a b', 'Connection: close']),
    );

    expect(response).toMatchObject({ status: 400, body: { code: 'malformed_header' } });
  });
});

describe('a path', () => {
  it.each([
    ['/', '/api/v1'],
    ['/', '/api/v1/'],
    ['/', '/api/v1?x=1'],
    ['/users/count', '/%75sers/%63ount'],
    ['/users/count', '/%61pi/v%31/users/count'],
  ])('%s is also %s', async (path, other) => {
    const [one, another] = await Promise.all(
      [path, other].map(async (each) => {
        const { status, headers } = await fetch(service.url + each, { redirect: 'manual' });
        return [status, headers.get('location'), headers.get('x-content-type-options')];
      }),
    );

    expect(another).toEqual(one);
    expect(one?.[0]).toBeLessThan(400);
    expect(one?.[2]).toBe('nosniff');
  });

  it('that is known is 405 with every other method that there is, and an unknown one 404', async () => {
    const others = METHODS.filter((method) => !['GET', 'HEAD'].includes(method));

    const answers = await Promise.all(
      others.map(async (method) => {
        const [known] = await exchange(
          service,
          request(`${method} /api/v1/users/count`, ['Connection: close']),
        );
        const [unknown] = await exchange(service, request(`${method} /nope`, ['Connection: close']));
        return [method, known?.status, known?.headers.get('allow'), unknown?.status];
      }),
    );

    expect(answers).toEqual(others.map((method) => [method, 405, 'GET, HEAD', 404]));
  });

  it('that is unknown, or known with another method, is refused before its body is read', async () => {
    const bad = ['Content-Type: application/json', 'Connection: close'];

    const [[unknown], [known]] = await Promise.all([
      exchange(service, request('POST /nope', bad, '{')),
      exchange(service, request('PUT /recharges', bad, '{')),
    ]);

    expect([unknown?.status, known?.status]).toEqual([404, 405]);
  });
});

describe('a pool that is used up', () => {
  it('is a database that is busy, not away, and leaves the service ready', async () => {
    const letGo = await hold('LOCK TABLE cards IN ACCESS EXCLUSIVE MODE');
    const asked = Array.from({ length: POOL_SIZE }, (_, index) => ask(service, `/cards/${900 + index}`));
    await untilWaiting(client, POOL_SIZE);

    const refused = await Promise.all([
      ask(service, '/cards/999'),
      post(service, '/recharges', { card_id, amount: 1_000 }),
    ]);
    const checks = await Promise.all(
      ['/health', '/health/db', '/health/ready', '/ping-db'].map((path) => ask(service, path)),
    );
    await letGo();

    for (const answer of refused) isBusy(answer);
    expect(checks.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([404, 404]);
  });

  it('is never used up by writes: reads go on while all of them wait', async () => {
    const letGo = await holdCard(card_id);
    const first = post(service, '/recharges', { card_id, amount: 1_000 });
    await untilWaiting(client, 1);

    const [refused, read] = await Promise.all([
      post(service, '/recharges', { card_id, amount: 1_000 }),
      ask(service, '/cards/999'),
    ]);
    await letGo();

    isBusy(refused);
    expect(read.status).toBe(404);
    expect((await first).status).toBe(201);
  });

  function isBusy({ status, body, headers }: Answer): void {
    expect([status, body]).toEqual([503, expect.objectContaining({ code: 'database_busy' })]);
    expect(headers.get('retry-after')).toBe('1');
  }
});

describe('an event loop that is late', () => {
  it('refuses what has waited for it, except questions about its health, and then goes on', async () => {
    const before = await count('postings');
    const paths = ['/health', '/health/live', '/health/ready', '/users/count', '/docs'];
    const connections = await Promise.all([...paths, ''].map(() => RawConnection.open(service)));
    const [last, ...others] = connections.reverse();
    connections.forEach((connection) => connection.send(request('GET /health/live')));
    await until('the connections are in use', () =>
      connections.every(({ responses }) => responses.length === 1),
    );
    await service.kill('SIGUSR2');
    await until('it is blocked', () => service.output.includes('the event loop is blocked'));
    paths.forEach((path, index) => others[index]?.send(request(`GET ${path}`, ['Connection: close'])));
    last?.send(recharge());

    const answers = await Promise.all(others.map((connection) => connection.untilClosed()));
    await until('the recharge is answered', () => last?.responses.length === 2);
    last?.close();

    expect(answers.map((responses) => responses[1]?.status)).toEqual([200, 200, 200, 503, 503]);
    const refused = [last?.responses[1], answers[3]?.[1], answers[4]?.[1]];
    for (const response of refused) {
      expect(response).toMatchObject({ status: 503, body: { code: 'overloaded' } });
      expect(response?.headers.get('retry-after')).toBe('1');
    }
    expect(await count('postings')).toBe(before);
    await until('it takes requests again', async () => (await ask(service, '/users/count')).status === 200);
  });
});

it('none of this was a fault of the service', () => {
  expect(service.output).not.toMatch(/"level":(50|60)/);
});
