import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import type { Problem } from '../../src/common/http/problem/problem.dto';
import type { RechargeResponse } from '../../src/modules/recharges/dto/recharge-responses.dto';
import type { BoardingResponse } from '../../src/modules/trips/dto/trip-responses.dto';
import { startEmbeddedPostgres } from '../../src/platform/postgres/embedded/embedded-postgres';
import { migrate } from '../../src/platform/postgres/migrate';
import { connect } from '../builders/connect';
import { aCard, aLine, aRecharge, balanceOf, FARE, type Line } from '../builders/rides';
import { afterFile, afterTest } from '../setup/after-test';
import { ask, type Answer } from '../setup/api';
import { createDatabase, type TestDatabase } from '../setup/database';
import { breaksOf } from '../setup/ledger';
import { type Service, startService } from '../setup/service';
import { startProxy } from '../setup/tcp-proxy';
import { createTempFolder, removeFolder } from '../setup/temp-folder';
import { until } from '../setup/until';

/** Two processes of the service on one database; their queues may be long, since this machine may be slow. */
const PATIENT = { DATABASE_CONNECT_TIMEOUT_MS: '60000', DATABASE_STATEMENT_TIMEOUT_MS: '60000' };

let database: TestDatabase;
let client: Client;
let service: Service;
let twin: Service;
let line: Line;

beforeAll(async () => {
  database = await createDatabase();
  afterFile(() => database.drop());
  client = await connect(database.url);
  afterFile(() => client.end());
  const env = { ...PATIENT, DATABASE_TRANSACTION_TIMEOUT_MS: '60000', IDEMPOTENCY_WAIT_MS: '60000' };
  [service, twin] = await Promise.all([
    startService({ databaseUrl: database.url, env: { ...env, MAX_CARD_BALANCE: '1000000' } }),
    startService({ databaseUrl: database.url, env: { ...env, MAX_CARD_BALANCE: '1000000' } }),
  ]);
  afterFile(() => Promise.all([service.stop(), twin.stop()]));
  line = await aLine(client);
});

afterEach(async () => {
  expect(await breaksOf(database.url)).toEqual({});
});

/** A connection of the test that holds a card, as a write of it does, until it rolls back. */
async function hold(card: number): Promise<Client> {
  const holder = await connect(database.url);
  afterTest(() => holder.end());
  await holder.query('BEGIN ISOLATION LEVEL READ COMMITTED');
  await holder.query('SELECT FROM cards WHERE card_id = $1 FOR NO KEY UPDATE', [card]);
  return holder;
}

/** Waits until so many connections of the database wait for a lock. */
async function waiters(expected: number): Promise<void> {
  await until(`${expected} connections wait for a lock`, async () => {
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows[0]?.count === expected;
  });
}

/** As `post` of the API client, but it waits longer: these requests stand in queues. */
function post<Body = unknown>(at: Service, path: string, body: unknown, key?: string): Promise<Answer<Body>> {
  return ask(at, path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) },
    signal: AbortSignal.timeout(50_000),
  });
}

function times<Value>(count: number, make: (index: number) => Promise<Value>): Promise<Value[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => make(index)));
}

/** How many answers there were of each kind: the status, and the code of a refusal. */
function tally(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, body } of answers) {
    const kind = status < 300 ? String(status) : `${status} ${(body as Problem).code}`;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

async function count(table: string, card: number): Promise<number> {
  const { rows } = await client.query<{ count: number }>(`SELECT count(*) FROM ${table} WHERE card_id = $1`, [
    card,
  ]);
  return rows[0]?.count ?? 0;
}

async function versionsOf(card: number): Promise<number[]> {
  const { rows } = await client.query<{ card_version: number }>(
    'SELECT card_version FROM postings WHERE card_id = $1 ORDER BY posting_id',
    [card],
  );
  return rows.map(({ card_version }) => card_version);
}

/** Which process gets the nth of many requests. */
const PROCESSES: readonly (readonly [string, (nth: number) => Service])[] = [
  ['one process', () => service],
  ['two processes', (nth) => (nth % 2 === 0 ? service : twin)],
];

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

describe('many callers on one card', () => {
  it.each([
    [50, 7, FARE - 1],
    [30, 1, 0],
  ])('takes of %i rides the %i that the card can pay, and leaves it %i', async (asked, paid, rest) => {
    const card = await aCard(service, paid * FARE + rest);

    const answers = await times(asked, () =>
      post(service, '/trips/complete', { card_id: card, ...line.ride }),
    );

    expect(tally(answers)).toEqual({ '200': paid, '402 insufficient_balance': asked - paid });
    expect(await balanceOf(service, card)).toBe(rest);
    expect(await count('trips', card)).toBe(paid);
  });

  it('adds up 200 recharges, each with its own running balance', async () => {
    const card = await aCard(service, 0);

    const answers = await times(200, () =>
      post<RechargeResponse>(service, '/recharges', { card_id: card, amount: 1_001 }),
    );

    expect(tally(answers)).toEqual({ '201': 200 });
    expect(await balanceOf(service, card)).toBe(200 * 1_001);
    expect(await versionsOf(card)).toEqual(upTo(200));
    const balances = answers.map(({ body }) => body.new_balance);
    expect(balances.sort((a, b) => a - b)).toEqual(upTo(200).map((nth) => nth * 1_001));
  });

  it.each(PROCESSES)('opens one trip and takes one fare for 20 starts at %s', async (_, at) => {
    const card = await aCard(service, 20 * FARE);

    const answers = await times(20, (nth) =>
      post(at(nth), '/trips/start', { card_id: card, ...line.boarding }),
    );

    expect(tally(answers)).toEqual({ '200': 1, '409 trip_already_open': 19 });
    expect(await balanceOf(service, card)).toBe(19 * FARE);
    expect(await count('open_trips', card)).toBe(1);
  });

  it.each(PROCESSES)('ends a trip once for 20 ends at %s, and charges nothing for it', async (_, at) => {
    const card = await aCard(service, 2 * FARE);
    const { body } = await post<BoardingResponse>(service, '/trips/start', {
      card_id: card,
      ...line.boarding,
    });
    const end = {
      trip_id: body.trip_id,
      disembarking_station_id: line.ride.disembarking_station_id,
    };

    const answers = await times(20, (nth) => post(at(nth), '/trips/end', end));

    expect(tally(answers)).toEqual({ '200': 1, '409 trip_already_ended': 19 });
    expect(await balanceOf(service, card)).toBe(FARE);
    expect(await count('open_trips', card)).toBe(0);
  });

  it('reverses a recharge once for 20 reversals', async () => {
    const card = await aCard(service, 10_000);
    const recharge = await aRecharge(service, card, 4_000);

    const answers = await times(20, () =>
      post(service, `/recharges/${recharge}/reversal`, { reason: 'twice' }),
    );

    expect(tally(answers)).toEqual({ '201': 1, '409 already_reversed': 19 });
    expect(await balanceOf(service, card)).toBe(10_000);
  });

  it('keeps the books right while two processes recharge, reverse and board', async () => {
    const card = await aCard(service, 0);
    const recharges = await times(10, () => aRecharge(service, card, 2_000));
    const at = (index: number): Service => (index % 2 === 0 ? service : twin);

    const [recharged, reversed, boarded] = await Promise.all([
      times(20, (index) => post(at(index), '/recharges', { card_id: card, amount: 1_000 })),
      times(20, (index) =>
        post(at(index), `/recharges/${recharges[index % 10] ?? 0}/reversal`, { reason: 'a race' }),
      ),
      times(20, (index) => post(at(index), '/trips/complete', { card_id: card, ...line.ride })),
    ]);

    const undone = tally(reversed)['201'] ?? 0;
    const rides = tally(boarded)['200'] ?? 0;
    expect(tally(recharged)).toEqual({ '201': 20 });
    expect(undone).toBeLessThanOrEqual(10);
    const { rows } = await client.query<{ balance: number }>('SELECT balance FROM cards WHERE card_id = $1', [
      card,
    ]);
    expect(rows).toEqual([{ balance: 10 * 2_000 + 20 * 1_000 - undone * 2_000 - rides * FARE }]);
    expect(await versionsOf(card)).toEqual(upTo(30 + undone + rides));
  });
});

describe('one request that is sent many times', () => {
  it('posts a recharge once for 50 requests with its key at two processes', async () => {
    const card = await aCard(service, 0);
    const key = randomUUID();

    const answers = await times(50, (index) =>
      post(index % 2 === 0 ? service : twin, '/recharges', { card_id: card, amount: 5_000 }, key),
    );

    expect(tally(answers)).toEqual({ '201': 50 });
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true')).toHaveLength(49);
    expect(await versionsOf(card)).toEqual([1]);
  });

  it('gives the first answer also where the state would refuse a second', async () => {
    const card = await aCard(service, 10 * FARE);

    for (let nth = 1; nth <= 10; nth += 1) {
      const key = randomUUID();
      const answers = await times(20, () =>
        post<BoardingResponse>(service, '/trips/start', { card_id: card, ...line.boarding }, key),
      );
      expect(tally(answers)).toEqual({ '200': 20 });
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
      await post(service, '/trips/end', {
        trip_id: answers[0]?.body.trip_id,
        disembarking_station_id: line.ride.disembarking_station_id,
      });
    }

    expect(await balanceOf(service, card)).toBe(0);
  });

  it('posts once for each transaction_id, and replays it also when the card is full by then', async () => {
    const card = await aCard(service, 150_000);
    for (let nth = 1; nth <= 4; nth += 1) await aRecharge(service, card, 200_000);
    const body = { card_id: card, amount: 50_000, transaction_id: randomUUID() };

    const holder = await hold(card);
    const asked = times(10, () => post(service, '/recharges', body));
    await waiters(10);
    await holder.query('ROLLBACK');
    const answers = await asked;

    expect(tally(answers)).toEqual({ '201': 10 });
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(await balanceOf(service, card)).toBe(1_000_000);
  });
});

describe('locks', () => {
  it('of one card hold up no other card, whoever shares their till and their concessionaire', async () => {
    const held = await aCard(service, 10_000);
    const others = await times(30, () => aCard(service, 10_000));
    const holder = await hold(held);
    await holder.query(
      `INSERT INTO postings (kind, debit_account_id, credit_account_id, amount, card_id, card_version, card_balance,
                             recharge_id, trip_id, posted_at)
       SELECT kind, account_id, (SELECT account_id FROM accounts WHERE concessionaire_id = $2), 1, card_id, 2, balance - 1,
              recharge_id, trip_id, now()
       FROM cards, (VALUES ('fare', NULL::bigint, 1), ('reversal', 1, NULL)) AS posting (kind, recharge_id, trip_id)
       WHERE card_id = $1`,
      [held, line.concessionaire_id],
    );
    const stuck = post(service, '/recharges', { card_id: held, amount: 1_000 });
    await waiters(1);

    const recharged = await Promise.all(
      others.map((card_id) => post(service, '/recharges', { card_id, amount: 1_000 })),
    );
    const boarded = await Promise.all(
      others.map((card_id) => post(service, '/trips/complete', { card_id, ...line.ride })),
    );
    await holder.query('ROLLBACK');

    expect(tally(recharged)).toEqual({ '201': 30 });
    expect(tally(boarded)).toEqual({ '200': 30 });
    expect(tally([await stuck])).toEqual({ '201': 1 });
  });

  it('that wait for each other in a circle cost an attempt, not the request', async () => {
    // Which of the two the server ends depends on who looks first: it has to be the service once.
    for (let isVictim = false; !isVictim;) {
      const card = await aCard(service, 0);
      const transaction_id = randomUUID();
      const holder = await connect(database.url);
      afterTest(() => holder.end());
      await holder.query('BEGIN ISOLATION LEVEL READ COMMITTED');
      await holder.query('INSERT INTO recharge_transactions VALUES ($1, 1)', [transaction_id]);
      const asked = post(service, '/recharges', { card_id: card, amount: 1_000, transaction_id });
      await waiters(1);
      isVictim = await holder.query('SELECT FROM cards WHERE card_id = $1 FOR NO KEY UPDATE', [card]).then(
        () => true,
        () => false,
      );
      await holder.query('ROLLBACK');
      expect(tally([await asked])).toEqual({ '201': 1 });
      expect(await balanceOf(service, card)).toBe(1_000);
    }
  });

  it.each([
    ['a statement', { DATABASE_STATEMENT_TIMEOUT_MS: '300', DATABASE_TRANSACTION_TIMEOUT_MS: '60000' }],
    ['a transaction', { DATABASE_STATEMENT_TIMEOUT_MS: '60000', DATABASE_TRANSACTION_TIMEOUT_MS: '300' }],
    ['both', { DATABASE_STATEMENT_TIMEOUT_MS: '300', DATABASE_TRANSACTION_TIMEOUT_MS: '300' }],
  ])('that take longer than %s may are answered 503, and nothing has changed', async (_name, env) => {
    const hasty = await startService({ databaseUrl: database.url, env });
    afterTest(() => hasty.stop());
    const card = await aCard(service, 10_000);
    const holder = await hold(card);
    const key = randomUUID();
    const recharge = { card_id: card, amount: 1_000 };

    const answers = await Promise.all([
      post(hasty, '/recharges', recharge, key),
      post(hasty, '/trips/complete', { card_id: card, ...line.ride }),
    ]);
    const seen = await count('postings', card);
    await holder.query('ROLLBACK');

    expect(tally(answers)).toEqual({ '503 database_busy': 2 });
    expect(answers.map(({ headers }) => headers.get('retry-after'))).toEqual(['1', '1']);
    expect(seen).toBe(1);
    await waiters(0);
    expect(await count('postings', card)).toBe(1);
    expect(tally([await post(service, '/recharges', recharge, key)])).toEqual({ '201': 1 });
    expect(await balanceOf(service, card)).toBe(11_000);
  });
});

describe('few connections', () => {
  it('only make requests queue', async () => {
    const env = { ...PATIENT, DATABASE_POOL_SIZE: '2' };
    const narrow = await startService({ databaseUrl: database.url, env });
    afterTest(() => narrow.stop());
    const cards = await times(25, () => aCard(service, 10_000));

    const answers = await Promise.all(
      cards.flatMap((card_id) => [
        post(narrow, '/trips/complete', { card_id, ...line.ride }, randomUUID()),
        post(narrow, '/recharges', { card_id, amount: 1_000 }, randomUUID()),
      ]),
    );

    expect(tally(answers)).toEqual({ '200': 25, '201': 25 });
  });
});

describe('a database that goes away', () => {
  it('costs no recharge and posts none twice when it cuts all connections', async () => {
    const cards = await times(8, () => aCard(service, 0));
    const answers: Answer[] = [];
    const isNoticed = (): boolean => answers.filter(({ status }) => status === 503).length >= 3;

    const [taken] = await Promise.all([
      Promise.all(
        cards.map(async (card_id) => {
          let recharges = 0;
          for (; recharges < 10 || !isNoticed(); recharges += 1) {
            const key = randomUUID();
            let answer: Answer;
            do {
              answer = await post(service, '/recharges', { card_id, amount: 1_000 }, key);
              answers.push(answer);
            } while (answer.status === 503);
          }
          return recharges;
        }),
      ),
      until('connections are cut that are in use', async () => {
        await cutConnections();
        return isNoticed();
      }),
    ]);

    const { '503 database_away': _, ...others } = tally(answers);
    expect(others).toEqual({ '201': taken.reduce((sum, recharges) => sum + recharges) });
    expect(await Promise.all(cards.map((card) => balanceOf(service, card)))).toEqual(
      taken.map((recharges) => recharges * 1_000),
    );
  });

  it('is 503 with Retry-After until it is back, and needs no restart', async () => {
    const dataDir = await createTempFolder();
    afterTest(() => removeFolder(dataDir));
    const start = (settings = {}) =>
      startEmbeddedPostgres({ dataDir, settings: { fsync: 'off', ...settings }, log: () => undefined });
    let postgres = await start();
    afterTest(() => postgres.stop());
    const { port } = new URL(postgres.url);
    await migrate(postgres.url);
    const lasting = await startService({ databaseUrl: postgres.url });
    afterTest(() => lasting.stop());
    const card = await aCard(lasting, 10_000);
    await postgres.stop();
    const answers = [
      await post(lasting, '/recharges', { card_id: card, amount: 1_000 }),
      await ask(lasting, `/cards/${card}/statement`),
    ];
    postgres = await start({ port });

    expect(tally(answers)).toEqual({ '503 database_away': 2 });
    expect(answers.map(({ headers }) => headers.get('retry-after'))).toEqual(['2', '2']);
    await lasting.waitUntilReady();
    await until('recharges are taken again', async () => {
      const again = await post(lasting, '/recharges', { card_id: card, amount: 1_000 });
      return again.status === 201;
    });
    expect(await breaksOf(postgres.url)).toEqual({});
  });

  it('leaves a recharge as a whole, which a repetition finds, when it falls silent', async () => {
    const proxy = await startProxy(database.url);
    afterTest(() => proxy.stop());
    const muffled = await startService({
      databaseUrl: proxy.url,
      env: {
        DATABASE_POOL_SIZE: '1',
        DATABASE_CONNECT_TIMEOUT_MS: '20000',
        DATABASE_STATEMENT_TIMEOUT_MS: '1500',
        DATABASE_TRANSACTION_TIMEOUT_MS: '8000',
      },
    });
    afterTest(() => muffled.stop());
    const card = await aCard(muffled, 0);
    const transaction_id = randomUUID();
    const holder = await connect(database.url);
    afterTest(() => holder.end());
    await holder.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await holder.query('INSERT INTO recharge_transactions VALUES ($1, 1)', [transaction_id]);
    const asked = post(muffled, '/recharges', { card_id: card, amount: 1_000, transaction_id });
    await waiters(1);
    proxy.silence();
    // Now its statement succeeds, and COMMIT behind it, and nobody hears of it.
    await holder.query('ROLLBACK');

    const answer = await asked;
    proxy.resume();

    expect(tally([answer])).toEqual({ '503 database_away': 1 });
    await until('the service writes again', async () => {
      const { status } = await post(muffled, '/recharges', { card_id: card, amount: 2_000 });
      return status === 201;
    });
    expect(await balanceOf(muffled, card)).toBe(3_000);
    const again = await post(muffled, '/recharges', { card_id: card, amount: 1_000, transaction_id });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await balanceOf(muffled, card)).toBe(3_000);
  });

  async function cutConnections(): Promise<void> {
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'travel-recharge'`,
    );
  }
});
