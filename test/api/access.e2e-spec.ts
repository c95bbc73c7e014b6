import { hash } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { findUnrecorded } from '../../src/programs/verify-audit/unrecorded-changes';
import { verifyAudit } from '../../src/programs/verify-audit/verify-audit';
import type { CardResponse } from '../../src/modules/cards/dto/card-responses.dto';
import type { RechargePage } from '../../src/modules/recharges/dto/recharge-responses.dto';
import type { TapResults } from '../../src/modules/taps/dto/tap-responses.dto';
import type { SearchResults } from '../../src/modules/search/dto/search.dto';
import { keys as program } from '../../src/programs/keys/keys';
import { newAccessKey } from '../../src/platform/access/access-key';
import { noteUse, revokeAccessKey } from '../../src/platform/access/access-key-store';
import { databaseOf } from '../../src/platform/access/program-database';
import { type Role, ROLES, type Scope, scopesOf } from '../../src/platform/access/scopes';
import { AppConfig } from '../../src/platform/config/app-config';
import { parseEnvironment } from '../../src/platform/config/environment';
import { LOCK_SEED } from '../../src/platform/writes/idempotency-keys';
import type { SimulationResponse } from '../../src/modules/trips/dto/trip-responses.dto';
import { connect } from '../builders/connect';
import { insert } from '../builders/insert';
import { aKey, bearer, type TestKey } from '../builders/keys';
import { aStation, aVehicle } from '../builders/network';
import { aCard, aLine, aRecharge, aUser, balanceOf, type Line } from '../builders/rides';
import { numberOfCard } from '../builders/taps';
import { afterFile, afterTest } from '../setup/after-test';
import { type Answer, ask, documentOf, post, send } from '../setup/api';
import type { Operation, Schema } from '../setup/api-document';
import { checksumOf } from '../setup/checksum';
import { createDatabase } from '../setup/database';
import { runInProcess } from '../setup/in-process';
import { exchange, RawConnection, type RawResponse } from '../setup/raw-connection';
import { startSharedRedis } from '../setup/redis-server';
import { ServiceClock } from '../setup/service-clock';
import { type Service, startService } from '../setup/service';
import { createTempFolder, removeFolder } from '../setup/temp-folder';
import { until } from '../setup/until';
import { auditedWrites, CARD_NUMBER, KEY_NAME, KEY_NETWORKS, PERSON, REASON } from './audited-writes';

const AGENT_MOST_REVERSAL = 20_000;
const AGENT_MOST_REVERSAL_DAY = 60_000;

let client: Client;
let databaseUrl: string;
/** Asks for keys. */
let service: Service;
/** On the same database, for everybody on this machine. */
let open: Service;
let folder: string;
/** With a key that may do everything that tests prepare. */
let prepared: Pick<Service, 'url'>;
let line: Line;
const keys = {} as Record<Role, TestKey>;
const own = { user_id: 0, card_id: 0, trip_id: 0, recharge_id: 0 };
const anothers = { ...own };
let recharge_point_id: number;
let elsewhere: number;
let vehicle_id: number;

beforeAll(async () => {
  const database = await createDatabase();
  afterFile(() => database.drop());
  databaseUrl = database.url;
  client = await connect(databaseUrl);
  afterFile(() => client.end());
  folder = await createTempFolder();
  afterFile(() => removeFolder(folder));
  // Two processes without one have no cache.
  const redis = await startSharedRedis();
  afterFile(() => redis.stop());
  const over = { databaseUrl: database.url, redisUrl: redis.url };
  const env = {
    SIMULATION: 'on',
    AGENT_MOST_REVERSAL: `${AGENT_MOST_REVERSAL}`,
    AGENT_MOST_REVERSAL_DAY: `${AGENT_MOST_REVERSAL_DAY}`,
  };
  [service, open] = await Promise.all([
    startService({ ...over, env: { ...env, AUTH: 'required', DATA_DIR: folder } }),
    // Neither what proxies are trusted nor what origins may call makes open mode less strict.
    startService({
      ...over,
      env: {
        ...env,
        AUTH: 'open',
        TRUSTED_PROXIES: '127.0.0.1',
        CORS_ORIGINS: 'https://evil.example',
      },
    }),
  ]);
  afterFile(() => Promise.all([service.stop(), open.stop()]));
  prepared = open;
  line = await aLine(client);
  for (const thing of [own, anothers]) {
    thing.user_id = await aUser(prepared);
    thing.card_id = await aCard(prepared, 0, thing.user_id);
    thing.recharge_id = await aRecharge(prepared, thing.card_id, AGENT_MOST_REVERSAL + 1_000);
    const { body } = await post(prepared, '/trips/complete', { card_id: thing.card_id, ...line.ride });
    ({ trip_id: thing.trip_id } = body as { trip_id: number });
  }
  recharge_point_id = await aRechargePoint('Uno');
  elsewhere = await aRechargePoint('Dos');
  ({ vehicle_id } = await aVehicle(client));
  for (const role of ROLES) keys[role] = await aKey(client, role, bindingOf(role));
});

async function aRechargePoint(name: string): Promise<number> {
  const row = await insert<{ recharge_point_id: number }>(client, 'recharge_points', { name });
  return row.recharge_point_id;
}

function bindingOf(role: Role): Readonly<Record<string, number>> {
  if (role === 'rider') return { user_id: own.user_id };
  if (role === 'recharge_point') return { recharge_point_id };
  return role === 'validator' ? { vehicle_id } : {};
}

interface Access {
  readonly scope: Scope;
  readonly own?: keyof typeof own;
  readonly or?: { readonly scope: Scope };
}

/** An operation of the document, with the objects of somebody in its path. */
interface Case {
  readonly method: string;
  readonly template: string;
  readonly access: Access | undefined;
  readonly hasBody: boolean;
}

const OTHER_PARAMETERS: Readonly<Record<string, string>> = {
  key: 'no:such:key',
  key_id: '00000000',
  code: 'X',
};

function pathOf({ template, access }: Case, whose: Readonly<Record<string, number>>): string {
  const path = template.replace(
    /\{(\w+)\}/g,
    (_, name: string) => `${whose[name] ?? OTHER_PARAMETERS[name] ?? 1}`,
  );
  const isList = access?.own === 'user_id' && !template.includes('{') && template !== '/fares/quote';
  return isList ? `${path}?user_id=${whose.user_id}` : path;
}

async function operations(): Promise<Case[]> {
  const { openApi } = await documentOf(service);
  return Object.entries(openApi.paths).flatMap(([template, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      method: method.toUpperCase(),
      template,
      access: (operation as Operation & { 'x-access'?: Access })['x-access'],
      hasBody: operation.requestBody !== undefined,
    })),
  );
}

async function call(
  each: Case,
  whose: Readonly<Record<string, number>>,
  headers: Readonly<Record<string, string>> = {},
  to: Pick<Service, 'url'> = service,
): Promise<Answer> {
  const { hasBody } = each;
  return ask(to, pathOf(each, whose), {
    method: each.method,
    ...(hasBody && { body: '{}' }),
    headers: { ...(hasBody && { 'content-type': 'application/json' }), ...headers },
  });
}

const nameOf = ({ method, template }: Case): string => `${method} ${template}`;
const codeOf = ({ body }: Answer): string | undefined => (body as { code?: string } | null)?.code;
/** All tables but what the cache keeps about itself, and when keys were used. */
async function stateOf(): Promise<Record<string, string>> {
  const sums = await checksumOf(client);
  const ours = Object.entries(sums).filter(([table]) => !/^(access_keys|cache_)/.test(table));
  return Object.fromEntries(ours);
}

/** What differs between two refusals of the same kind is only what they are about. */
function shapeOf({ status, headers, body }: Answer): unknown {
  const { instance: _, request_id: __, trace_id: ___, detail, ...rest } = body as Record<string, unknown>;
  const names = [...headers.keys()].filter((name) => name !== 'content-length');
  return { status, names, detail: String(detail).replace(/\d+/, 'N'), ...rest };
}

describe('who may call what', () => {
  it('says of every operation who may call it, and asks everybody else for a key', async () => {
    const all = await operations();
    const refused: string[] = [];
    for (const each of all.filter(({ access }) => access)) {
      const answer = await call(each, own);
      if (answer.status !== 401 || codeOf(answer) !== 'key_required') refused.push(nameOf(each));
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
    }
    expect(refused).toEqual([]);
    const open = all.filter(({ access }) => !access);
    for (const each of open) expect([nameOf(each), (await call(each, own)).status]).not.toContain(401);
    expect(open.map(({ template }) => template)).toEqual(
      expect.arrayContaining(['/health', '/stations', '/fares', '/fares/price', '/routes/{code}/details']),
    );
  });

  it('tells readers of the document how to show a key, and which roles may call what', async () => {
    const { openApi } = (await documentOf(service)) as unknown as {
      openApi: { components: { securitySchemes: object }; paths: Record<string, Record<string, Described>> };
    };
    interface Described {
      readonly security?: object[];
      readonly description: string;
      readonly 'x-access'?: Access;
    }

    expect(openApi.components.securitySchemes).toMatchObject({ key: { type: 'http', scheme: 'bearer' } });
    for (const operation of Object.values(openApi.paths).flatMap((item) => Object.values(item))) {
      const { 'x-access': access, security, description } = operation;
      expect(security).toEqual(access ? [{ key: [] }] : undefined);
      expect(description).toContain(access ? `It needs the scope \`${access.scope}\`` : 'It is public');
    }
  });

  it('refuses every operation to every role without its scope, and changes nothing', async () => {
    const before = await stateOf();
    const wrong: string[] = [];
    let refusals = 0;
    for (const each of await operations()) {
      for (const role of ROLES) {
        const scopes = scopesOf(role);
        if (!each.access || scopes.has(each.access.scope)) continue;
        // What depends on the body is a test of its own.
        if (each.access.or && scopes.has(each.access.or.scope)) continue;
        refusals += 1;
        const answer = await call(each, anothers, keys[role].headers);
        const { scope } = answer.body as { scope?: string };
        if (answer.status !== 403 || codeOf(answer) !== 'scope_missing' || scope !== each.access.scope)
          wrong.push(`${role} ${nameOf(each)}: ${answer.status} ${codeOf(answer)}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(refusals).toBeGreaterThan(300);
    expect(await stateOf()).toEqual(before);
  });

  it('lets every role do what it has the scope for', async () => {
    const wrong: string[] = [];
    for (const each of await operations()) {
      for (const role of ROLES) {
        if (!each.access || !scopesOf(role).has(each.access.scope)) continue;
        // The stream of events does not end by itself.
        const method = each.template === '/events' ? 'HEAD' : each.method;
        const answer = await call({ ...each, method }, own, keys[role].headers);
        // The largest reversal of an agent is a test of its own.
        const isLimited = role === 'agent' && codeOf(answer) === 'reversal_limit';
        // So is the key of one device; this one is of a whole vehicle.
        const isOfVehicle = each.template === '/taps' && codeOf(answer) === 'not_this_validator';
        if ([401, 403].includes(answer.status) && !isLimited && !isOfVehicle)
          wrong.push(`${role} ${nameOf(each)}: ${answer.status} ${codeOf(answer)}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("tells a rider of another's card what it tells of no card", async () => {
    const ours = (await operations()).filter(
      ({ access, method }) => access?.own && method === 'GET' && scopesOf('rider').has(access.scope),
    );
    expect(ours.length).toBeGreaterThan(8);
    const nobodys = { user_id: 999_999, card_id: 999_999, trip_id: 999_999, recharge_id: 999_999 };
    for (const each of ours) {
      // Cached for somebody who may see it: ownership is asked before the cache is.
      await call(each, anothers, keys.auditor.headers);
      const [mine, others, none, other] = [
        await call(each, own, keys.rider.headers),
        await call(each, anothers, keys.rider.headers),
        await call(each, nobodys, keys.rider.headers),
        await call(each, anothers, keys.auditor.headers),
      ];
      expect([nameOf(each), mine.status, other.status]).toEqual([nameOf(each), 200, 200]);
      expect(others.status).toBe(404);
      expect(shapeOf(others)).toEqual(shapeOf(none));
    }
  });

  it("lists for a rider what is the rider's own, without being told whose", async () => {
    for (const [path, name] of [
      ['/cards', 'cards'],
      ['/trips', 'trips'],
      ['/recharges', 'recharges'],
    ] as const) {
      const list = (query: string, key: TestKey) => ask(service, path + query, { headers: key.headers });
      const idsIn = ({ body }: Answer): number[] =>
        (body as Record<string, { card_id: number }[]>)[name]?.map(({ card_id }) => card_id) ?? [];
      const mine = idsIn(await list('', keys.rider));
      expect(new Set(mine)).toEqual(new Set([own.card_id]));
      expect(idsIn(await list(`?user_id=${own.user_id}`, keys.rider))).toEqual(mine);
      expect(idsIn(await list('?limit=100', keys.auditor))).toContain(anothers.card_id);
      for (const other of [`${anothers.user_id}`, '', '0', `0${own.user_id}`, `${own.user_id}&user_id=1`])
        expect([404, 422]).toContain((await list(`?user_id=${other}`, keys.rider)).status);
      if (name !== 'cards') expect(idsIn(await list(`?card_id=${anothers.card_id}`, keys.rider))).toEqual([]);
    }
  });

  it('shows in a search only what the caller may read, and remembers who was shown a person', async () => {
    const { body: card } = await ask<CardResponse>(open, `/cards/${own.card_id}`);
    const kindsFor = async (role: Role, q: string): Promise<string[]> => {
      const { status, body } = await ask<SearchResults>(service, `/search?q=${q}`, {
        headers: keys[role].headers,
      });
      expect(status).toBe(200);
      return [...new Set(body.results.map(({ kind }) => kind))].sort();
    };
    const count = async (role: Role): Promise<number> => {
      const { rows } = await client.query<{ count: string }>(
        `SELECT count(*) FROM audit_entries WHERE operation = 'GET /search' AND outcome = 'read' AND key_id = $1`,
        [keys[role].id],
      );
      return Number(rows[0]?.count);
    };
    const station = encodeURIComponent('Estación');

    expect(await kindsFor('administrator', card.card_number)).toEqual([]);
    expect(await kindsFor('control_centre', station)).toEqual(['station']);
    expect(await kindsFor('finance', String(own.recharge_id))).toContain('recharge');
    expect(await kindsFor('finance', card.card_number)).toEqual([]);
    expect(await kindsFor('agent', card.card_number)).toEqual(['card']);
    expect(await kindsFor('agent', 'sintetica')).toEqual(['user']);
    // The last search is written last.
    await until('what was noted is written', async () => (await count('agent')) >= 2);
    expect([await count('agent'), await count('control_centre'), await count('administrator')]).toEqual([
      2, 0, 0,
    ]);
  });

  it('gives every role with a user only operations that say whose they are', async () => {
    const loose = (await operations()).filter(
      ({ access }) => access && scopesOf('rider').has(access.scope) && !access.own,
    );
    // What it says is of the caller alone.
    expect(loose.map(nameOf)).toEqual(['GET /caller']);
  });

  it('lets an agent erase a rider up to the limit of payouts, and takes the keys of the rider back', async () => {
    const user_id = await aUser(prepared);
    const card_id = await aCard(prepared, AGENT_MOST_REVERSAL + 1, user_id);
    const { headers } = await aKey(client, 'rider', { user_id });
    const erase = (role: Role) =>
      post(service, `/users/${user_id}/erasure`, { pay_out: true }, keys[role].headers);

    expect((await ask(service, `/users/${user_id}/export`, { headers })).body).toMatchObject({
      user: { user_id },
      cards: [{ card_id }],
      keys: [{ name: 'a rider' }],
    });
    expect(codeOf(await erase('rider'))).toBe('scope_missing');
    expect(codeOf(await erase('agent'))).toBe('payout_limit');
    expect((await erase('finance')).status).toBe(200);
    expect(codeOf(await ask(service, `/users/${user_id}/export`, { headers }))).toBe('key_revoked');
  });

  it('forgets whose a card was when an older copy of the database was restored under it', async () => {
    const card_id = await aCard(prepared, 0, own.user_id);
    const read = () => ask(service, `/cards/${card_id}/balance`, { headers: keys.rider.headers });
    expect((await read()).status).toBe(200);

    // What the deployment guide does after a restore in place.
    await client.query('UPDATE cards SET user_id = $2 WHERE card_id = $1', [card_id, anothers.user_id]);
    await client.query(`
      SELECT setval('cache_epochs', extract(epoch FROM now())::bigint);
      UPDATE cache_epoch SET epoch = nextval('cache_epochs'), state = 'off'`);

    await until('the card is not shown any more', async () => codeOf(await read()) === 'card_not_found');
  });

  it("quotes a rider's own card only", async () => {
    const quote = (card_id: number) =>
      post(service, '/fares/quote', { card_id, ...line.boarding }, keys.rider.headers);

    const mine = await quote(own.card_id);
    expect(mine.status).toBe(200);
    expect(shapeOf(await quote(anothers.card_id))).toEqual(shapeOf(await quote(999_999)));
    expect(await rowsOf(mine)).toEqual([]);
  });

  it('tells nobody by quotes where a card was who may not see its trips, and remembers who asked', async () => {
    const { card_id } = anothers;
    const { boarding_station_id } = line.boarding;
    const validators = [
      await aKey(client, 'validator', { vehicle_id }),
      await aKey(client, 'validator', { station_id: boarding_station_id }),
      await aKey(client, 'validator', { station_id: (await aStation(client)).station_id }),
    ];
    const quote = ({ headers }: TestKey, more: object = {}) =>
      post(service, '/fares/quote', { card_id, ...line.boarding, ...more }, headers);
    const at = new Date().toISOString();

    const codes: unknown[] = [];
    for (const key of validators) codes.push(codeOf(await quote(key)), codeOf(await quote(key, { at })));
    expect(codes).toEqual([
      ...[undefined, 'scope_missing'],
      ...[undefined, 'scope_missing'],
      ...['not_this_validator', 'scope_missing'],
    ]);
    for (const key of [keys.agent, keys.auditor]) expect((await quote(key, { at })).status).toBe(200);
    expect((await quote(validators[0] as TestKey, { at: null })).status).toBe(200);
    const rider = await post(
      service,
      '/fares/quote',
      { card_id: own.card_id, ...line.boarding, at },
      keys.rider.headers,
    );
    expect(rider.status).toBe(200);

    const object = { object_kind: 'card', object_id: `${card_id}`, operation: 'POST /fares/quote' };
    for (const key of validators.slice(0, 2))
      expect(await notedOf(await quote(key))).toEqual([
        expect.objectContaining({ ...object, outcome: 'read', key_id: key.id }),
      ]);
    expect(await notedOf(await quote(validators[0] as TestKey, { at }))).toEqual([
      expect.objectContaining({ ...object, outcome: 'refused', reason: 'scope_missing' }),
    ]);
  });

  it('takes the taps of a device with its own key, and of a device whose key is revoked from an agent', async () => {
    const station_id = line.boarding.boarding_station_id;
    const [mine, anothers_] = await Promise.all(
      [1, 2].map((n) =>
        insert<{ validator_id: number }>(client, 'validators', {
          number: `access ${n}`,
          station_id,
          route_id: line.boarding.route_id,
        }),
      ),
    );
    const id = mine?.validator_id ?? 0;
    const other = anothers_?.validator_id ?? 0;
    const card_number = await numberOfCard(client, await aCard(open, 0));
    const taps = (key: TestKey, sequence: number, more: object = {}) => {
      const at = new Date().toISOString();
      const tap = { sequence, kind: 'exit', decision: 'refused', card_number, tapped_at: at };
      return post(service, '/taps', { sent_at: at, taps: [tap], ...more }, key.headers);
    };
    const device = await aKey(client, 'validator', { validator_id: id });
    const ofStation = await aKey(client, 'validator', { station_id });

    expect((await taps(device, 1)).body).toMatchObject({ validator_id: id, next_expected_sequence: 2 });
    expect((await taps(device, 2, { validator_id: id })).body).toMatchObject({ next_expected_sequence: 3 });
    const taken = async (): Promise<unknown> => {
      const { taps: received, validators, trips } = await stateOf();
      return { received, validators, trips };
    };
    const before = await taken();
    expect([
      codeOf(await taps(device, 3, { validator_id: other })),
      codeOf(await taps(device, 3, { on_behalf_of: other })),
      codeOf(await taps(ofStation, 3)),
      codeOf(await taps(ofStation, 3, { validator_id: id })),
      codeOf(await taps(keys.agent, 3, { validator_id: id })),
      codeOf(await taps(keys.agent, 3)),
      codeOf(
        await post(
          service,
          '/trips/start',
          { card_id: own.card_id, ...line.boarding, boarding_station_id: line.ride.disembarking_station_id },
          device.headers,
        ),
      ),
    ]).toEqual([
      'not_this_validator',
      'scope_missing',
      'not_this_validator',
      'not_this_validator',
      'scope_missing',
      'invalid_value',
      'not_this_validator',
    ]);
    expect(await taken()).toEqual(before);

    await revokeAccessKey(databaseOf(client), device.id);
    // Each process hears of it within a second.
    await until('its key is refused', async () => (await taps(device, 2)).status === 401);
    const memory = Array.from({ length: 500 }, (_, n) => ({
      sequence: n + 3,
      kind: 'entry',
      decision: 'accepted',
      card_number,
      tapped_at: new Date(Date.now() - (600 - n) * 60_000).toISOString(),
    }));
    const handIn = () => taps(keys.agent, 3, { on_behalf_of: id, taps: memory });
    const handedIn = await handIn();
    expect(handedIn.body).toMatchObject({ validator_id: id, next_expected_sequence: 503 });
    const { results } = handedIn.body as TapResults;
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['rated']));
    expect(await rowsOf(handedIn)).toMatchObject([
      {
        role: 'agent',
        object_kind: 'validator',
        object_id: `${id}`,
        changes: { on_behalf_of: expect.any(String) as string },
      },
    ]);
    const again = (await handIn()).body as TapResults;
    expect(new Set(again.results.map(({ outcome }) => outcome))).toEqual(new Set(['duplicate']));
  });

  it('tells a validator what a boarding costs that a card cannot pay, and not what it has', async () => {
    const card_id = await aCard(prepared, 1_000);
    for (const [path, body] of [
      ['/trips/complete', line.ride],
      ['/trips/start', line.boarding],
    ] as const) {
      const ride = { card_id, ...body };
      const told = await post<Record<string, unknown>>(prepared, path, ride);
      const { required, available, shortfall } = told.body;
      expect([told.status, available, shortfall]).toEqual([402, 1_000, Number(required) - 1_000]);

      const withheld = await post<Record<string, unknown>>(service, path, ride, keys.validator.headers);

      expect(withheld).toMatchObject({ status: 402, body: { code: 'insufficient_balance', required } });
      expect(Object.keys(withheld.body).filter((name) => /available|shortfall/.test(name))).toEqual([]);
      expect(withheld.body.detail).toBe(
        `The boarding costs ${String(required)}; the card has less. Recharge the card, then board again.`,
      );
    }
  });

  it('lets a rider report the own card lost, and nothing else of it', async () => {
    const card_id = await aCard(prepared, 0, own.user_id);
    const change = (id: number, status: string) =>
      send(service, 'PATCH', `/cards/${id}`, { status }, keys.rider.headers);

    expect(codeOf(await change(card_id, 'blocked'))).toBe('scope_missing');
    expect(codeOf(await change(anothers.card_id, 'lost'))).toBe('card_not_found');
    expect((await change(card_id, 'lost')).status).toBe(200);
  });

  it('takes recharges of a recharge point there only', async () => {
    const recharge = async (point: number | undefined) =>
      post(
        service,
        '/recharges',
        { card_id: own.card_id, amount: 1_000, recharge_point_id: point },
        keys.recharge_point.headers,
      );

    const before = await stateOf();
    expect(codeOf(await recharge(elsewhere))).toBe('not_this_recharge_point');
    expect(await stateOf()).toEqual(before);
    expect((await recharge(recharge_point_id)).status).toBe(201);
    // It lists what was paid there, and nothing else.
    const list = (query = '', key: TestKey = keys.recharge_point) =>
      ask<RechargePage>(service, `/recharges${query}`, { headers: key.headers });
    const pointsOf = ({ body: page }: Answer<RechargePage>) =>
      page.recharges.map(({ recharge_point_id: point }) => point);
    expect(pointsOf(await list())).toEqual([recharge_point_id]);
    expect(pointsOf(await list(`?recharge_point_id=${recharge_point_id}`))).toEqual([recharge_point_id]);
    expect(codeOf(await list(`?recharge_point_id=${elsewhere}`))).toBe('not_this_recharge_point');
    expect((await list('', keys.auditor)).body.recharges.length).toBeGreaterThan(1);
    const { body } = await recharge(undefined);
    const { rows } = await client.query('SELECT recharge_point_id FROM recharges WHERE recharge_id = $1', [
      (body as { recharge_id: number }).recharge_id,
    ]);
    expect(rows).toEqual([{ recharge_point_id }]);
  });

  it('takes boardings of a validator in its vehicle or at its station only', async () => {
    const inVehicle = keys.validator.headers;
    const atStation = await aKey(client, 'validator', { station_id: line.boarding.boarding_station_id });
    const { vehicle_id: other } = await aVehicle(client);
    const { station_id } = await aStation(client);
    const board = async (body: object, headers: TestKey['headers']) =>
      post(service, '/trips/complete', { card_id: own.card_id, ...line.ride, ...body }, headers);

    expect(codeOf(await board({ vehicle_id: other }, inVehicle))).toBe('not_this_validator');
    expect(codeOf(await board({ boarding_station_id: station_id }, atStation.headers))).toBe(
      'not_this_validator',
    );
    const { body } = await board({}, inVehicle);
    expect(body).toMatchObject({ vehicle_id });
    expect((await board({}, atStation.headers)).status).toBe(200);
    expect((await board({ boarding_station_id: undefined }, atStation.headers)).body).toMatchObject(
      line.boarding,
    );
    for (const absent of [undefined, null]) {
      const { status, body: refusal } = await board({ boarding_station_id: absent }, inVehicle);
      expect([status, refusal]).toMatchObject([422, { errors: [{ pointer: '/boarding_station_id' }] }]);
    }
  });

  it('ends trips for the validator of a vehicle where they began in it, and at the station of one', async () => {
    const inVehicle = keys.validator.headers;
    const { disembarking_station_id } = line.ride;
    const atStation = await aKey(client, 'validator', { station_id: disembarking_station_id });
    const { vehicle_id: other } = await aVehicle(client);
    const begin = async (vehicle: number) => {
      const body = { card_id: own.card_id, ...line.boarding, vehicle_id: vehicle };
      return ((await post(prepared, '/trips/start', body)).body as { trip_id: number }).trip_id;
    };
    const end = (trip_id: number, headers: TestKey['headers']) =>
      post(service, '/trips/end', { trip_id, disembarking_station_id }, headers);

    const elsewhere = await begin(other);
    expect(codeOf(await end(elsewhere, inVehicle))).toBe('not_this_validator');
    expect((await end(elsewhere, atStation.headers)).status).toBe(200);
    expect((await end(await begin(vehicle_id), inVehicle)).status).toBe(200);
    await aRecharge(prepared, own.card_id, 10_000);
    const trip_id = await begin(vehicle_id);
    expect((await post(service, '/trips/end', { trip_id }, inVehicle)).status).toBe(422);
    expect((await post(service, '/trips/end', { trip_id }, atStation.headers)).body).toMatchObject({
      disembarking_station_id,
    });
    expect(codeOf(await end(999_999_999, inVehicle))).toBe('trip_not_found');
  });

  it('lets an agent reverse up to the limit, and finance beyond it', async () => {
    const small = await aRecharge(prepared, own.card_id, AGENT_MOST_REVERSAL);
    const reverse = (id: number, role: Role) =>
      post(service, `/recharges/${id}/reversal`, { reason: 'test' }, keys[role].headers);

    expect((await reverse(small, 'agent')).status).toBe(201);
    const large = await aRecharge(prepared, own.card_id, AGENT_MOST_REVERSAL + 1);
    expect(codeOf(await reverse(large, 'agent'))).toBe('reversal_limit');
    expect((await reverse(large, 'finance')).status).toBe(201);
  });

  it('lets the agents of a client take back together what a day allows, and notes who asked for more', async () => {
    const amount = 10_000;
    const most = AGENT_MOST_REVERSAL_DAY / amount;
    const one = await aKey(client, 'agent', {}, { client: 'window' });
    const two = await aKey(client, 'agent', {}, { client: 'window' });
    const recharges: number[] = [];
    for (let nth = 0; nth < most + 3; nth += 1)
      recharges.push(await aRecharge(prepared, await aCard(prepared, 0), amount));
    const reverse = (id: number, { headers }: TestKey, more = {}) =>
      post(service, `/recharges/${id}/reversal`, { reason: 'test' }, { ...headers, ...more });

    // Sent again, it takes back nothing more.
    const again = { 'idempotency-key': 'taken-back-once' };
    const [first = 0, ...others] = recharges;
    for (let time = 0; time < 2; time += 1) expect((await reverse(first, one, again)).status).toBe(201);
    const answers = await Promise.all(others.map((id, nth) => reverse(id, nth % 2 ? one : two)));

    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused).toHaveLength(3);
    for (const answer of refused) {
      expect(answer).toMatchObject({
        status: 403,
        body: {
          code: 'reversal_limit',
          limit: 'AGENT_MOST_REVERSAL_DAY',
          most: AGENT_MOST_REVERSAL_DAY,
          left: 0,
        },
      });
      await until('the refusal is noted', async () => {
        const { rows } = await client.query(
          `SELECT FROM audit_entries WHERE request_id = $1 AND reason = 'reversal_limit' AND client = 'window'`,
          [answer.headers.get('x-request-id')],
        );
        return rows.length === 1;
      });
    }
    // A payout takes back, too, and is counted as it is.
    const user_id = await aUser(prepared);
    await aCard(prepared, amount, user_id);
    const erase = () => post(service, `/users/${user_id}/erasure`, { pay_out: true }, one.headers);
    expect(await erase()).toMatchObject({
      status: 403,
      body: { code: 'payout_limit', limit: 'AGENT_MOST_REVERSAL_DAY' },
    });
    const [left = 0] = others.filter((_, nth) => answers[nth]?.status !== 201);
    const { rows: counted } = await client.query(
      `SELECT client, amount::int FROM agent_reversals WHERE client = 'window'`,
    );
    expect(counted).toEqual([{ client: 'window', amount: AGENT_MOST_REVERSAL_DAY }]);

    // Another client, another role and another day have their own.
    const elsewhere = await aKey(client, 'agent', {}, { client: 'another-window' });
    expect((await reverse(left, elsewhere)).status).toBe(201);
    expect((await reverse(await aRecharge(prepared, own.card_id, amount), keys.finance)).status).toBe(201);
    await client.query(`UPDATE agent_reversals SET service_day = service_day - 1 WHERE client = 'window'`);
    expect((await erase()).status).toBe(200);
  });
});

describe('a key', () => {
  const balance = (headers: Readonly<Record<string, string>>, init: RequestInit = {}): Promise<Answer> =>
    ask(service, `/cards/${own.card_id}/balance`, { ...init, headers });

  it('is refused in each way in which it can be wrong, with its own code', async () => {
    const { text } = keys.agent;
    const past = new Date(Date.now() - 1_000);
    const far = await aKey(client, 'agent', {}, { networks: ['10.0.0.0/8', '2001:db8::/32'] });
    const near = await aKey(client, 'agent', {}, { networks: ['127.0.0.0/8'] });
    const expired = await aKey(client, 'agent', {}, { expires_at: past });
    const revoked = await aKey(client, 'agent');
    await revokeAccessKey(databaseOf(client), revoked.id);
    const other = newAccessKey().text;
    const typed = `${text.slice(0, -1)}${text.endsWith('A') ? 'B' : 'A'}`;
    const withoutSecret = text.slice(0, 12) + other.slice(12);

    const codes = async (...texts: string[]) =>
      Promise.all(texts.map(async (each) => codeOf(await balance(bearer(each)))));
    expect(await codes(typed, other, withoutSecret, 'x', text.slice(1), `${text}0`)).toEqual(
      Array<string>(6).fill('key_invalid'),
    );
    expect(await codes(expired.text, revoked.text)).toEqual(['key_expired', 'key_revoked']);
    // Who has the id alone hears nothing of the key.
    expect(await codes(expired.text.slice(0, 12) + other.slice(12))).toEqual(['key_invalid']);
    expect(codeOf(await balance({ authorization: `Basic ${text}` }))).toBe('key_invalid');
    expect(await balance(far.headers)).toMatchObject({ status: 403, body: { code: 'network_not_allowed' } });
    expect((await balance(near.headers)).status).toBe(200);
    expect((await balance({ authorization: `bearer  ${text}` })).status).toBe(200);
  });

  it('is not chosen from several headers', async () => {
    const shown = `Authorization: Bearer ${keys.agent.text}\r\n`;
    const request = (heads: string): Promise<RawResponse[]> =>
      exchange(
        service,
        `GET /cards/${own.card_id}/balance HTTP/1.1\r\nHost: a\r\n${heads}Connection: close\r\n\r\n`,
      );

    expect(await request(shown)).toMatchObject([{ status: 200 }]);
    expect(await request(`${shown}authorization: Bearer x\r\n`)).toMatchObject([
      { status: 401, body: { code: 'key_invalid' } },
    ]);
  });

  it('is asked for before a cached answer, a 304, a HEAD and a 405', async () => {
    const { headers } = await balance(keys.agent.headers);
    const etag = headers.get('etag') ?? '';
    expect((await balance({ ...keys.agent.headers, 'if-none-match': etag })).status).toBe(304);

    expect((await balance({})).status).toBe(401);
    expect((await balance({ 'if-none-match': etag })).status).toBe(401);
    expect((await balance({}, { method: 'HEAD' })).status).toBe(401);
    const head = `Host: x\r\nConnection: close\r\n`;
    const [hidden] = await exchange(service, `PUT /cards/1 HTTP/1.1\r\n${head}\r\n`);
    const [shown] = await exchange(service, `PUT /stations HTTP/1.1\r\n${head}\r\n`);
    const [known] = await exchange(
      service,
      `PUT /cards/1 HTTP/1.1\r\n${head}Authorization: Bearer ${keys.agent.text}\r\n\r\n`,
    );
    expect([hidden?.status, shown?.status, known?.status]).toEqual([401, 405, 405]);
    // Before the query is judged, too.
    expect((await ask(service, `/cards/${own.card_id}/balance?x=1`)).status).toBe(401);
  });

  it('is noted as used, in the next minute once', async () => {
    const key = await aKey(client, 'agent');
    await balance(key.headers);
    await until('the use is noted', async () => {
      const { rows } = await client.query('SELECT last_used_at FROM access_keys WHERE key_id = $1', [key.id]);
      return (rows[0] as { last_used_at: Date | null }).last_used_at !== null;
    });
  });

  it('that somebody is changing is not waited for by who notes the use of several', async () => {
    const [changed, used] = [await aKey(client, 'agent'), await aKey(client, 'agent')];
    const other = await connect(databaseUrl);
    afterTest(() => other.end());
    await other.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await other.query('SELECT FROM access_keys WHERE key_id = $1 FOR NO KEY UPDATE', [changed.id]);

    await client.query(`SET lock_timeout = '2s'`);
    afterTest(() => client.query('RESET lock_timeout'));
    await noteUse(databaseOf(client), [changed.id, used.id]);

    const { rows } = await client.query<{ key_id: string }>(
      'SELECT key_id FROM access_keys WHERE key_id IN ($1, $2) AND last_used_at IS NOT NULL',
      [changed.id, used.id],
    );
    expect(rows).toEqual([{ key_id: used.id }]);
  });

  it('is made, shown once, listed, given another role, rolled and revoked by an administrator', async () => {
    const admin = bearer((await readFile(join(folder, 'admin.key'), 'utf8')).trim());
    expect((await stat(join(folder, 'admin.key'))).mode & 0o777).toBe(0o600);
    const made = await post(
      service,
      '/keys',
      { client: 'recaudo', name: 'Ventanilla', role: 'agent', networks: ['127.0.0.1'], expires_in_days: 3 },
      admin,
    );
    const { key, key_id } = made.body as { key: string; key_id: string };
    expect(made).toMatchObject({ status: 201, body: { networks: ['127.0.0.1/32'], last_used_at: null } });
    expect(made.headers.get('cache-control')).toBe('no-store');
    expect((await balance(bearer(key))).status).toBe(200);

    const listed = await ask(service, '/keys?limit=100', { headers: admin });
    expect(JSON.stringify(listed.body)).toContain(key_id);
    expect(listed.text).not.toContain(key);
    const page = await ask(service, '/keys?limit=2', { headers: admin });
    const { next_cursor } = page.body as { next_cursor: string };
    expect((await ask(service, `/keys?limit=2&cursor=${next_cursor}`, { headers: admin })).status).toBe(200);

    const changed = await send(service, 'PATCH', `/keys/${key_id}`, { role: 'scraper' }, admin);
    expect(changed).toMatchObject({ status: 200, body: { role: 'scraper' } });
    expect(codeOf(await balance(bearer(key)))).toBe('scope_missing');
    await send(service, 'PATCH', `/keys/${key_id}`, { role: 'auditor' }, admin);

    const rolled = await post(service, `/keys/${key_id}/roll`, { overlap_seconds: 3_600 }, admin);
    const successor = rolled.body as { key: string; key_id: string; role: Role };
    expect(rolled).toMatchObject({ status: 201, body: { role: 'auditor' } });
    expect((await balance(bearer(key))).status).toBe(200);
    expect((await balance(bearer(successor.key))).status).toBe(200);
    expect(codeOf(await post(service, `/keys/${key_id}/roll`, {}, admin))).toBe('key_not_in_force');

    // Whoever holds a key holds its successor: both get the other role, and both say so in the trail.
    for (const [id, role] of [
      [key_id, 'scraper'],
      [successor.key_id, 'auditor'],
    ] as const) {
      const both = await send(service, 'PATCH', `/keys/${id}`, { role }, admin);
      expect(both).toMatchObject({ status: 200, body: { key_id: id, role } });
      const { rows } = await client.query<{ key_id: string; role: string }>(
        'SELECT key_id, role FROM access_keys WHERE key_id IN ($1, $2)',
        [key_id, successor.key_id],
      );
      expect(rows.map((row) => row.role)).toEqual([role, role]);
      const { rows: noted } = await client.query<{ object_id: string }>(
        'SELECT object_id FROM audit_entries WHERE request_id = $1',
        [both.headers.get('x-request-id')],
      );
      expect(noted.map((row) => row.object_id).sort()).toEqual([key_id, successor.key_id].sort());
    }

    const last = await post(service, `/keys/${successor.key_id}/roll`, {}, admin);
    expect(codeOf(await balance(bearer(successor.key)))).toBe('key_revoked');
    expect((await balance(bearer((last.body as { key: string }).key))).status).toBe(200);

    expect(
      (await ask(service, `/keys/${key_id}/revocation`, { method: 'POST', headers: admin })).status,
    ).toBe(200);
    expect(codeOf(await balance(bearer(key)))).toBe('key_revoked');
    expect(codeOf(await send(service, 'PATCH', `/keys/${key_id}`, { role: 'agent' }, admin))).toBe(
      'key_not_in_force',
    );
  });

  it('that is rolled while its role is changed passes no other role on', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { id } = await aKey(client, 'agent');
      const { headers } = keys.administrator;
      const [changed, rolled] = await Promise.all([
        send(service, 'PATCH', `/keys/${id}`, { role: 'scraper' }, headers),
        post(service, `/keys/${id}/roll`, { overlap_seconds: 60 }, headers),
      ]);
      expect([changed.status, rolled.status]).toEqual([200, 201]);
      const { rows } = await client.query<{ role: string }>(
        'SELECT role FROM access_keys WHERE key_id IN ($1, $2)',
        [id, (rolled.body as { key_id: string }).key_id],
      );
      expect(rows.map(({ role }) => role)).toEqual(['scraper', 'scraper']);
    }
  });

  it.each([
    [{ role: 'rider' }, '/user_id'],
    [{ role: 'agent', user_id: 1 }, '/user_id'],
    [{ role: 'agent', networks: ['10.0.0.1/8'] }, '/networks'],
    [{ role: 'agent', expires_in_days: 366 }, '/expires_in_days'],
    [{ role: 'owner' }, '/role'],
    [{ role: 'agent', client: 'A' }, '/client'],
  ])('cannot be made of %j', async (given, pointer) => {
    const body = { client: 'c', name: 'n', ...given };
    const answer = await post(service, '/keys', body, keys.administrator.headers);

    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  });

  it('cannot be bound to what does not exist', async () => {
    const body = { client: 'c', name: 'n', role: 'rider', user_id: 999_999 };
    expect(codeOf(await post(service, '/keys', body, keys.administrator.headers))).toBe('user_not_found');
    const path = '/keys/00000000';
    expect(codeOf(await send(service, 'PATCH', path, { role: 'agent' }, keys.administrator.headers))).toBe(
      'access_key_not_found',
    );
  });
});

describe('a caller who does not wait for the answer', () => {
  const CALLERS = 40;
  const WAYS = [
    ['resets', (connection: RawConnection) => connection.reset()],
    ['closes', (connection: RawConnection) => connection.close()],
  ] as const;

  /** So many callers at once, each of whom sends this on a connection of its own and leaves. */
  async function leave(how: (connection: RawConnection) => void, request: string, headers = {}) {
    const lines = Object.entries({ Host: 'x', 'Content-Length': 0, ...headers });
    const text = [`${request} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${String(value)}`)];
    const connections = await Promise.all(Array.from({ length: CALLERS }, () => RawConnection.open(service)));
    for (const connection of connections) how(connection.send(`${text.join('\r\n')}\r\n\r\n`));
  }

  async function entriesOf({ id }: TestKey): Promise<{ outcome: string; reason: string }[]> {
    const { rows } = await client.query<{ outcome: string; reason: string }>(
      'SELECT outcome, reason FROM audit_entries WHERE key_id = $1',
      [id],
    );
    return rows;
  }

  it.each(WAYS)('leaves the service up, and what was refused in the trail: %s', async (_name, how) => {
    const rider = await aKey(client, 'rider', { user_id: own.user_id });
    await leave(how, 'GET /users/1');
    await leave(how, 'GET /users/1', bearer(newAccessKey().text));
    await leave(how, 'GET /no/such/path');
    for (let id = 1; id <= 3; id += 1) await leave(how, `GET /trips/${anothers.trip_id + id}`, rider.headers);

    // Of one key, ten refusals a minute are noted one by one.
    await until('refusals are noted', async () => (await entriesOf(rider)).length === 10);
    expect((await entriesOf(rider))[0]).toEqual({ outcome: 'refused', reason: 'trip_not_found' });
    expect((await ask(service, '/health')).status).toBe(200);
  });

  it.each(WAYS)('is noted when the cache is emptied for somebody who %s', async (_name, how) => {
    const administrator = await aKey(client, 'administrator');
    await leave(how, 'POST /cache/clear', administrator.headers);

    await until('entries', async () => (await entriesOf(administrator)).length === CALLERS);
    expect((await entriesOf(administrator)).every(({ outcome }) => outcome === 'changed')).toBe(true);
  });
});

/** A row of the trail. */
interface Row {
  readonly client: string;
  readonly key_id: string | null;
  readonly role: string | null;
  readonly operation: string;
  readonly object_kind: string | null;
  readonly object_id: string | null;
  readonly outcome: string;
  readonly changes: Record<string, string | null> | null;
  readonly reason: string | null;
  readonly address: string | null;
}

async function rowsOf({ headers }: Answer): Promise<Row[]> {
  const { rows } = await client.query<Row>('SELECT * FROM audit_entries WHERE request_id = $1', [
    headers.get('x-request-id'),
  ]);
  return rows;
}

function ridesIn({ body }: Answer): number {
  const { trips } = body as SimulationResponse;
  expect(trips).not.toEqual([]);
  return trips.length;
}

/** What is not written in a transaction is written a little later. */
async function notedOf(answer: Answer): Promise<Row[]> {
  await until('the entry is written', async () => (await rowsOf(answer)).length > 0);
  return rowsOf(answer);
}

describe('the audit trail', () => {
  const READS_BY_POST = ['POST /fares/quote', 'POST /fares/price', 'POST /fares/repricing'];

  it('has exactly one row of every write, whatever operation it is, and nothing personal in it', async () => {
    const card_id = await aCard(prepared, 50_000);
    const { ride, boarding } = line;
    const things = {
      ...{ user_id: own.user_id, card_id, vehicle_id, ride, boarding },
      ...{ station_id: boarding.boarding_station_id, route_id: boarding.route_id },
      disembarking_station_id: ride.disembarking_station_id,
    };
    const sendOne = (
      operation: string,
      path: string,
      body?: object,
      by = keys.simulator,
    ): Promise<Answer> => {
      const [method = ''] = operation.split(' ');
      if (body && (method === 'POST' || method === 'PATCH'))
        return send(service, method, path, body, by.headers);
      return ask(service, path, { method, headers: by.headers });
    };
    const attempts = auditedWrites(things, keys.administrator, sendOne);
    const writes = (await operations())
      .filter(({ method }) => method !== 'GET')
      .map(nameOf)
      .filter((name) => !READS_BY_POST.includes(name));
    expect(Object.keys(attempts).sort()).toEqual(writes.sort());

    for (const [operation, prepare] of Object.entries(attempts)) {
      const { path, body, about, member, by = keys.simulator, changes, reason = null } = await prepare();
      const answer = await sendOne(operation, path, body, by);
      expect([operation, answer.status < 300 || answer.body]).toEqual([operation, true]);
      const isNoted = about === null;
      const rows = isNoted ? await notedOf(answer) : await rowsOf(answer);
      // Each ride of a simulation has a row of its own, as every ride.
      const found = rows.filter(({ object_kind }) => about?.[0] !== 'simulation' || object_kind !== 'trip');
      if (about?.[0] === 'simulation') expect(rows).toHaveLength(1 + ridesIn(answer));
      const id = member ? String((answer.body as Record<string, unknown>)[member]) : (about?.[1] ?? null);
      expect(found).toEqual([
        expect.objectContaining({
          operation,
          outcome: 'changed',
          client: 'test',
          key_id: by.id,
          role: by === keys.simulator ? 'simulator' : 'administrator',
          object_kind: about?.[0] ?? null,
          object_id: id,
          address: expect.stringContaining('127.0.0.1') as string,
          reason,
        }),
      ]);
      if (changes) expect(Object.keys(found[0]?.changes ?? {}).sort()).toEqual([...changes].sort());
    }

    const { rows } = await client.query<{ row: string }>(
      'SELECT audit_entries::text AS row FROM audit_entries',
    );
    const trail = rows.map(({ row }) => row).join('\n');
    const words = [
      ...Object.values(PERSON).filter((value) => value.length > 1),
      CARD_NUMBER,
      REASON,
      KEY_NAME,
    ];
    // A concession is a rule for a category, and not about a person.
    const leaked = words.filter((word) => word !== PERSON.rider_category && trail.includes(word));
    expect(leaked).toEqual([]);
    const digests = [...words, KEY_NETWORKS].map((word) =>
      hash('sha256', JSON.stringify(word), 'hex').slice(0, 12),
    );
    expect(digests.filter((digest) => trail.includes(digest))).toEqual([]);
  });

  it('has no row of what changed nothing: a refusal, a repetition, what was so already', async () => {
    const card_id = await aCard(prepared, 0);
    const headers = { ...keys.agent.headers, 'idempotency-key': 'trail-once' };
    const first = await post(service, '/recharges', { card_id, amount: 5_000 }, headers);
    const again = await post(service, '/recharges', { card_id, amount: 5_000 }, headers);
    const refused = await post(
      service,
      '/recharges',
      { card_id: 999_999, amount: 5_000 },
      keys.agent.headers,
    );
    const same = await send(service, 'PATCH', `/cards/${card_id}`, { status: 'active' }, keys.agent.headers);

    expect([first.status, again.status, refused.status, same.status]).toEqual([201, 201, 404, 200]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const counts = [];
    for (const answer of [first, again, refused, same]) counts.push((await rowsOf(answer)).length);
    expect(counts).toEqual([1, 0, 0, 0]);
  });

  it('has who read personal data, also from the cache and by its tag, and nothing of other reads', async () => {
    const { user_id, card_id } = anothers;
    const path = `/users/${user_id}/card-balance`;
    const read = (at: string, role: Role, more: Readonly<Record<string, string>> = {}): Promise<Answer> =>
      ask(service, at, { headers: { ...keys[role].headers, ...more } });
    let hit = await read(path, 'auditor');
    await until('it is a hit', async () => {
      hit = await read(path, 'auditor');
      return hit.headers.get('x-cache') === 'HIT';
    });
    const etag = hit.headers.get('etag') ?? '';
    const unchanged = await read(path, 'auditor', { 'if-none-match': etag });
    expect(unchanged.status).toBe(304);

    for (const answer of [
      hit,
      unchanged,
      await read('/users/latest', 'agent'),
      await read('/audit', 'auditor'),
      await read('/keys', 'administrator'),
    ])
      expect(await notedOf(answer)).toEqual([expect.objectContaining({ outcome: 'read', changes: null })]);
    expect(await notedOf(hit)).toEqual([
      expect.objectContaining({ object_kind: 'user', object_id: `${user_id}`, key_id: keys.auditor.id }),
    ]);
    const others = [
      await read(`/users/${own.user_id}`, 'rider'),
      await read('/users/999999', 'auditor'),
      await read(`/cards/${card_id}/balance`, 'agent'),
    ];
    await notedOf(await read(`/users/${user_id}`, 'agent'));
    for (const answer of others) expect(await rowsOf(answer)).toEqual([]);
  });

  it('is told by every operation that shows something of a person', async () => {
    const { openApi } = await documentOf(service);
    const { components, paths } = openApi;
    const body = paths['/users']?.post?.requestBody?.content['application/json']?.schema;
    const names = [...membersOf(body, components.schemas), 'full_name', 'card_number'].filter(
      (name) => name !== 'rider_category',
    );
    const silent = Object.entries(paths).flatMap(([path, { get }]) => {
      const access = (get as { 'x-access'?: { noted?: string } } | undefined)?.['x-access'];
      const shown = membersOf(
        get?.responses['200']?.content?.['application/json']?.schema,
        components.schemas,
      );
      return shown.some((name) => names.includes(name)) && !/read$/.test(access?.noted ?? '') ? [path] : [];
    });
    expect(names).toContain('email');
    // Each validator asks for it all the time. As the hotlist, it has the numbers of cards and says nothing of their riders.
    expect(silent).toEqual(['/actions']);
  });

  it('has each refusal of a caller, and is not filled by whoever is refused all the time', async () => {
    // One that has refused nobody yet.
    const clock = await ServiceClock.create(new Date(Date.now() - 3_600_000).toISOString());
    afterTest(() => clock.remove());
    const { nodeOptions } = clock;
    const fresh = await startService({
      databaseUrl,
      nodeOptions,
      env: { AUTH: 'required', DATA_DIR: folder },
    });
    afterTest(() => fresh.stop());
    // Its clock was set back by an hour.
    const expired = await aKey(client, 'agent', {}, { expires_at: new Date(Date.now() - 1_000) });
    expect(codeOf(await ask(fresh, '/users/latest', { headers: expired.headers }))).toBe('key_expired');
    const scraper = await aKey(client, 'scraper');
    const rider = await aKey(client, 'rider', { user_id: own.user_id });
    const point = await aKey(client, 'recharge_point', { recharge_point_id });
    const { card_id } = anothers;
    const elsewhereRecharge = { card_id, amount: 1_000, recharge_point_id: elsewhere };
    const asked = [
      await ask(fresh, `/cards/${card_id}`),
      await ask(fresh, `/cards/${card_id}`, { headers: bearer('wrong') }),
      await ask(fresh, `/cards/${card_id}`, { headers: scraper.headers }),
      await ask(fresh, `/cards/${card_id}/balance`, { headers: rider.headers }),
      await post(fresh, '/recharges', elsewhereRecharge, point.headers),
      await ask(fresh, '/users/ana@example.org', { headers: scraper.headers }),
    ];
    const rows: unknown[] = [];
    for (const answer of asked)
      for (const row of await notedOf(answer))
        rows.push([row.reason, row.key_id, row.operation, row.object_kind, row.object_id, row.outcome]);
    const id = `${card_id}`;
    expect(rows).toEqual([
      ['key_required', null, 'GET /cards/{card_id}', 'card', id, 'refused'],
      ['key_invalid', null, 'GET /cards/{card_id}', 'card', id, 'refused'],
      ['scope_missing', scraper.id, 'GET /cards/{card_id}', 'card', id, 'refused'],
      ['card_not_found', rider.id, 'GET /cards/{card_id}/balance', 'card', id, 'refused'],
      ['not_this_recharge_point', point.id, 'POST /recharges', null, null, 'refused'],
      ['scope_missing', scraper.id, 'GET /users/{user_id}', 'user', null, 'refused'],
    ]);

    for (let n = 0; n < 60; n += 1) await ask(fresh, '/concessionaires');
    // What is refused to a known key is noted, however many strangers are refused.
    expect(await notedOf(await ask(fresh, '/users/latest', { headers: scraper.headers }))).toHaveLength(1);
    await fresh.stop();
    const { rows: flood } = await client.query(
      `SELECT reason, count(*)::int AS n FROM audit_entries WHERE operation = 'GET /concessionaires' AND key_id IS NULL
       GROUP BY reason ORDER BY n DESC`,
    );
    expect(flood).toEqual(
      expect.arrayContaining([
        // Three of the ten were those before.
        { reason: 'key_required', n: expect.any(Number) as number },
        { reason: 'key_required; 53 more refusals of this caller in a minute are not noted', n: 1 },
      ]),
    );
    expect((flood[0] as { n: number }).n).toBeLessThanOrEqual(8);
  });

  it('is compared with the recharges, reversals and trips that it has to tell of, also those of a simulation', async () => {
    const config = new AppConfig(parseEnvironment({}));
    const lines: string[] = [];
    const verify = () =>
      verifyAudit(databaseUrl, config, { help: false, full: true, heads: [] }, new Date(), (line) =>
        lines.push(line),
      );
    const recharge_id = await aRecharge(prepared, own.card_id, 1_000);
    expect((await post(prepared, `/recharges/${recharge_id}/reversal`, { reason: 'x' })).status).toBe(201);

    const simulated = await ask<SimulationResponse>(service, '/trips/simulate/revenue-test?num_trips=2', {
      method: 'POST',
      headers: keys.simulator.headers,
    });
    const trip_ids = simulated.body.trips.map(({ trip_id }) => trip_id).sort();
    expect(trip_ids).not.toEqual([]);

    expect([await verify(), lines.at(-1)]).toEqual([true, 'The audit trail is right.']);
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    afterTest(() => client.query('ROLLBACK'));
    await client.query('ALTER TABLE audit_entries DISABLE TRIGGER USER');
    await client.query(
      `DELETE FROM audit_entries
       WHERE object_kind = 'recharge' AND object_id = $1 OR object_kind = 'trip' AND object_id = ANY ($2)`,
      [String(recharge_id), trip_ids.map(String)],
    );
    const what = 'no entry tells of it';
    const missing = [
      { record: 'recharge', id: recharge_id, what },
      { record: 'reversal of recharge', id: recharge_id, what },
      ...trip_ids.map((id) => ({ record: 'trip', id, what })),
    ];
    expect(await findUnrecorded(client, null)).toEqual(missing);
    const proven = { seal: 1, through_id: 1, digest: '', recharge_id, trip_id: 0 };
    expect(await findUnrecorded(client, proven)).toEqual(missing);
  });

  it('has what came through a proxy where nobody is asked for a key', async () => {
    const answer = await ask(open, '/trips/total', { headers: { forwarded: 'for=10.0.0.1' } });
    expect(await notedOf(answer)).toEqual([
      expect.objectContaining({ outcome: 'refused', reason: 'open_mode_is_local', client: '' }),
    ]);
  });
});

describe('what belongs to a client', () => {
  it("is another client's neither to find, nor to take, nor to repeat", async () => {
    const others = await aKey(client, 'agent', {}, { client: 'other' });
    const card_id = await aCard(prepared, 0);
    const recharge = async (by: TestKey, given: object, key: string): Promise<Answer> =>
      post(service, '/recharges', { card_id, ...given }, { ...by.headers, 'idempotency-key': key });
    const idOf = ({ status, body }: Answer): unknown => [
      status,
      (body as { recharge_id?: number }).recharge_id,
    ];

    const mine = await recharge(keys.agent, { amount: 2_000 }, 'same-key');
    const theirs = await recharge(others, { amount: 3_000 }, 'same-key');
    expect([mine.status, theirs.status]).toEqual([201, 201]);
    expect(theirs.headers.get('idempotency-replayed')).toBeNull();
    expect(idOf(await recharge(keys.agent, { amount: 2_000 }, 'same-key'))).toEqual(idOf(mine));
    expect(idOf(await recharge(others, { amount: 3_000 }, 'same-key'))).toEqual(idOf(theirs));

    const first = await recharge(keys.agent, { amount: 2_000, transaction_id: 'same' }, 'a');
    const second = await recharge(others, { amount: 3_000, transaction_id: 'same' }, 'b');
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(idOf(await recharge(others, { amount: 3_000, transaction_id: 'same' }, 'c'))).toEqual(
      idOf(second),
    );
    expect(codeOf(await recharge(keys.agent, { amount: 3_000, transaction_id: 'same' }, 'd'))).toBe(
      'transaction_id_reused',
    );
    expect(await balanceOf(prepared, card_id)).toBe(10_000);
  });

  it('is not held up by the same key of another that is still in use', async () => {
    const card_id = await aCard(prepared, 0);
    const holder = await connect(databaseUrl);
    afterTest(() => holder.end());
    await holder.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await holder.query(`SELECT FROM take_idempotency_key('other', 'busy', ${LOCK_SEED}, now())`);
    const headers = { ...keys.agent.headers, 'idempotency-key': 'busy' };
    expect((await post(service, '/recharges', { card_id, amount: 2_000 }, headers)).status).toBe(201);
  });

  it('is not looked up by a simulation of another', async () => {
    const others = await aKey(client, 'simulator', {}, { client: 'other' });
    const path = '/trips/simulate/revenue-test?num_trips=1';
    const simulate = async (by: TestKey): Promise<string | null> => {
      const init = { method: 'POST', headers: { ...by.headers, 'idempotency-key': 'simulated' } };
      return (await ask(service, path, init)).headers.get('idempotency-replayed');
    };
    expect([await simulate(keys.simulator), await simulate(others), await simulate(others)]).toEqual([
      null,
      null,
      'true',
    ]);
  });
});

type Schemas = Readonly<Record<string, Schema>>;

/** The names of all members that a schema has, at any depth. */
function membersOf(schema: unknown, schemas: Schemas): string[] {
  if (Array.isArray(schema)) return schema.flatMap((part) => membersOf(part, schemas));
  if (typeof schema !== 'object' || schema === null) return [];
  const { $ref, properties, items, allOf, anyOf, oneOf } = schema as Record<string, unknown>;
  const referred = typeof $ref === 'string' ? schemas[$ref.split('/').at(-1) ?? ''] : undefined;
  const parts = [referred, items, allOf, anyOf, oneOf, Object.values(properties ?? {})];
  return [...Object.keys(properties ?? {}), ...parts.flatMap((part) => membersOf(part, schemas))];
}

describe('npm run keys', () => {
  const run = (...args: string[]) => runInProcess(program, args, databaseUrl);

  it('makes, lists, rolls and revokes keys that the service knows at once', async () => {
    const { code, output } = await run(
      'create',
      '--role',
      'agent',
      '--name',
      'Caja',
      '--network',
      '127.0.0.0/8',
      '--days',
      '3',
    );
    const key = output.trim();
    const balance = async (text: string) =>
      (await ask(service, `/cards/${own.card_id}/balance`, { headers: bearer(text) })).status;
    expect([code, await balance(key)]).toEqual([0, 200]);
    const id = key.slice(4, 12);
    expect((await run('list')).output).toMatch(new RegExp(`^${id}  agent .*"Caja"  expires`, 'm'));

    const successor = (await run('roll', id)).output.trim();
    const { rows } = await client.query(
      `SELECT round(extract(epoch FROM expires_at - created_at) / 86400)::integer AS days
       FROM access_keys WHERE key_id = $1`,
      [successor.slice(4, 12)],
    );
    expect(rows).toEqual([{ days: 3 }]);
    expect([await balance(key), await balance(successor)]).toEqual([401, 200]);
    expect((await run('revoke', successor)).code).toBe(0);
    expect(await balance(successor)).toBe(401);
    const { rows: noted } = await client.query(
      `SELECT operation, object_id,
              CASE WHEN changes ? 'name' THEN jsonb_build_object('name', changes->'name', 'networks', changes->'networks') END AS named
       FROM audit_entries WHERE client = 'program:keys' ORDER BY entry_id`,
    );
    expect(noted).toEqual([
      { operation: 'npm run keys -- create', object_id: id, named: { name: null, networks: null } },
      { operation: 'npm run keys -- roll', object_id: id, named: null },
      { operation: 'npm run keys -- revoke', object_id: successor.slice(4, 12), named: null },
    ]);
  });

  it('revokes after a restore what a later list says is revoked, expires earlier or has other rights', async () => {
    const made = [];
    for (let n = 0; n < 6; n += 1)
      made.push(await aKey(client, 'validator', { vehicle_id }, { networks: ['127.0.0.0/8'] }));
    const [, revoked, changed, rolled, moved, later] = made.map(({ id }) => id);
    const list = join(folder, 'keys.ndjson');
    const { output } = await run('list', '--json');
    const told = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { key_id: string })
      .filter(({ key_id }) => key_id !== later)
      .map((key) => {
        if (key.key_id === revoked) return { ...key, revoked_at: new Date() };
        if (key.key_id === changed) return { ...key, role: 'scraper', vehicle_id: null };
        if (key.key_id === moved) return { ...key, networks: ['10.0.0.0/8'] };
        return key.key_id === rolled ? { ...key, expires_at: new Date() } : key;
      });
    await writeFile(list, told.map((key) => `${JSON.stringify(key)}\n`).join(''));

    const { code, output: said } = await run('revoke', '--as-in', list);

    expect([code, said.trim().split('\n').slice(0, -1).sort()]).toEqual([
      0,
      [revoked, changed, rolled, moved].sort(),
    ]);
    expect(said).toContain('revoked: 4;');
    const { rows: noted } = await client.query<{ object_id: string }>(
      `SELECT object_id FROM audit_entries WHERE operation = 'npm run keys -- revoke --as-in'`,
    );
    expect(noted.map(({ object_id }) => object_id).sort()).toEqual([revoked, changed, rolled, moved].sort());
    const codes = [];
    for (const { headers } of made) codes.push(codeOf(await post(service, '/fares/quote', {}, headers)));
    const refused = 'key_revoked';
    expect(codes).toEqual(['invalid_value', refused, refused, refused, refused, 'invalid_value']);
    expect((await run('revoke', '--as-in', list)).output).toContain('revoked: 0;');

    await writeFile(list, '{"key_id":"x"}');
    expect((await run('revoke', '--as-in', list)).errors).toContain('line 1 of the list is no key');
    expect((await run('revoke', '--as-in', folder)).errors).toContain('cannot be read');
  });

  it('lists all keys, however many there are', async () => {
    await client.query(`
      INSERT INTO access_keys (key_id, digest, client, name, role, created_at, created_by, expires_at)
      SELECT lpad(n::text, 8, '0'), sha256(n::text::bytea), 'test', 'one of many', 'agent', now(), '', now()
      FROM generate_series(1, 12000) n`);
    afterTest(() => client.query(`DELETE FROM access_keys WHERE name = 'one of many'`));
    const { output } = await run('list');
    expect(output.split('\n').filter((line) => line.includes('"one of many"'))).toHaveLength(12_000);
    // The first that were made are the last that are listed.
    expect(output).toContain(keys.rider.id);
  });

  it.each([
    [[], 'say create, list, roll or revoke (see --help)'],
    [
      ['create', '--role', 'rider', '--name', 'x'],
      '--user must be given: the role rider is bound to one user_id',
    ],
    [['create', '--role', 'owner', '--name', 'x'], '--role must be one of rider, '],
    [['create', '--role', 'agent', '--name', 'x', '--days', '9999'], '--days must be a whole number'],
    [['create', '--role', 'agent', '--name', 'x', '--network', '10.0.0.1/8'], '--network must be an address'],
    [['create', '--role', 'rider', '--name', 'x', '--user', '999999'], 'there is no such user'],
    [['revoke', '00000000'], 'there is no key 00000000'],
    [['roll', '00000000'], 'no key 00000000 is in force'],
  ])('refuses %j in one line', async (args, complaint) => {
    const { code, errors } = await run(...args);

    expect(code).toBe(1);
    expect(errors).toContain(complaint);
  });
});

describe('open mode', () => {
  const answered = async (head: string, target = '/trips/total'): Promise<number | undefined> => {
    const [response] = await exchange(open, `GET ${target} HTTP/1.1\r\n${head}Connection: close\r\n\r\n`);
    return response?.status;
  };

  it.each(['localhost', '127.0.0.1:8000', '[::1]:8000', '127.9.9.9'])('answers as %s', async (host) => {
    expect(await answered(`Host: ${host}\r\n`)).toBe(200);
  });

  it.each([
    'Host: evil.example\r\n',
    'Host: 127.0.0.1.evil.example\r\n',
    'Host: 10.0.0.1\r\n',
    'Host: localhost\r\nForwarded: for=10.0.0.1\r\n',
    'Host: localhost\r\nX-Forwarded-For: 10.0.0.1\r\n',
    'Host: localhost\r\nX-Forwarded-Proto: https\r\n',
    'Host: localhost\r\nX-Forwarded: 10.0.0.1\r\n',
    'Host: localhost\r\nX-Client-IP: 10.0.0.1\r\n',
    'Host: localhost\r\nCF-Connecting-IP: 10.0.0.1\r\n',
    'Host: localhost\r\nCF-Ray: 8a1b2c3d4e5f6789-BOG\r\n',
    'Host: localhost\r\nX-Azure-ClientIP: 10.0.0.1\r\n',
    'Host: localhost\r\nFly-Client-IP: 10.0.0.1\r\n',
    'Host: localhost\r\nX-Amzn-Trace-Id: Root=1-2-3\r\n',
    'Host: localhost\r\nCDN-Loop: a\r\n',
    'Host: localhost\r\nX-Remote-Addr: 10.0.0.1\r\n',
    'Host: localhost\r\nTailscale-User-Login: somebody\r\n',
    'Host: localhost\r\nOrigin: https://evil.example\r\n',
    'Host: localhost\r\nOrigin: null\r\n',
  ])('refuses %j, and says what to set', async (head) => {
    const [response] = await exchange(open, `GET /stations HTTP/1.1\r\n${head}Connection: close\r\n\r\n`);
    expect(response).toMatchObject({ status: 403, body: { code: 'open_mode_is_local' } });
    expect((response?.body as { detail: string }).detail).toContain('AUTH=required');
  });

  it('refuses HTTP/1.0, as proxies speak it to what is behind them', async () => {
    const [response] = await exchange(open, 'GET /stations HTTP/1.0\r\nHost: 127.0.0.1:8000\r\n\r\n');
    expect(response).toMatchObject({ status: 403, body: { code: 'open_mode_is_local' } });
  });

  it('refuses an address of another host in the target', async () => {
    expect(await answered('Host: localhost\r\n', 'http://evil.example/trips/total')).toBe(403);
    expect(await answered('Host: localhost\r\n', 'http://localhost/trips/total')).toBe(200);
  });
});
