import type { Client } from 'pg';
import type { Problem } from '../../src/common/http/problem/problem.dto';
import type { Tariffs } from '../../src/modules/fares/dto/fare-rules.dto';
import type { FaresInForce } from '../../src/modules/fares/dto/fares-in-force.dto';
import type { PriceResponse } from '../../src/modules/fares/dto/price.dto';
import { type Answer, ask, post } from '../setup/api';
import { askCached, sourceOf } from '../setup/ask-cached';
import type { Service } from '../setup/service';
import { startOverDatabase } from '../setup/service-over-database';

let client: Client;
let service: Service;

beforeAll(async () => {
  ({ client, service } = await startOverDatabase());
});

const KINDS = [
  ['tariffs', 'tariffs', { component: 'trunk', valid_from: '2090-01-01', price: 4_000 }],
  [
    'transfer-rules',
    'transfer_rules',
    {
      valid_from: '2090-01-01',
      window_seconds: 7_200,
      most_transfers: null,
      personalised_only: false,
      exclusions: ['same_station'],
    },
  ],
  [
    'transfer-prices',
    'transfer_prices',
    {
      from_component: 'zonal',
      to_component: 'trunk',
      from_transfer: 2,
      valid_from: '2090-01-01',
      price: null,
      percent_off: 75,
    },
  ],
  [
    'concessions',
    'concessions',
    {
      rider_category: 'disability',
      component: 'zonal',
      valid_from: '2090-01-01',
      price: null,
      percent_off: 50,
      monthly_quota: null,
    },
  ],
  ['limits', 'limits', { limit_name: 'daily_cap', valid_from: '2090-01-01', value: 12_000 }],
] as const;

const rowsOf = async (path: string, member: string): Promise<unknown[]> =>
  ((await ask(service, `/fares/${path}`)).body as Record<string, unknown[]>)[member] ?? [];

describe('the rules', () => {
  it('are those of the city from the first day of the service on', async () => {
    const { body } = await ask<FaresInForce>(service, '/fares?on=2023-06-01');

    expect(body).toMatchObject({
      on: '2023-06-01',
      tariffs: [
        { component: 'trunk', valid_from: '2023-01-10', price: 2_950 },
        { component: 'zonal', valid_from: '2023-01-10', price: 2_750 },
      ],
      transfer_rule: { valid_from: '2020-03-02', window_seconds: 6_600, most_transfers: 2 },
      limits: [
        { limit_name: 'credit_boardings', value: 2 },
        { limit_name: 'passback_seconds', value: 600 },
      ],
    });
    expect(body.concessions).toHaveLength(4);
    expect((await ask(service, '/fares?on=2019-02-01')).body).toMatchObject({
      tariffs: [],
      transfer_rule: null,
    });
  });

  it.each(KINDS)(
    'of /fares/%s can be set for the future, are seen at once, and set again',
    async (path, member, row) => {
      await askCached(service, '/fares');
      const before = await rowsOf(path, member);

      expect(await post(service, `/fares/${path}`, row)).toMatchObject({ status: 201, body: row });

      const after = await rowsOf(path, member);
      expect(after).toHaveLength(before.length + 1);
      expect(after).toContainEqual(row);
      expect(sourceOf(await askCached(service, '/fares'))).toBe('MISS');
      expect((await ask(service, '/fares?on=2089-12-31')).text).not.toContain('2090-01-01');
      expect((await ask(service, '/fares?on=2090-01-01')).text).toContain('2090-01-01');

      expect(await post(service, `/fares/${path}`, row)).toMatchObject({ status: 201, body: row });
      expect(await rowsOf(path, member)).toEqual(after);
    },
  );

  it.each(KINDS)('of /fares/%s are refused for a day that has begun', async (path, member, row) => {
    const before = await rowsOf(path, member);
    const today = new Date(Date.now() - 5 * 3_600_000).toISOString().slice(0, 10);

    for (const valid_from of ['2019-02-02', today]) {
      const { status, body } = await post<Problem>(service, `/fares/${path}`, { ...row, valid_from });
      expect([status, body.errors?.[0]?.pointer]).toEqual([422, '/valid_from']);
    }
    expect(await rowsOf(path, member)).toEqual(before);
  });

  it.each(KINDS)('of /fares/%s are set once for an Idempotency-Key', async (path, member, row) => {
    const headers = { 'idempotency-key': `rule-of-${path}` };
    const rule = { ...row, valid_from: '2091-02-03' };
    const set = (body: object): Promise<Answer> => post(service, `/fares/${path}`, body, headers);
    const first = await set(rule);
    const rules = await rowsOf(path, member);
    const again = await set(rule);

    expect([again.status, again.body]).toEqual([first.status, rule]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await set({ ...rule, valid_from: '2091-02-04' })).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
    expect(await rowsOf(path, member)).toEqual(rules);
  });

  it('stay as they were set last, when an earlier request is sent again', async () => {
    const headers = { 'idempotency-key': 'overtaken' };
    const rule = { ...KINDS[0][2], valid_from: '2091-03-04' };
    await post(service, '/fares/tariffs', rule, headers);
    await post(service, '/fares/tariffs', { ...rule, price: 4_100 });

    expect((await post(service, '/fares/tariffs', rule, headers)).body).toEqual(rule);
    expect(await rowsOf('tariffs', 'tariffs')).toContainEqual({ ...rule, price: 4_100 });
  });

  it('may begin tomorrow', async () => {
    // In the last minute of a day it is the day after.
    const tomorrow = new Date(Date.now() + 61_000 + 19 * 3_600_000).toISOString().slice(0, 10);

    expect(
      await post(service, '/fares/limits', { limit_name: 'daily_cap', valid_from: tomorrow, value: null }),
    ).toMatchObject({ status: 201 });
  });

  const tariff = KINDS[0][2];
  it.each([
    ['tariffs', '/valid_from', { ...tariff, valid_from: '2090-02-30' }],
    ['tariffs', '/valid_from', { ...tariff, valid_from: '2090-1-1' }],
    ['tariffs', '/price', { ...tariff, price: -1 }],
    ['tariffs', '/price', { ...tariff, price: 1.5 }],
    ['tariffs', '/price', { ...tariff, price: '4000' }],
    ['tariffs', '/price', { ...tariff, price: 10 ** 10 }],
    ['tariffs', '/component', { ...tariff, component: 'TRONCAL' }],
    ['tariffs', '/valid_to', { ...tariff, valid_to: '2091-01-01' }],
    ['transfer-rules', '/exclusions', { ...KINDS[1][2], exclusions: ['same_colour'] }],
    ['transfer-rules', '/exclusions', { ...KINDS[1][2], exclusions: ['same_route', 'same_route'] }],
    ['transfer-rules', '/window_seconds', { ...KINDS[1][2], window_seconds: 86_401 }],
    ['transfer-rules', '/personalised_only', { ...KINDS[1][2], personalised_only: 'false' }],
    ['transfer-prices', '/percent_off', { ...KINDS[2][2], price: 200 }],
    ['transfer-prices', '/from_transfer', { ...KINDS[2][2], from_transfer: 0 }],
    ['concessions', '/rider_category', { ...KINDS[3][2], rider_category: 'standard' }],
    ['concessions', '/percent_off', { ...KINDS[3][2], percent_off: 101 }],
    ['limits', '/value', { limit_name: 'passback_seconds', valid_from: '2090-01-01', value: 3_601 }],
    ['limits', '/value', { limit_name: 'credit_boardings', valid_from: '2090-01-01', value: 101 }],
  ] as const)('refuse a bad row of %s at %s: %j', async (path, pointer, row) => {
    const { status, body } = await post<Problem>(service, `/fares/${path}`, row);

    expect([status, body.code]).toEqual([422, 'invalid_value']);
    expect(body.errors?.map((complaint) => complaint.pointer)).toContain(pointer);
  });

  it('keep one row for a key, whoever sets it at the same time', async () => {
    const prices = Array.from({ length: 10 }, (_, n) => 5_000 + n);
    const answers = await Promise.all(
      prices.map((price) => post(service, '/fares/tariffs', { ...tariff, valid_from: '2095-05-05', price })),
    );

    expect(answers.map(({ status }) => status)).toEqual(prices.map(() => 201));
    const { rows } = await client.query<{ price: number }>(
      `SELECT price FROM tariffs WHERE valid_from = '2095-05-05'`,
    );
    expect(rows).toHaveLength(1);
    const { tariffs } = (await ask<Tariffs>(service, '/fares/tariffs')).body;
    expect(tariffs.filter(({ valid_from }) => valid_from === '2095-05-05')).toMatchObject([
      { price: Number(rows[0]?.price) },
    ]);
  });
});

const askPrice = <Body>(request: object): Promise<Answer<Body>> =>
  post<Body>(service, '/fares/price', request);
const price = async (request: object): Promise<Answer<PriceResponse>['body']> =>
  (await askPrice<PriceResponse>(request)).body;

/** A boarding on 2025-06-02 in Bogotá, or on another day. */
const at = (route_type: string, time: string, labels = {}, day = '2025-06-02'): object => ({
  route_type,
  route: `${route_type} ${time}`,
  station: `stop ${time}`,
  at: `${day}T${time}-05:00`,
  ...labels,
});

describe('POST /fares/price', () => {
  it('prices the worked example, with every explanation and no balance', async () => {
    const { boardings, total } = await price({
      personalised: true,
      boardings: [
        at('TRONCAL', '07:00:00'),
        at('ZONAL_UCE', '07:50:00'),
        at('ALIMENTADORA', '08:40:00'),
        at('ZONAL_UCE', '09:04:00'),
      ],
    });

    expect(total).toBe(6_400);
    expect(boardings).toMatchObject([
      {
        at: '2025-06-02T12:00:00.000Z',
        amount: 3_200,
        product: 'trunk',
        base_price: 3_200,
        reason: 'full_fare',
        anchor: 0,
        transfers_used: 0,
        transfers_left: 2,
        window_ends_at: '2025-06-02T14:05:00.000Z',
        balance_after: null,
        concession: null,
        on_credit: false,
        capped: false,
        passback: false,
      },
      { amount: 0, product: 'zonal', reason: 'transfer', anchor: 0, transfers_used: 1, transfers_left: 1 },
      { amount: 0, product: 'zonal', reason: 'transfer', anchor: 0, transfers_used: 2, transfers_left: 0 },
      { amount: 3_200, reason: 'transfers_used_up', anchor: 3, transfers_used: 0, transfers_left: 2 },
    ]);
    expect(boardings.map((boarding) => 'refused' in boarding)).toEqual([false, false, false, false]);
  });

  it('prices cable and dual as trunk', async () => {
    const { boardings } = await price({
      personalised: true,
      boardings: [
        at('CABLE', '07:00:00', {}, '2023-06-01'),
        at('DUAL', '07:30:00', {}, '2023-06-01'),
        at('ALIMENTADORA', '10:00:00', {}, '2023-06-01'),
        at('CABLE', '10:30:00', {}, '2023-06-01'),
      ],
    });

    expect(boardings.map(({ amount, reason }) => [amount, reason])).toEqual([
      [2_950, 'full_fare'],
      [2_950, 'trunk_to_trunk'],
      [2_750, 'transfer_window_over'],
      [200, 'transfer'],
    ]);
  });

  it('runs the balance, takes credit twice, and goes on after a refusal', async () => {
    const { boardings, total } = await price({
      personalised: true,
      balance: 1_000,
      boardings: [
        at('TRONCAL', '07:00:00', {}, '2025-06-02'),
        at('ZONAL_UCE', '07:00:00', {}, '2025-06-03'),
        at('ZONAL_UCE', '07:00:00', {}, '2025-06-04'),
        at('ZONAL_UCE', '07:01:00', {}, '2025-06-04'),
      ],
    });

    expect(boardings).toMatchObject([
      { amount: 3_200, balance_after: -2_200, on_credit: true },
      { amount: 3_200, balance_after: -5_400, on_credit: true },
      {
        amount: 0,
        balance_after: -5_400,
        on_credit: false,
        refused: 'insufficient_balance',
        required: 3_200,
        shortfall: 8_600,
      },
      // The refused boarding does not exist for this one.
      { amount: 0, refused: 'insufficient_balance', reason: 'full_fare', required: 3_200 },
    ]);
    expect(total).toBe(6_400);
  });

  it('refuses a free transfer too, once the credit is used up', async () => {
    const { boardings } = await price({
      personalised: true,
      balance: 0,
      boardings: [at('TRONCAL', '07:00:00'), at('ZONAL_UCE', '07:10:00'), at('ZONAL_UCE', '07:20:00')],
    });

    expect(boardings).toMatchObject([
      { amount: 3_200, on_credit: true },
      { amount: 0, reason: 'transfer', on_credit: true },
      { amount: 0, reason: 'transfer', refused: 'insufficient_balance', required: 0, shortfall: 3_200 },
    ]);
  });

  it('gives a basic card neither transfers, nor credit, nor a concession', async () => {
    const { boardings } = await price({
      personalised: false,
      rider_category: 'senior',
      balance: 3_199,
      boardings: [at('TRONCAL', '07:00:00')],
    });

    expect(boardings).toMatchObject([
      { amount: 0, reason: 'basic_card', refused: 'insufficient_balance', required: 3_200 },
    ]);
  });

  it('takes any labels, and 7 for the same as "7"', async () => {
    const { boardings } = await price({
      personalised: true,
      boardings: [
        at('ZONAL_UCE', '07:00:00', { route: 7, station: 'Ávenida "Ñ" \\ 7' }),
        at('ZONAL_UCE', '07:10:00', { route: '7' }),
      ],
    });

    expect(boardings.map(({ reason }) => reason)).toEqual(['full_fare', 'same_route']);
  });

  it('prices 500 boardings, and nothing at all', async () => {
    const many = Array.from({ length: 500 }, (_, n) => {
      const moment = new Date(Date.UTC(2023, 0, 1) + n * 3_000_000);
      return { route_type: 'ZONAL_UCE', route: 'R'.repeat(100), station: n, at: moment.toISOString() };
    });
    const { boardings, total } = await price({
      personalised: true,
      rider_category: 'sisben',
      boardings: many,
    });

    expect(boardings).toHaveLength(500);
    expect(total).toBe(boardings.reduce((sum, { amount }) => sum + amount, 0));
    expect(await askPrice({ personalised: true, boardings: [] })).toMatchObject({
      status: 200,
      body: { boardings: [], total: 0 },
    });
  });

  it.each([
    [
      '/boardings/1/at',
      { personalised: true, boardings: [at('TRONCAL', '07:00:01'), at('TRONCAL', '07:00:00')] },
    ],
    [
      '/boardings/0/at',
      { personalised: true, boardings: [at('TRONCAL', '07:00:00', { at: '2025-06-02T07:00:00' })] },
    ],
    [
      '/boardings/0/at',
      { personalised: true, boardings: [at('TRONCAL', '07:00:00', { at: 1_748_865_600 })] },
    ],
    ['/boardings/0/at', { personalised: true, boardings: [at('TRONCAL', '25:00:00')] }],
    ['/boardings/0/route_type', { personalised: true, boardings: [at('METRO', '07:00:00')] }],
    ['/boardings/0/route', { personalised: true, boardings: [at('TRONCAL', '07:00:00', { route: '' })] }],
    [
      '/boardings/0/station',
      { personalised: true, boardings: [at('TRONCAL', '07:00:00', { station: 1.5 })] },
    ],
    [
      '/boardings/0/station',
      { personalised: true, boardings: [at('TRONCAL', '07:00:00', { station: null })] },
    ],
    ['/boardings/0/fare', { personalised: true, boardings: [at('TRONCAL', '07:00:00', { fare: 1 })] }],
    ['/boardings', { personalised: true, boardings: Array(501).fill(at('TRONCAL', '07:00:00')) }],
    ['/boardings', { personalised: true, boardings: 'TRONCAL' }],
    ['/boardings', { personalised: true }],
    ['/personalised', { personalised: 1, boardings: [] }],
    ['/balance', { personalised: true, balance: 1.5, boardings: [] }],
    ['/rider_category', { personalised: true, rider_category: 'king', boardings: [] }],
  ])('refuses what is wrong at %s', async (pointer, request) => {
    const { status, body } = await askPrice<Problem>(request);

    expect([status, body.code]).toEqual([422, 'invalid_value']);
    expect(body.errors?.map((complaint) => complaint.pointer)).toContain(pointer);
  });

  it('refuses a boarding before the first tariff', async () => {
    const boardings = [at('TRONCAL', '23:59:59', {}, '2019-02-01')];

    expect(await askPrice({ personalised: true, boardings })).toMatchObject({
      status: 422,
      body: { code: 'no_tariff' },
    });
  });
});
