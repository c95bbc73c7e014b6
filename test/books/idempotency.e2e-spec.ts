import { hash, randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import type { CardResponse } from '../../src/modules/cards/dto/card-responses.dto';
import type { RechargeResponse } from '../../src/modules/recharges/dto/recharge-responses.dto';
import type { SuspendedTapPage } from '../../src/modules/taps/dto/tap-responses.dto';
import type { BoardingResponse, SimulationResponse } from '../../src/modules/trips/dto/trip-responses.dto';
import { connect } from '../builders/connect';
import { aCard, aLine, aRecharge, aUser, balanceOf, FARE, type Line } from '../builders/rides';
import { aValidator, sendTaps } from '../builders/taps';
import { afterTest } from '../setup/after-test';
import { ask, documentOf, type Answer } from '../setup/api';
import type { TestDatabase } from '../setup/database';
import { type Service, startService } from '../setup/service';
import { startOverDatabase } from '../setup/service-over-database';
import { until } from '../setup/until';
import { untilTrusted } from '../setup/until-trusted';

let database: TestDatabase;
let client: Client;
let service: Service;
let line: Line;

beforeAll(async () => {
  ({ database, client, service } = await startOverDatabase({ SIMULATION: 'on' }));
  line = await aLine(client);
});

/** Sends a text, or what is not undefined, as JSON under a key, so that a test decides every byte. */
function send<Body = unknown>(
  path: string,
  body: unknown,
  key?: string,
  at = service,
): Promise<Answer<Body>> {
  return ask(at, path, {
    method: 'POST',
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(key && { 'idempotency-key': key }),
    },
    signal: AbortSignal.timeout(30_000),
  });
}

/** A tap of a card that is not known, at the line's first station. */
async function aSuspendedTap(): Promise<number> {
  const { boarding_station_id: station_id, route_id } = line.boarding;
  const validator = await aValidator(service, { station_id, route_id });
  const tapped_at = new Date(Date.now() - 60_000).toISOString();
  await sendTaps(service, validator, [{ sequence: 1, card_number: 'unknown', tapped_at }]);
  const { body } = await ask<SuspendedTapPage>(service, `/taps/suspense?validator_id=${validator}`);
  return body.taps[0]?.suspense_id ?? 0;
}

const isReplay = ({ headers }: Answer): boolean => headers.get('idempotency-replayed') === 'true';

/** How many postings a card has, or all together. */
async function postings(card: number | null = null): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    'SELECT count(*) FROM postings WHERE $1::bigint IS NULL OR card_id = $1',
    [card],
  );
  return rows[0]?.count ?? 0;
}

/** Holds the card's row as a slow request would, until it is released. */
async function hold(card: number): Promise<() => Promise<void>> {
  const holder = await connect(database.url);
  afterTest(() => holder.end());
  await holder.query('BEGIN ISOLATION LEVEL READ COMMITTED');
  await holder.query('SELECT FROM cards WHERE card_id = $1 FOR UPDATE', [card]);
  return async () => {
    await holder.query('ROLLBACK');
  };
}

describe('a repeated request', () => {
  /** Each operation that moves money: what has to be there, and the request. */
  const operations: readonly (readonly [
    path: string,
    make: () => Promise<readonly [path: string, body?: object]>,
  ])[] = [
    ['/recharges', async () => ['/recharges', { card_id: await aCard(service, 0), amount: 5_000 }]],
    ['/cards/recharge', async () => ['/cards/recharge', { card_id: await aCard(service, 0), amount: 5_000 }]],
    [
      '/recharges/{recharge_id}/reversal',
      async () => {
        const recharge = await aRecharge(service, await aCard(service, 0), 5_000);
        return [`/recharges/${recharge}/reversal`, { reason: 'Paid twice' }];
      },
    ],
    [
      '/trips/start',
      async () => ['/trips/start', { card_id: await aCard(service, 9_000), ...line.boarding }],
    ],
    [
      '/trips/complete',
      async () => ['/trips/complete', { card_id: await aCard(service, 9_000), ...line.ride }],
    ],
    [
      '/trips/end',
      async () => {
        const { body } = await send<BoardingResponse>('/trips/start', {
          card_id: await aCard(service, 9_000),
          ...line.boarding,
        });
        const { trip_id } = body;
        return ['/trips/end', { trip_id, disembarking_station_id: line.ride.disembarking_station_id }];
      },
    ],
    ['/trips/simulate/revenue-test', () => aSimulation()],
    [
      '/users/{user_id}/erasure',
      async () => {
        const user_id = await aUser(service);
        await aCard(service, 5_000, user_id);
        return [`/users/${user_id}/erasure`, { pay_out: true }];
      },
    ],
    [
      '/taps/{suspense_id}/resolution',
      async () => {
        const card_id = await aCard(service, 9_000);
        return [`/taps/${await aSuspendedTap()}/resolution`, { action: 'charge', card_id, reason: 'seen' }];
      },
    ],
  ];
  /** Its taps have sequence numbers, by which each is taken once. */
  const ONCE_BY_ITSELF = '/taps';

  it('is possible at every POST that moves money', async () => {
    const { openApi } = await documentOf(service);
    const posts = Object.entries(openApi.paths).flatMap(([path, { post }]) =>
      post ? [[path, post] as const] : [],
    );
    const moving = posts.filter(([, operation]) =>
      operation['x-evicts']?.some((key) => ['trips:total', 'finance:total_revenue'].includes(key)),
    );
    const repeatable = posts.filter(([, { parameters = [] }]) =>
      parameters.some(({ name }) => name === 'Idempotency-Key'),
    );
    const tried = operations.map(([path]) => path).sort();

    expect(moving.map(([path]) => path).sort()).toEqual([...tried, ONCE_BY_ITSELF].sort());
    expect(repeatable.map(([path]) => path)).toEqual(expect.arrayContaining(tried));
  });

  it.each(operations)('at %s is answered with the same bytes and status, and says so', async (_, make) => {
    const [path, body] = await make();
    const key = randomUUID();

    const first = await send(path, body, key);
    const posted = await postings();
    const second = await send(path, body, key);

    expect(await postings()).toBe(posted);
    expect(first.status).toBeLessThan(300);
    expect([second.status, second.text]).toEqual([first.status, first.text]);
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
    if (path === '/recharges') expect(second.headers.get('location')).toMatch(/^\/recharges\/\d+$/);
    expect([isReplay(first), isReplay(second)]).toEqual([false, true]);
    if (path.startsWith('/trips'))
      expect(first.body).toMatchObject({ message: expect.any(String) as string });
  });

  it('posts once, however often it comes', async () => {
    const card_id = await aCard(service, 0);
    const key = randomUUID();

    for (let time = 0; time < 3; time += 1) await send('/recharges', { card_id, amount: 5_000 }, key);

    expect(await balanceOf(service, card_id)).toBe(5_000);
  });

  it('is answered as at first, though it would be refused by now', async () => {
    const card_id = await aCard(service, 9_000);
    const ride = { card_id, ...line.ride };
    const key = randomUUID();

    const first = await send('/trips/complete', ride, key);
    await client.query(`UPDATE cards SET status = 'blocked' WHERE card_id = $1`, [card_id]);
    const anew = await send('/trips/complete', ride, randomUUID());
    const again = await send('/trips/complete', ride, key);

    expect([first.status, anew.status]).toEqual([200, 409]);
    expect([again.status, again.text, isReplay(again)]).toEqual([200, first.text, true]);
  });

  it('is answered though its card is held for longer than a statement may take', async () => {
    const env = { DATABASE_STATEMENT_TIMEOUT_MS: '3000' };
    const hasty = await startService({ databaseUrl: database.url, env });
    afterTest(() => hasty.stop());
    const body = { card_id: await aCard(service, 0), amount: 5_000 };
    const key = randomUUID();
    const first = await send('/recharges', body, key, hasty);

    const release = await hold(body.card_id);
    const again = await send('/recharges', body, key, hasty);
    await release();

    expect([again.status, again.text, isReplay(again)]).toEqual([201, first.text, true]);
    expect((await send('/recharges', body, randomUUID(), hasty)).status).toBe(201);
  });

  it('is refused as busy, not as one in progress, when its key cannot be looked up', async () => {
    const card_id = await aCard(service, 0);
    const locker = await connect(database.url);
    afterTest(() => locker.end());
    const name = new URL(database.url).pathname.slice(1);
    await client.query(`ALTER DATABASE ${name} SET lock_timeout = '200ms'`);
    afterTest(() => client.query(`ALTER DATABASE ${name} RESET lock_timeout`).then(() => undefined));
    const hasty = await startService({
      databaseUrl: database.url,
      env: { DATABASE_STATEMENT_TIMEOUT_MS: '60000', IDEMPOTENCY_WAIT_MS: '300' },
    });
    afterTest(() => hasty.stop());
    await locker.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await locker.query('LOCK TABLE idempotency_keys IN ACCESS EXCLUSIVE MODE');

    const answer = await send('/recharges', { card_id, amount: 5_000 }, randomUUID(), hasty);

    expect(answer).toMatchObject({ status: 503, body: { code: 'database_busy' } });
  });

  it('posts once', async () => {
    const card_id = await aCard(service, 0);
    const key = randomUUID();

    for (let time = 0; time < 3; time += 1) await send('/recharges', { card_id, amount: 5_000 }, key);

    expect([await balanceOf(service, card_id), await postings(card_id)]).toEqual([5_000, 1]);
  });

  it.each([
    ['with and without the prefix', '/api/v1/recharges', '{"card_id":ID,"amount":5000}', 'KEY'],
    ['in other letters of its path', '/%72echarge%73', '{"card_id":ID,"amount":5000}', 'KEY'],
    ['with all of that', '/api/v1/r%65charges/', '{"card_id":ID,"amount":5000}', 'KEY'],
    ['with and without a trailing slash', '/recharges/', '{"card_id":ID,"amount":5000}', 'KEY'],
    ['in another order and spacing', '/recharges', ' { "amount" : 5e3,\n"card_id":ID } ', 'KEY'],
    ['with the key in quotes', '/recharges', '{"card_id":ID,"amount":5000}', '"KEY"'],
  ])('is the same %s', async (_, path, text, written) => {
    const card_id = await aCard(service, 0);
    const key = randomUUID();

    const first = await send('/recharges', { card_id, amount: 5_000 }, key);
    const second = await send(path, text.replace('ID', String(card_id)), written.replace('KEY', key));

    expect([second.status, second.text, isReplay(second)]).toEqual([201, first.text, true]);
    expect(await postings(card_id)).toBe(1);
  });

  it('has the fingerprint that older versions stored', async () => {
    const recharge = await aRecharge(service, await aCard(service, 0), 5_000);
    const key = randomUUID();
    await send(`/api/v1/recharges/${recharge}/reversal/`, { reason: 'Paid twice' }, key);

    const { rows } = await client.query<{ fingerprint: Buffer }>(
      'SELECT fingerprint FROM idempotency_keys WHERE idempotency_key = $1',
      [key],
    );
    const asked = ['POST', `/recharges/${recharge}/reversal`, [['reason', 'Paid twice']]];
    expect(rows).toEqual([{ fingerprint: hash('sha256', JSON.stringify(asked), 'buffer') }]);
  });

  it('is another one under a key in other letters', async () => {
    const card_id = await aCard(service, 0);
    const key = randomUUID();

    await send('/recharges', { card_id, amount: 5_000 }, `${key}-a`);
    const second = await send('/recharges', { card_id, amount: 5_000 }, `${key}-A`);

    expect([second.status, isReplay(second)]).toEqual([201, false]);
    expect(await postings(card_id)).toBe(2);
  });

  it('may have a key of 255 visible characters', async () => {
    const card_id = await aCard(service, 0);
    const key = `!~"'%;=, `.trim().replace(/[ ,]/g, '').padEnd(255, 'k');

    expect((await send('/recharges', { card_id, amount: 5_000 }, key)).status).toBe(201);
    expect(isReplay(await send('/recharges', { card_id, amount: 5_000 }, key))).toBe(true);
  });

  it('replays after the service was started anew', async () => {
    const card_id = await aCard(service, 0);
    const key = randomUUID();
    const before = await startService({ databaseUrl: database.url });
    afterTest(() => before.stop());
    const first = await send('/recharges', { card_id, amount: 5_000 }, key, before);
    await before.kill('SIGKILL');

    const second = await send('/recharges', { card_id, amount: 5_000 }, key);

    expect([second.status, second.text, isReplay(second)]).toEqual([201, first.text, true]);
    expect(await postings(card_id)).toBe(1);
  });
});

describe('a card that is issued under a key', () => {
  async function cards(): Promise<number> {
    return (await client.query('SELECT FROM cards')).rowCount ?? 0;
  }

  it('is issued once, also by two requests at the same time', async () => {
    const user_id = await aUser(service);
    const key = randomUUID();
    const before = await cards();

    const [first, second] = await Promise.all([
      send<CardResponse>('/cards', { user_id }, key),
      send<CardResponse>('/cards', { user_id }, key),
    ]);
    const later = await send('/cards', { user_id }, key);

    expect([first.status, second.text, later.text]).toEqual([201, first.text, first.text]);
    expect([isReplay(first), isReplay(second)].sort()).toEqual([false, true]);
    expect([isReplay(later), await cards()]).toEqual([true, before + 1]);
  });

  it('is answered as at first, not as a number that another card has', async () => {
    const body = { card_number: '1010999900004321' };
    const key = randomUUID();

    const first = await send<CardResponse>('/cards', body, key);
    const again = await send('/cards', body, key);
    const other = await send('/cards', body, randomUUID());

    expect([first.status, again.status, again.text]).toEqual([201, 201, first.text]);
    expect(other).toMatchObject({ status: 409, body: { code: 'already_exists' } });
  });
});

async function trips(): Promise<number> {
  const { rows } = await client.query<{ count: number }>('SELECT count(*) FROM trips');
  return rows[0]?.count ?? 0;
}

/** Rides on cards of its own, one of them without the money for a second one. */
async function aSimulation(): Promise<readonly [path: string]> {
  for (const balance of [5_000, 20_000, 20_000]) await aCard(service, balance);
  return ['/trips/simulate/revenue-test?num_trips=4'];
}

describe('a repeated simulation', () => {
  it('is taken once when both are asked for at the same time', async () => {
    const [path] = await aSimulation();
    const key = randomUUID();
    const before = await trips();

    const [first, second] = await Promise.all([
      send<SimulationResponse>(path, undefined, key),
      send(path, undefined, key),
    ]);

    expect([first.status, second.status, second.text]).toEqual([200, 200, first.text]);
    expect([isReplay(first), isReplay(second)].sort()).toEqual([false, true]);
    const taken = first.body.trips.length;
    expect([taken > 0, await trips()]).toEqual([true, before + taken]);
  });

  it('rides no more than was planned when the first was broken off', async () => {
    const [path] = await aSimulation();
    const key = randomUUID();
    const first = await send<SimulationResponse>(path, undefined, key);
    const { trips } = first.body;
    const posted = await postings();
    await client.query('DELETE FROM idempotency_keys WHERE idempotency_key = $1', [key]);

    const second = await send(path, undefined, key);

    expect([second.status, second.text, isReplay(second)]).toEqual([200, first.text, false]);
    expect(await postings()).toBe(posted);
    expect(trips.length).toBeGreaterThan(0);
  });

  it('is refused when it asks for another number of rides', async () => {
    const [path] = await aSimulation();
    const key = randomUUID();
    await send(path, undefined, key);

    const other = await send('/trips/simulate/revenue-test', undefined, key);
    const spelt = await send(path.replace('?', '/?'), undefined, key);

    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    expect([spelt.status, isReplay(spelt)]).toEqual([200, true]);
  });
});

describe('a key that was used', () => {
  it.each([
    ['another amount', '/recharges', { amount: 6_000 }],
    ['another card', '/recharges', { card_id: 1 }],
    ['a member more', '/recharges', { transaction_id: 'T' }],
    ['another operation', '/cards/recharge', {}],
  ])('is refused for %s', async (_, path, change) => {
    const card_id = await aCard(service, 0);
    const key = randomUUID();
    await send('/recharges', { card_id, amount: 5_000 }, key);

    const answer = await send(path, { card_id, amount: 5_000, ...change }, key);

    expect(answer).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    expect(await postings(card_id)).toBe(1);
  });

  it('for a refusal may be used again: only what was done is kept', async () => {
    const card_id = await aCard(service, 0);
    const key = randomUUID();

    const refused = await send('/trips/complete', { card_id, ...line.ride }, key);
    await aRecharge(service, card_id, 5_000);
    const taken = await send('/trips/complete', { card_id, ...line.ride }, key);

    expect(refused).toMatchObject({ status: 402, body: { required: FARE, available: 0 } });
    expect([taken.status, isReplay(taken)]).toEqual([200, false]);
    expect(await balanceOf(service, card_id)).toBe(5_000 - FARE);
  });

  it('is free again after 30 days, and no sooner', async () => {
    const card_id = await aCard(service, 0);
    const key = randomUUID();
    const age = (days: number): Promise<unknown> =>
      client.query(
        `UPDATE idempotency_keys SET created_at = now() - $2 * interval '1 day' WHERE idempotency_key = $1`,
        [key, days],
      );
    await send('/recharges', { card_id, amount: 5_000 }, key);

    await age(29);
    expect(isReplay(await send('/recharges', { card_id, amount: 5_000 }, key))).toBe(true);
    await age(31);
    const other = await send('/recharges', { card_id, amount: 6_000 }, key);
    expect([other.status, isReplay(other)]).toEqual([201, false]);
    expect(isReplay(await send('/recharges', { card_id, amount: 6_000 }, key))).toBe(true);
    expect(await balanceOf(service, card_id)).toBe(11_000);
  });
});

describe('a duplicate of a request that is still running', () => {
  async function waitForLock(): Promise<void> {
    await until('the first request waits for its card', async () => {
      const { rows } = await client.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
           AND query LIKE '%FROM cards%FOR NO KEY UPDATE'`,
      );
      return rows.length > 0;
    });
  }

  it('waits for it and replays it', async () => {
    const card_id = await aCard(service, 0);
    const key = randomUUID();
    const release = await hold(card_id);
    const first = send('/recharges', { card_id, amount: 5_000 }, key);
    await waitForLock();

    let isAnswered = false;
    const second = send('/recharges', { card_id, amount: 5_000 }, key).finally(() => (isAnswered = true));
    await keyWasTried(key);
    expect(isAnswered).toBe(false);
    await release();

    expect((await first).status).toBe(201);
    expect([(await second).status, (await second).text, isReplay(await second)]).toEqual([
      201,
      (await first).text,
      true,
    ]);
    expect(await postings(card_id)).toBe(1);
  });

  it('is refused when that takes longer than it may wait, and may come again', async () => {
    // The other process has the cache then: the first request is refused before it changes that, and comes again.
    await untilTrusted(service);
    const impatient = await startService({ databaseUrl: database.url, env: { IDEMPOTENCY_WAIT_MS: '200' } });
    afterTest(() => impatient.stop());
    const card_id = await aCard(service, 0);
    const key = randomUUID();
    const release = await hold(card_id);
    const first = send('/recharges', { card_id, amount: 5_000 }, key, impatient);
    await waitForLock();

    const second = await send('/recharges', { card_id, amount: 5_000 }, key, impatient);
    await release();
    const { status, text } = await first;
    const third = await send('/recharges', { card_id, amount: 5_000 }, key, impatient);

    expect(second).toMatchObject({ status: 409, body: { code: 'request_in_progress' } });
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0);
    expect([status, third.status, third.text, isReplay(third)]).toEqual([201, 201, text, true]);
    expect(await postings(card_id)).toBe(1);
  });

  /** A duplicate has looked for the key when its connection has been at work since. */
  async function keyWasTried(key: string): Promise<void> {
    await until(`the duplicate of ${key} asks for the key`, async () => {
      const { rows } = await client.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle'
           AND query = 'ROLLBACK' AND state_change > now() - interval '1 second'`,
      );
      return rows.length > 0;
    });
  }
});

describe('transaction_id', () => {
  const aRequest = async (): Promise<{ card_id: number; amount: number; transaction_id: string }> => ({
    card_id: await aCard(service, 0),
    amount: 5_000,
    transaction_id: randomUUID(),
  });

  it('makes a second recharge the replay of the first, whatever it costs by then', async () => {
    const body = await aRequest();

    const first = await send('/recharges', body);
    await aRecharge(service, body.card_id, 1_000);
    const second = await send('/cards/recharge', body, randomUUID());

    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.text).toBe(first.text);
    expect([isReplay(first), isReplay(second)]).toEqual([false, true]);
    expect(await balanceOf(service, body.card_id)).toBe(6_000);
  });

  it('is a replay before anything else is looked at', async () => {
    const body = await aRequest();
    const first = await send('/recharges', body);

    const second = await send('/recharges', { ...body, recharge_point_id: 999_999 });

    expect([second.status, second.text, isReplay(second)]).toEqual([201, first.text, true]);
  });

  it.each([
    ['another amount', { amount: 6_000 }],
    ['another card', { card_id: 1 }],
  ])('is refused with %s', async (_, change) => {
    const body = await aRequest();
    await send('/recharges', body);

    const answer = await send('/recharges', { ...body, ...change });

    expect(answer).toMatchObject({ status: 422, body: { code: 'transaction_id_reused' } });
    expect(await postings(body.card_id)).toBe(1);
  });

  it('is not taken by a refused recharge', async () => {
    const body = await aRequest();

    expect((await send('/recharges', { ...body, amount: 1 })).status).toBe(422);
    expect((await send('/recharges', body)).status).toBe(201);
  });

  it('of an imported recharge is answered with the balance now, since that after it is not known', async () => {
    const body = await aRequest();
    const { rows } = await client.query<{ recharge_id: number }>(
      `WITH imported AS (
         INSERT INTO recharges (card_id, channel, amount, transaction_id, recharge_timestamp)
         VALUES ($1, 'default', $2, $3, '2024-01-01T12:00:00Z') RETURNING recharge_id, transaction_id)
       INSERT INTO recharge_transactions (transaction_id, recharge_id)
       SELECT transaction_id, recharge_id FROM imported RETURNING recharge_id`,
      [body.card_id, body.amount, body.transaction_id],
    );
    await aRecharge(service, body.card_id, 7_000);

    const answer = await send('/recharges', body);

    expect([answer.status, isReplay(answer)]).toEqual([201, true]);
    expect(answer.body).toMatchObject({ recharge_id: rows[0]?.recharge_id, new_balance: 7_000 });
  });

  it('replays for ever, also when the recharge was reversed', async () => {
    const body = await aRequest();
    const first = await send<RechargeResponse>('/recharges', body);
    await send(`/recharges/${first.body.recharge_id}/reversal`, { reason: 'Paid twice' });

    const second = await send('/recharges', body);

    expect(second.text).toBe(first.text);
    expect(await balanceOf(service, body.card_id)).toBe(0);
  });
});
