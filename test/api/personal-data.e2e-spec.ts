import { connect as connectSocket, type Socket } from 'node:net';
import { createClient } from '@redis/client';
import type { Client } from 'pg';
import { KEPT_COLUMNS, PERSONAL_COLUMNS } from '../../src/modules/users/personal-columns';
import type { ErasureResponse } from '../../src/modules/personal-data/dto/erasure.dto';
import type { CardBalance } from '../../src/modules/cards/dto/card-responses.dto';
import type { SuspendedTapPage } from '../../src/modules/taps/dto/tap-responses.dto';
import type { UserExport } from '../../src/modules/personal-data/dto/user-export.dto';
import type { CreateUser } from '../../src/modules/users/dto/user-requests.dto';
import type { TestDatabase } from '../setup/database';
import { aKey } from '../builders/keys';
import { aCard, aLine, aRecharge, aUser, balanceOf, FARE, type Line } from '../builders/rides';
import { aValidator, numberOfCard, sendTaps, type TapToSend } from '../builders/taps';
import { afterFile } from '../setup/after-test';
import { type Answer, ask, post, send } from '../setup/api';
import { fareDifferences } from '../setup/fares';
import { breaksOf } from '../setup/ledger';
import { startRedis } from '../setup/redis-server';
import type { Service } from '../setup/service';
import { startOverDatabase } from '../setup/service-over-database';
import { until } from '../setup/until';

/** A synthetic person whose values are unlike anything else in the database, and hard to write. */
const PERSON = {
  first_name: `Ñusta Inés O'Gorman`,
  last_name: 'Xochiquétzal "Quilapán"',
  email: `o'gorman+olvido@ejemplo.co`,
  id_number: 'CC-99(ZZ)81-\\7',
  contact_number: '+57 (601) 998-7766',
  gender: 'O',
  date_of_birth: '1931-02-27',
  residential_address: 'Carrera 7ª # 12-34, apto "B"; torre O\'Higgins',
  city_of_birth: `Zipaquirá d'Arriba`,
  rider_category: 'disability',
} as const satisfies Required<CreateUser>;
const EXPORTED = { first_name: 'Exportada', rider_category: 'disability' } as const;
/** A letter or a common word is found in other places too. */
const SOUGHT = Object.entries(PERSON).filter(([name]) => name !== 'gender' && name !== 'rider_category');
const LONG_TRAIL = 20_000;

let database: TestDatabase;
let client: Client;
let service: Service;
let redisUrl: string;
let line: Line;

beforeAll(async () => {
  const redis = await startRedis();
  afterFile(() => redis.stop());
  redisUrl = redis.url;
  ({ database, client, service } = await startOverDatabase({ REDIS_URL: redisUrl }));
  line = await aLine(client);
});

const erase = (
  userId: number,
  body: object = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer<ErasureResponse>> =>
  post<ErasureResponse>(service, `/users/${userId}/erasure`, body, headers);
const codeOf = ({ body }: Answer): unknown => (body as { code?: string }).code;

/** The names of the personal values that a text has in it, plain or as JSON writes them. */
function valuesIn(text: string): string[] {
  return SOUGHT.filter(([, value]) => {
    const once = JSON.stringify(value).slice(1, -1);
    const twice = JSON.stringify(once).slice(1, -1);
    return [value, once, twice, encodeURIComponent(value)].some((form) => text.includes(form));
  }).map(([name]) => name);
}

/** Where in the database the values are: `table: name`. */
async function valuesInTables(): Promise<string[]> {
  const { rows: tables } = await client.query<{ name: string }>(
    `SELECT quote_ident(relname) AS name FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: unknown }>(`SELECT to_jsonb(t) AS row FROM ${name} t`);
    for (const value of valuesIn(JSON.stringify(rows))) found.push(`${name}: ${value}`);
  }
  return found;
}

async function valuesInRedis(): Promise<string[]> {
  const redis = createClient({ url: redisUrl });
  await redis.connect();
  try {
    const texts: unknown[] = [];
    for (const key of await redis.keys('*')) {
      const type = await redis.type(key);
      texts.push(
        key,
        type === 'hash' ? await redis.hGetAll(key) : type === 'string' ? await redis.get(key) : null,
      );
    }
    return valuesIn(JSON.stringify(texts));
  } finally {
    await redis.quit();
  }
}

/** A rider with a card, money, a trip, a reversal and a key. */
async function aRider(given: Partial<CreateUser> = {}): Promise<{ user_id: number; card_id: number }> {
  const user_id = await aUser(service, given);
  const card_id = await aCard(service, 20_000, user_id);
  expect((await post(service, '/trips/complete', { card_id, ...line.ride })).status).toBe(200);
  const mistake = await aRecharge(service, card_id, 5_000);
  expect((await post(service, `/recharges/${mistake}/reversal`, { reason: 'a mistake' })).status).toBe(201);
  return { user_id, card_id };
}

describe('the list of personal columns', () => {
  it('is, with those that are kept, the columns of riders', async () => {
    const { rows } = await client.query<{ name: string }>(
      `SELECT column_name AS name FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name = 'users'`,
    );
    expect([...PERSONAL_COLUMNS, ...Object.keys(KEPT_COLUMNS)].sort()).toEqual(
      rows.map(({ name }) => name).sort(),
    );
    expect(Object.keys(PERSON).sort()).toEqual([...PERSONAL_COLUMNS].sort());
  });
});

describe('GET /users/:user_id/export', () => {
  it('has everything that refers to the rider, and is kept by nobody', async () => {
    const { user_id, card_id } = await aRider(EXPORTED);
    const { id } = await aKey(client, 'rider', { user_id });
    await aRider();

    const { status, headers, body } = await ask<UserExport>(service, `/users/${user_id}/export`);

    expect([status, headers.get('cache-control'), headers.get('x-cache')]).toEqual([200, 'no-store', null]);
    expect(body.user).toEqual((await ask(service, `/users/${user_id}`)).body);
    expect(body.user).toMatchObject(EXPORTED);
    expect(body.cards).toMatchObject([
      { card_id, user_id, balance: 20_000 - (body.trips[0]?.fare_amount ?? 0) },
    ]);
    expect(body.keys).toMatchObject([{ key_id: id, client: 'test' }]);
    expect(body.recharges).toMatchObject([
      { amount: 20_000, reversal_reason: null },
      { amount: 5_000, reversal_reason: 'a mistake' },
    ]);
    expect(body.trips).toMatchObject([{ card_id, fare_explanation: { concession: 'applied' } }]);
    expect(body.statement.map(({ kind }) => kind)).toEqual(['recharge', 'fare', 'recharge', 'reversal']);
    expect((await ask(service, '/users/999999/export')).status).toBe(404);
    const about = new Set(body.audit.map(({ operation }) => operation));
    for (const operation of ['POST /users', 'POST /cards', 'POST /recharges', 'POST /trips/complete'])
      expect([...about]).toContain(operation);
    expect([...about]).toContain('POST /recharges/{recharge_id}/reversal');
    const { body: made } = await post(service, '/keys', { role: 'rider', client: 'app', name: 'x', user_id });
    const { key_id } = made as { key_id: string };
    const later = await ask<UserExport>(service, `/users/${user_id}/export`);
    // Reads are noted a moment later, so one of them may stand behind it.
    expect(later.body.audit).toContainEqual(
      expect.objectContaining({ operation: 'POST /keys', object_id: key_id }),
    );
    await until('the trail has the read', async () => {
      const again = await ask<UserExport>(service, `/users/${user_id}/export`);
      return again.body.audit.some(
        ({ operation, outcome }) => /export/.test(operation) && outcome === 'read',
      );
    });
  });

  it('has also the taps that are in no trip, those in suspense, and what was decided and loaded, of this rider only', async () => {
    const [one, other] = [await aRider(), await aRider()];
    const { boarding_station_id: station_id, route_id } = line.boarding;
    const there = await aValidator(service, { station_id, route_id });
    const numbers = [await numberOfCard(client, one.card_id), await numberOfCard(client, other.card_id)];
    const ago = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();
    const tapsOf = (card_number: string, first: number): TapToSend[] => [
      { sequence: first, card_number, tapped_at: ago(50), decision: 'refused' },
      { sequence: first + 1, card_number, tapped_at: ago(60), kind: 'exit' },
      { sequence: first + 2, card_number, tapped_at: ago(20 * 24) },
      { sequence: first + 3, card_number, tapped_at: ago(21 * 24) },
      { sequence: first + 4, card_number: `scratched ${first}`, tapped_at: ago(70) },
    ];
    await sendTaps(
      service,
      there,
      numbers.flatMap((number, n) => tapsOf(number, 1 + 5 * n)),
    );
    const { body: page } = await ask<SuspendedTapPage>(service, `/taps/suspense?validator_id=${there}`);
    const idOf = (sequence: number): number =>
      page.taps.find((tap) => tap.sequence === sequence)?.suspense_id ?? 0;
    const resolve = (sequence: number, body: object) =>
      post(service, `/taps/${idOf(sequence)}/resolution`, { reason: 'seen', ...body });
    await resolve(5, { action: 'charge', card_id: one.card_id });
    await resolve(4, { action: 'dismiss' });
    // With the number of the one card, and charged to the other.
    await resolve(3, { action: 'charge', card_id: other.card_id, tapped_at: ago(80) });
    const { card_id } = one;
    const { body: waiting } = await post<{ recharge_id: number }>(service, '/recharges', {
      card_id,
      amount: 4_000,
      activation: 'validator',
    });
    await ask(service, `/actions/${waiting.recharge_id}/collection`, { method: 'POST' });

    const { body } = await ask<UserExport>(service, `/users/${one.user_id}/export`);

    const tap = { card_id, validator_id: there, station_id };
    expect(body.taps).toMatchObject([
      { ...tap, sequence: 1, kind: 'entry', decision: 'refused' },
      { ...tap, sequence: 2, kind: 'exit', decision: 'accepted', corrected_at: body.taps[1]?.tapped_at },
    ]);
    expect(body.taps).toHaveLength(2);
    expect(body.suspended_taps).toMatchObject([
      { card_id, suspense_id: idOf(4), reason: 'too_old', resolution: 'dismissed', trip_id: null },
      { card_id, suspense_id: idOf(5), reason: 'unknown_card', resolution_reason: 'seen' },
    ]);
    expect(body.suspended_taps).toHaveLength(2);
    expect(body.trips.map(({ trip_id }) => trip_id)).toContain(body.suspended_taps[1]?.trip_id);
    const recorded = body.audit.map(({ object_kind, object_id }) => [object_kind, object_id]);
    expect(recorded).toContainEqual(['action', String(waiting.recharge_id)]);
    for (const sequence of [4, 5]) expect(recorded).toContainEqual(['suspended_tap', String(idOf(sequence))]);
    const text = JSON.stringify(body);
    expect([text.includes(String(numbers[0])), text.includes(String(numbers[1]))]).toEqual([true, false]);
    for (const sequence of [3, 8, 9, 10])
      expect(recorded).not.toContainEqual(['suspended_tap', String(idOf(sequence))]);

    const { body: whole } = await ask<UserExport>(service, `/users/${other.user_id}/export`);
    const inSuspense = whole.suspended_taps.map(({ suspense_id, card_id: of }) => [suspense_id, of]);
    expect(inSuspense).toEqual([3, 8, 9].map((sequence) => [idOf(sequence), other.card_id]));
  });

  it('has lists of many pages, and sends two at a time, as fast as they are taken', async () => {
    const user_id = await aUser(service);
    await client.query(
      `INSERT INTO audit_entries (occurred_at, client, operation, object_kind, object_id, outcome, reason)
       SELECT now(), 'a test', 'long', 'user', $1, 'read', repeat('x', 255)
       FROM generate_series(1, ${LONG_TRAIL})`,
      [String(user_id)],
    );
    const { hostname, port } = new URL(service.url);
    const stalled = (): Socket => {
      const socket = connectSocket(Number(port), hostname);
      socket.pause();
      socket.write(`GET /users/${user_id}/export HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      return socket;
    };
    const snapshots = async (): Promise<number> => {
      const { rows } = await client.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'`,
      );
      return rows.length;
    };

    const sockets = [stalled(), stalled()];
    await until('two callers take nothing', async () => (await snapshots()) === 2);
    expect(codeOf(await ask(service, `/users/${user_id}/export`))).toBe('database_busy');
    sockets.forEach((socket) => socket.destroy());
    await until('their snapshots are given back', async () => (await snapshots()) === 0);

    const whole = await fetch(`${service.url}/users/${user_id}/export`);
    const { audit } = (await whole.json()) as UserExport;
    expect(audit.filter(({ operation }) => operation === 'long')).toHaveLength(LONG_TRAIL);
  });
});

describe('POST /users/:user_id/erasure', () => {
  it('leaves nothing of the person anywhere, and the books as they were', async () => {
    const create = () => post(service, '/users', PERSON, { 'idempotency-key': 'registered' });
    const created = await create();
    const { user_id } = created.body as { user_id: number };
    const card_id = await aCard(service, 20_000, user_id);
    const { body: trip } = await post(service, '/trips/complete', { card_id, ...line.ride });
    const { fare_amount: fare } = trip as { fare_amount: number };
    expect(fare).toBeLessThan(FARE);
    await aKey(client, 'rider', { user_id }, { name: PERSON.first_name });
    // Whoever reversed a recharge has named the rider, and what was answered is stored.
    const mistake = await aRecharge(service, card_id, 5_000);
    const reason = `Paid by ${SOUGHT.map(([, value]) => value).join(' ')}`.slice(0, 200);
    const reverse = () =>
      post(service, `/recharges/${mistake}/reversal`, { reason }, { 'idempotency-key': 'reversed' });
    expect((await reverse()).status).toBe(201);
    // And so has who decided about taps of the rider: one with the number of the card, and one that could not be read.
    const validator = await aValidator(service, {
      station_id: line.boarding.boarding_station_id,
      route_id: line.boarding.route_id,
    });
    const tapped_at = new Date(Date.now() - 20 * 86_400_000).toISOString();
    await sendTaps(service, validator, [
      { sequence: 1, card_number: await numberOfCard(client, card_id), tapped_at },
      { sequence: 2, card_number: 'unread', tapped_at },
    ]);
    const { body: page } = await ask<SuspendedTapPage>(service, `/taps/suspense?validator_id=${validator}`);
    const decide = (n: number, action: string, given: object = {}): Promise<Answer> =>
      post(
        service,
        `/taps/${page.taps[n]?.suspense_id}/resolution`,
        { action, reason, ...given },
        { 'idempotency-key': `decided-${n}` },
      );
    expect((await decide(0, 'dismiss')).status).toBe(200);
    expect((await decide(1, 'charge', { card_id })).status).toBe(200);
    const { body: afterTap } = await ask<CardBalance>(service, `/cards/${card_id}/balance`);
    const tapped = 20_000 - fare - afterTap.balance;
    expect(tapped).toBeGreaterThan(0);
    // As an import may have noted about a row that it took.
    await client.query(
      `INSERT INTO imports (import_id, fingerprint, source, imported_at) VALUES (1, '', 'a test', now());
       INSERT INTO import_tables VALUES (1, 'users', 1, 0)`,
    );
    await client.query(
      `INSERT INTO import_findings (import_id, source_table, source_id, outcome, reason)
       VALUES (1, 'users', $1, 'note', $2)`,
      [user_id, `email ${PERSON.email}`],
    );
    expect((await ask(service, '/users/latest')).body).toMatchObject({ latest_user: { user_id } });
    await ask(service, `/users/${user_id}/card-balance`);
    await ask(service, `/cards/${card_id}/balance`);
    const { body: revenue } = await ask(service, '/finance/revenue');
    const { body: count } = await ask(service, '/users/count');
    // A read that comes too soon after a write is not kept.
    await until('the latest rider is cached', async () => {
      await ask(service, '/users/latest');
      return (await valuesInRedis()).join() === 'first_name,last_name';
    });
    const before = await valuesInTables();
    for (const [name] of SOUGHT) expect(before).toContain(`users: ${name}`);
    for (const table of ['recharge_reversals', 'suspended_taps', 'idempotency_keys'])
      expect(before).toEqual(expect.arrayContaining([`${table}: first_name`, `${table}: email`]));

    const refused = await erase(user_id);
    expect([refused.status, codeOf(refused)]).toEqual([409, 'balance_not_settled']);
    expect(refused.body).toMatchObject({ cards: [{ card_id, balance: 20_000 - fare - tapped }] });
    expect(await valuesInTables()).toEqual(before);
    const erased = await erase(user_id, { pay_out: true }, { 'idempotency-key': 'forget' });

    expect(erased.body).toEqual({
      user_id,
      erased_at: expect.any(String) as string,
      paid_out: 20_000 - fare - tapped,
    });
    expect(await valuesInTables()).toEqual([]);
    expect(await valuesInRedis()).toEqual([]);
    expect(valuesIn(service.output)).toEqual([]);
    const nothing = Object.fromEntries(PERSONAL_COLUMNS.map((name) => [name, null]));
    expect((await ask(service, `/users/${user_id}`)).body).toEqual({
      ...nothing,
      user_id,
      rider_category: 'standard',
      registration_date: (created.body as { registration_date: string }).registration_date,
      erased_at: erased.body.erased_at,
    });
    expect((await ask(service, '/users/latest')).body).not.toMatchObject({ latest_user: { user_id } });
    const { total_users } = count as { total_users: number };
    expect((await ask(service, '/users/count')).body).toEqual({ total_users: total_users - 1 });
    expect((await ask(service, `/users/${user_id}/card-balance`)).body).toMatchObject({
      cards: [{ card_id, balance: 0, status: 'blocked' }],
    });
    expect((await ask(service, `/cards/${card_id}/balance`)).body).toMatchObject({
      balance: 0,
      status: 'blocked',
    });
    const { recharge_revenue } = revenue as { recharge_revenue: number };
    expect((await ask(service, '/finance/revenue')).body).toMatchObject({
      recharge_revenue: recharge_revenue - (20_000 - fare - tapped),
    });
    const { body: exported } = await ask<UserExport>(service, `/users/${user_id}/export`);
    expect(exported.statement.at(-1)).toMatchObject({
      kind: 'payout',
      amount: fare + tapped - 20_000,
      balance: 0,
    });
    expect(exported.trips).toHaveLength(2);
    expect(exported.trips).toContainEqual(
      expect.objectContaining({
        fare_amount: fare,
        fare_explanation: expect.objectContaining({ concession: 'applied' }) as object,
      }),
    );
    expect(exported.keys).toMatchObject([{ name: 'erased', revoked_at: expect.any(String) as string }]);
    expect(
      exported.audit.find(({ operation }) => operation === 'POST /users/{user_id}/erasure'),
    ).toMatchObject({
      outcome: 'changed',
      changes: { first_name: null, id_number: null, rider_category: null },
    });
    await expectBooksToBeRight();
    expect(codeOf(await reverse())).toBe('idempotency_key_reused');
    expect(codeOf(await decide(1, 'charge', { card_id }))).toBe('idempotency_key_reused');
    // No response of it was stored, so it registers a new rider.
    const { status, body: registered } = await create();
    const { user_id: next } = registered as { user_id: number };
    expect([status, next > user_id]).toEqual([201, true]);
    expect((await erase(next)).status).toBe(200);

    const again = await erase(user_id, { pay_out: true }, { 'idempotency-key': 'forget' });
    expect([again.body, again.headers.get('idempotency-replayed')]).toEqual([erased.body, 'true']);
    expect((await erase(user_id)).body).toEqual(erased.body);
  });

  it('lets nobody use what was the erased rider’s', async () => {
    const { user_id, card_id } = await aRider();
    const [lost] = [await aCard(service, 0, user_id)];
    await send(service, 'PATCH', `/cards/${lost}`, { status: 'lost' });
    expect((await erase(user_id, { pay_out: true })).status).toBe(200);

    expect(codeOf(await post(service, '/recharges', { card_id, amount: 5_000 }))).toBe('card_not_active');
    expect(codeOf(await post(service, '/trips/complete', { card_id, ...line.ride }))).toBe('card_not_active');
    expect(codeOf(await send(service, 'PATCH', `/cards/${card_id}`, { status: 'active' }))).toBe(
      'rider_erased',
    );
    expect(codeOf(await post(service, '/cards', { user_id }))).toBe('rider_erased');
    const key = { role: 'rider', client: 'app', name: 'again', user_id };
    expect(codeOf(await post(service, '/keys', key))).toBe('rider_erased');
    expect((await ask(service, `/users/${user_id}/cards`)).body).toMatchObject({
      cards: [{ status: 'blocked' }, { status: 'lost' }],
    });
  });

  it('is refused while a card owes money, and for who is not there', async () => {
    const user_id = await aUser(service);
    const card_id = await aCard(service, 0, user_id);
    expect((await post(service, '/trips/complete', { card_id, ...line.ride })).status).toBe(200);
    expect(await balanceOf(service, card_id)).toBeLessThan(0);

    expect(codeOf(await erase(user_id, { pay_out: true }))).toBe('balance_not_settled');
    expect((await erase(999_999)).status).toBe(404);
    expect((await erase(user_id, { pay_out: 'yes' })).status).toBe(422);
  });

  it('leaves an open trip to be ended: its fare was posted before, and no more is charged', async () => {
    const { user_id, card_id } = await aRider();
    const { body } = await post(service, '/trips/start', { card_id, ...line.boarding });
    const { trip_id } = body as { trip_id: number };
    const balance = await balanceOf(service, card_id);
    expect((await erase(user_id, { pay_out: true })).body).toMatchObject({ paid_out: balance });

    const { disembarking_station_id } = line.ride;
    const ended = await post(service, '/trips/end', { trip_id, disembarking_station_id });
    expect(ended.body).toMatchObject({ status: 'completed', new_balance: 0 });
    const exported = (await ask<UserExport>(service, `/users/${user_id}/export`)).body;
    expect(exported.statement.at(-1)).toMatchObject({ kind: 'payout', balance: 0 });
    await expectBooksToBeRight();
  });

  it('is all or nothing: what is interrupted has changed nothing, and can be repeated', async () => {
    const { user_id, card_id } = await aRider({ first_name: 'Interrumpida' });
    await client.query(`
      CREATE FUNCTION interrupt() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN IF NEW.operation LIKE '%erasure' THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN NEW; END $$;
      CREATE TRIGGER interrupt BEFORE INSERT ON audit_entries FOR EACH ROW EXECUTE FUNCTION interrupt()`);
    const balance = await balanceOf(service, card_id);
    const headers = { 'idempotency-key': 'interrupted' };

    expect((await erase(user_id, { pay_out: true }, headers)).status).toBe(503);
    expect((await ask(service, `/users/${user_id}`)).body).toMatchObject({ first_name: 'Interrumpida' });
    expect(await balanceOf(service, card_id)).toBe(balance);
    await client.query('DROP TRIGGER interrupt ON audit_entries');
    expect((await erase(user_id, { pay_out: true }, headers)).body).toMatchObject({ paid_out: balance });
    await expectBooksToBeRight();
  });

  it('comes before a boarding at the same moment, or pays out what that boarding left', async () => {
    const riders = await Promise.all(Array.from({ length: 8 }, () => aRider()));
    const race = async ({ user_id, card_id }: (typeof riders)[number]): Promise<void> => {
      const before = await balanceOf(service, card_id);
      const [boarding, erasure] = await Promise.all([
        post(service, '/trips/start', { card_id, ...line.boarding }),
        erase(user_id, { pay_out: true }),
      ]);
      const { new_balance: paid_out = before } = boarding.body as { new_balance?: number };
      expect(codeOf(boarding)).toBe(boarding.status === 200 ? undefined : 'card_not_active');
      expect(erasure.body).toMatchObject({ paid_out });
      expect(await balanceOf(service, card_id)).toBe(0);
    };
    await Promise.all(riders.map(race));
    await expectBooksToBeRight();
  });

  it('holds against whatever else happens to the rider at the same moment', async () => {
    const riders = await Promise.all(Array.from({ length: 5 }, () => aRider()));
    const answers = await Promise.all(
      riders.flatMap(({ user_id, card_id }) => [
        post(service, '/recharges', { card_id, amount: 7_000 }),
        post(service, '/cards', { user_id }),
        erase(user_id, { pay_out: true }),
        post(service, '/trips/complete', { card_id, ...line.ride }),
        post(service, '/cards', { user_id }),
        erase(user_id, { pay_out: true }),
        send(service, 'PATCH', `/cards/${card_id}`, { status: 'inactive' }),
        post(service, '/recharges', { card_id, amount: 7_000 }),
      ]),
    );

    expect(answers.filter(({ status }) => ![200, 201, 409].includes(status))).toEqual([]);
    for (const { user_id } of riders) {
      const { body } = await ask<UserExport>(service, `/users/${user_id}/export`);
      expect(body.user.erased_at).not.toBeNull();
      expect(body.cards.map(({ balance, status }) => [balance, status])).toEqual(
        body.cards.map(() => [0, 'blocked']),
      );
      expect(body.audit.filter(({ operation }) => /erasure/.test(operation))).toHaveLength(1);
    }
    await expectBooksToBeRight();
  });
});

describe('the log', () => {
  it('has nothing of a person, also when a request is refused', async () => {
    const send = (body: string): Promise<Response> =>
      fetch(`${service.url}/users`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      });
    const whole = JSON.stringify({ ...PERSON, first_name: PERSON.first_name, email: 'nueva@ejemplo.co' });
    const bodies = [
      whole.slice(0, -2),
      `${whole}}`,
      JSON.stringify({ ...PERSON, unknown: 1 }),
      JSON.stringify({ ...PERSON, date_of_birth: `${PERSON.date_of_birth} ${PERSON.id_number}` }),
      JSON.stringify([PERSON]),
      whole,
      // The e-mail or the number is taken.
      whole,
    ];
    const statuses: number[] = [];
    for (const body of bodies) {
      const response = await send(body);
      await response.arrayBuffer();
      statuses.push(response.status);
    }

    expect(statuses).toEqual([400, 400, 422, 422, 422, 201, 409]);
    expect(valuesIn(service.output)).toEqual([]);
    expect(service.output).not.toContain('nueva@ejemplo.co');
  });
});

async function expectBooksToBeRight(): Promise<void> {
  expect(await breaksOf(database.url)).toEqual({});
  expect(await fareDifferences(database.url)).toEqual([]);
}
