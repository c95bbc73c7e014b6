import type { Client } from 'pg';
import type { RechargeResponse } from '../../src/modules/recharges/dto/recharge-responses.dto';
import type { UserResponse } from '../../src/modules/users/dto/user-responses.dto';
import { aStation } from '../builders/network';
import { aCard } from '../builders/rides';
import { ask, post } from '../setup/api';
import { askCached, sourceOf } from '../setup/ask-cached';
import type { Service } from '../setup/service';
import { startOverDatabase } from '../setup/service-over-database';

let client: Client;
let service: Service;
let card_id: number;

beforeAll(async () => {
  ({ client, service } = await startOverDatabase());
  card_id = await aCard(service, 0);
});

describe('a body', () => {
  it.each<[Record<string, string>, number]>([
    [{ 'content-type': 'application/json; charset=utf-8' }, 201],
    [{ 'content-type': 'application/json;charset="UTF-8"' }, 201],
    [{ 'content-type': 'application/json; charset=iso-8859-1' }, 415],
    [{ 'content-type': 'application/json; charset=utf-16' }, 415],
    [{ 'content-type': 'application/json', 'content-encoding': 'identity' }, 201],
    [{ 'content-type': 'application/json', 'content-encoding': 'gzip' }, 415],
    [{ 'content-type': 'application/json', 'content-encoding': 'br' }, 415],
  ])('with %p is answered %i', async (headers, expected) => {
    const { status } = await ask(service, '/recharges', {
      method: 'POST',
      body: JSON.stringify({ card_id, amount: 1_000 }),
      headers,
    });

    expect(status).toBe(expected);
  });

  it('may begin with a byte order mark, as RFC 8259 allows', async () => {
    const { status } = await ask(service, '/recharges', {
      method: 'POST',
      body: Uint8Array.from([0xef, 0xbb, 0xbf, ...Buffer.from(`{"card_id":${card_id},"amount":1000}`)]),
      headers: { 'content-type': 'application/json' },
    });

    expect(status).toBe(201);
  });

  it('that is empty says nothing where none is required, whatever its content type', async () => {
    const answers = await Promise.all(
      [
        ['DELETE', '/cache/key/nothing'],
        ['POST', '/cache/clear'],
        ['POST', '/trips/simulate/revenue-test'],
        ['PATCH', '/alerts/999999'],
        ['PATCH', '/arrivals/999999'],
        ['POST', '/cards'],
      ].flatMap(([method = '', path = '']) =>
        ['application/json', 'application/json; charset=latin1', 'text/plain', ''].map(async (type) => {
          const { status } = await ask(service, path, {
            method,
            body: '',
            headers: { 'content-type': type },
          });
          return `${method} ${path} ${status}`;
        }),
      ),
    );

    expect([...new Set(answers)]).toEqual([
      'DELETE /cache/key/nothing 404',
      'POST /cache/clear 200',
      'POST /trips/simulate/revenue-test 404',
      'PATCH /alerts/999999 404',
      'PATCH /arrivals/999999 404',
      'POST /cards 201',
    ]);
  });

  it('says nothing either as null or an object without members, and must say nothing more', async () => {
    const clear = { method: 'POST', path: '/cache/clear' };
    const sent = ['null', '{}', '[]', '1', '"x"', '{"x":1}'].map(async (body) => {
      const { status } = await ask(service, clear.path, {
        ...clear,
        // Not text, which is held against the document.
        body: Uint8Array.from(Buffer.from(body)),
        headers: { 'content-type': 'application/json' },
      });
      return status;
    });

    expect(await Promise.all(sent)).toEqual([200, 200, 422, 422, 422, 422]);
  });
});

describe('a page for people', () => {
  it.each(['/', '/docs', '/redoc', '/openapi.json'])(
    '%s is there whatever a link adds to it',
    async (path) => {
      const { status } = await fetch(`${service.url}${path}?utm_source=x&v=2`, { redirect: 'manual' });

      expect(status).toBe(path === '/' ? 302 : 200);
    },
  );
});

describe('HEAD', () => {
  it.each([
    '/cards/{card_id}',
    '/cards/{card_id}/balance',
    '/users/count',
    '/stations',
    '/health',
    '/trips/total',
  ])('of %s is GET without the body', async (template) => {
    const head = await ask(service, template.replace('{card_id}', `${card_id}`), { method: 'HEAD' });

    expect([head.status, head.text]).toEqual([200, '']);
    expect(head.headers.get('content-type')).toMatch(/^application\/json/);
  });

  it('of nothing is 404 without a body', async () => {
    const head = await ask(service, '/cards/999', { method: 'HEAD' });

    expect([head.status, head.text]).toEqual([404, '']);
  });
});

describe('a text', () => {
  it('is kept as it is, however much it looks like SQL or HTML', async () => {
    const first_name = `Robert'); DROP TABLE users;-- <script>alert(1)</script> 😀 \${x} %s \\`;

    const { body } = await post<UserResponse>(service, '/users', { first_name, last_name: "O'Brien" });

    expect(body).toMatchObject({ first_name, last_name: "O'Brien" });
    expect((await ask(service, `/users/${body.user_id}`)).body).toEqual(body);
  });

  it('is kept without what shows nothing', async () => {
    const { body } = await post(service, '/users', {
      first_name: '\u200b Ana\u00a0\u00a0Mari\u0301a ',
      last_name: 'Pérez \u{1f469}\u200d\u{1f467}',
      email: ' Ana@example.com\u200b',
    });

    expect(body).toMatchObject({
      first_name: 'Ana María',
      last_name: 'Pérez \u{1f469}\u200d\u{1f467}',
      email: 'Ana@example.com',
    });
  });

  it('that differs from another in blanks, or in what shows nothing, is no other identity', async () => {
    const register = (id_number: string) =>
      post(service, '/users', { first_name: 'A', last_name: 'B', id_number });

    expect(await register('X-\u00e9 ')).toMatchObject({ status: 201, body: { id_number: 'X-é' } });
    for (const spelling of ['X-é', ' X-é', 'X-é\u200b', 'X\u00ad-e\u0301', '\ufeffX-é\u3000', 'X-é\ufe0f']) {
      expect(await register(spelling)).toMatchObject({ status: 409, body: { code: 'already_exists' } });
    }
    expect(await register('x-é')).toMatchObject({ status: 201 });
  });

  it('that is a code finds its station in whatever form of Unicode it comes, under one key of the cache', async () => {
    await aStation(client, { station_code: 'É-1' });
    const paths = ['%C3%89-1', 'E%CC%81-1', '%20%C3%89-1', '%C3%89-1%E2%80%8B'].map(
      (code) => `/stations/${code}/details`,
    );

    const sources: unknown[] = [];
    for (const path of paths) {
      const answer = await askCached(service, path);
      expect([answer.status, answer.body]).toMatchObject([200, { station_code: 'É-1' }]);
      sources.push(sourceOf(answer));
    }

    expect(sources).toEqual(['MISS', 'HIT', 'HIT', 'HIT']);
  });

  it('that is a transaction id is never taken for another', async () => {
    const ids = ['pago-ñX', 'pago-áX', 'pago-nX', 'PAGO-ñX', 'pago-ñX.', 'pago ñX', 'pago-😀X'];

    const answers = await Promise.all(
      ids.map((transaction_id) =>
        post<RechargeResponse>(service, '/recharges', { card_id, amount: 1_000, transaction_id }),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual(ids.map(() => 201));
    const recharges = answers.map(({ body }) => body.recharge_id);
    expect(new Set(recharges).size).toBe(ids.length);
    const again = await post(service, '/recharges', { card_id, amount: 1_000, transaction_id: ids[0] });
    expect(again).toMatchObject({ status: 201, body: { recharge_id: recharges[0] } });
  });

  it('that is a message may have several lines', async () => {
    const { status, body } = await post(service, '/alerts', {
      type: 'RETRASO',
      message: 'Uno \r\n\r\n\tdos\n',
      severity: 'INFO',
    });

    expect([status, body]).toMatchObject([201, { message: 'Uno\n\ndos' }]);
  });
});

describe('a path', () => {
  it.each([
    ['with the prefix', (id: number) => `/api/v1/cards/${id}`],
    ['with a slash at the end', (id: number) => `/cards/${id}/`],
    ['with both', (id: number) => `/api/v1/cards/${id}/`],
    ['with an empty query', (id: number) => `/cards/${id}?`],
    ['with a letter in percent-encoding', (id: number) => `/%63ards/${id}`],
    ['with its id in percent-encoding', (id: number) => `/cards/${`${id}`.replace(/\d/g, '%3$&')}`],
  ])('for a card %s is the same as without', async (_, pathOf) => {
    const { status, body } = await ask(service, pathOf(card_id));

    expect([status, body]).toEqual([200, (await ask(service, `/cards/${card_id}`)).body]);
  });
});

describe('a member', () => {
  it('that is null is the same as one that is absent', async () => {
    const { status } = await post(service, '/recharges', {
      card_id,
      amount: 1_000,
      recharge_point_id: null,
      transaction_id: null,
    });

    expect(status).toBe(201);
  });
});
