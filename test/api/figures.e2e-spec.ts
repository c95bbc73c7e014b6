import { parse } from 'csv-parse/sync';
import type { Client } from 'pg';
import type {
  ActivityByMinute,
  ActivityByStation,
} from '../../src/modules/activity/dto/activity-responses.dto';
import type { RechargeSeries, RevenueSeries } from '../../src/modules/finance/dto/series.dto';
import type { Repricing } from '../../src/modules/trips/dto/repricing.dto';
import { insert } from '../builders/insert';
import { letTimePass } from '../builders/past';
import { aCard, aLine, aRecharge, aUser, FARE, type Line } from '../builders/rides';
import { ask, post } from '../setup/api';
import { breaksOf } from '../setup/ledger';
import type { TestDatabase } from '../setup/database';
import type { Service } from '../setup/service';
import { startOverDatabase } from '../setup/service-over-database';
import { until } from '../setup/until';

const DAY_SECONDS = 86_400;
const HOSTILE = '=HYPERLINK("http://example.com"), "uno"';

let database: TestDatabase;
let client: Client;
let service: Service;
let line: Line;
let card: number;

beforeAll(async () => {
  ({ database, client, service } = await startOverDatabase({ SIMULATION: 'on' }));
  line = await aLine(client);
  await client.query('UPDATE concessionaires SET name = $1 WHERE concessionaire_id = $2', [
    HOSTILE,
    line.concessionaire_id,
  ]);
  card = await aCard(service, 50_000, await aUser(service));
});

const board = (card_id = card) => post(service, '/trips/complete', { card_id, ...line.ride });
const today = async (): Promise<string> => (await ask<{ on: string }>(service, '/fares')).body.on;
const series = <Body>(path: string) => ask<Body>(service, path);

describe('the series of revenue and recharges', () => {
  it('have what was just paid, by day, hour, locality, concessionaire, channel and point', async () => {
    const { recharge_point_id } = await insert<{ recharge_point_id: number }>(client, 'recharge_points', {
      channel: 'online',
      name: 'Punto 1',
    });
    await board();
    const reversed = await aRecharge(service, card, 10_000);
    await post(service, `/recharges/${reversed}/reversal`, { reason: 'a test' });
    await post(service, '/recharges', { card_id: card, amount: 20_000, recharge_point_id });

    const day = await today();
    const { body: days } = await series<RevenueSeries>('/finance/revenue/series');
    expect(days).toMatchObject({
      interval: 'day',
      to: day,
      by: null,
      currency: 'COP',
      total: { boardings: 1, revenue: FARE },
    });
    expect(days.rows).toEqual([{ start: day, key: null, name: null, boardings: 1, revenue: FARE }]);
    const { body: hours } = await series<RevenueSeries>(
      '/finance/revenue/series?interval=hour&by=concessionaire',
    );
    expect(hours.rows).toMatchObject([
      { key: line.concessionaire_id, name: HOSTILE, boardings: 1, revenue: FARE },
    ]);
    const { body: total } = await series<RevenueSeries>('/finance/revenue/series?interval=total&by=locality');
    expect(total.rows).toMatchObject([{ start: null, boardings: 1, revenue: FARE }]);

    const { body: channels } = await series<RechargeSeries>('/finance/recharges/series?by=channel');
    expect(channels.rows).toMatchObject([
      { name: 'default', recharges: 2, recharged: 60_000, reversals: 1, reversed: 10_000, net: 50_000 },
      { name: 'online', recharges: 1, recharged: 20_000, reversals: 0, net: 20_000 },
    ]);
    const { body: points } = await series<RechargeSeries>(
      '/finance/recharges/series?interval=total&by=recharge_point',
    );
    expect(points.rows.map(({ key, name, net }) => [key, name, net])).toEqual([
      [null, null, 50_000],
      [recharge_point_id, 'Punto 1', 20_000],
    ]);
    const { body: point } = await series<RechargeSeries>(
      `/finance/recharges/series?recharge_point_id=${recharge_point_id}`,
    );
    expect(point.total).toMatchObject({ recharges: 1, net: 20_000 });
  });

  it('are CSV for who prefers that, and say that they depend on Accept', async () => {
    const path = '/finance/revenue/series?by=concessionaire';
    const csv = await fetch(service.url + path, { headers: { accept: 'text/csv, application/json;q=0.5' } });
    const rows = parse<Record<string, string>>(await csv.text(), { columns: true, record_delimiter: '\r\n' });

    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(csv.headers.get('vary')).toBe('Accept');
    expect(rows).toMatchObject([{ name: `'${HOSTILE}`, revenue: String(FARE) }]);
    for (const accept of ['*/*', 'text/csv;q=0.1, application/json', 'text/html'])
      expect((await ask(service, path, { headers: { accept } })).headers.get('content-type')).toMatch(/json/);
    expect((await ask(service, path)).headers.get('vary')).toBe('Accept');
    expect((await ask(service, `${path}&from=never`)).headers.get('vary')).toBe('Accept');
  });

  it.each([
    ['/finance/revenue/series?from=2026-01-02&to=2026-01-01', '/to'],
    ['/finance/revenue/series?from=2024-01-01&to=2025-01-01', '/to'],
    ['/finance/revenue/series?from=2026-01-01T00:00:00Z', '/from'],
    ['/finance/revenue/series?interval=hour&from=2026-01-01', '/from'],
    ['/finance/revenue/series?interval=hour&from=2026-01-01T00:00:00Z&to=2026-02-02T00:00:00Z', '/to'],
    ['/finance/revenue/series?interval=week', '/interval'],
    ['/finance/revenue/series?by=channel', '/by'],
    ['/finance/recharges/series?by=recharge_point', '/interval'],
    ['/finance/recharges/series?by=recharge_point&interval=total&from=2026-01-01&to=2026-06-01', '/to'],
    ['/finance/recharges/series?interval=hour&recharge_point_id=1', '/interval'],
    ['/activity/minutes?from=2020-01-01T00:00:00Z&to=2020-01-01T01:00:00Z', '/from'],
    ['/activity/stations?step=0', '/step'],
  ])('refuse %s', async (path, pointer) => {
    const { status, body } = await ask<{ errors: { pointer: string }[] }>(service, path);

    expect([status, body.errors[0]?.pointer]).toEqual([422, pointer]);
  });
});

describe('the activity of the last minutes', () => {
  it('counts boardings, recharges and refusals, and boardings by station', async () => {
    const poor = await aCard(service, 0);
    const sums = async () => {
      const { body } = await ask<ActivityByMinute>(service, '/activity/minutes');
      const sum = (of: (minute: (typeof body.minutes)[number]) => number | null): number =>
        body.minutes.reduce((total, minute) => total + (of(minute) ?? 0), 0);
      expect(body.minutes).toHaveLength(61);
      return {
        boardings: sum(({ boardings }) => boardings),
        revenue: sum(({ revenue }) => revenue),
        recharges: sum(({ recharges }) => recharges),
        refusals: sum(({ refusals }) => refusals),
      };
    };
    const before = await sums();
    await board();
    await aRecharge(service, card, 5_000);
    for (let n = 0; n < 3; n += 1) expect((await board(poor)).status).toBe(402);
    expect((await post(service, '/recharges', { card_id: 999_999, amount: 5_000 })).status).toBe(404);
    const headers = { 'content-type': 'application/json' };
    expect((await ask(service, '/recharges', { method: 'POST', body: '[', headers })).status).toBe(400);

    await until('refusals are counted', async () => (await sums()).refusals === before.refusals + 4);
    const { boardings, recharges } = await sums();
    expect([boardings, recharges]).toEqual([before.boardings + 1, before.recharges + 1]);

    const { boarding_station_id } = line.boarding;
    const { body: frames } = await ask<ActivityByStation>(service, '/activity/stations?step=1');
    expect(frames.frames).toHaveLength(6);
    expect(frames.frames.flatMap(({ stations }) => stations)).toContainEqual(
      expect.objectContaining({ station_id: boarding_station_id }),
    );
    const { body: whole } = await ask<ActivityByStation>(service, '/activity/stations');
    expect(whole.frames).toMatchObject([{ stations: [{ station_id: boarding_station_id, boardings }] }]);
    const { body: station } = await ask<ActivityByMinute>(
      service,
      `/activity/minutes?station_id=${boarding_station_id}`,
    );
    expect(station.minutes.at(-1)).toMatchObject({ recharges: null, refusals: null });
  });

  it('is the same before and after the totals are rolled up', async () => {
    const path = '/activity/stations';
    await ask(service, '/trips/simulate/revenue-test?num_trips=2', { method: 'POST' });
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        const rider = await aCard(service, 100_000);
        for (let n = 0; n < 30; n += 1) await board(rider);
      }),
    );
    const { rows } = await client.query<{ trips: number }>('SELECT count(*)::int AS trips FROM trips');
    const counted = async (): Promise<number> => {
      const { body } = await ask<ActivityByStation>(service, path);
      return body.frames
        .flatMap(({ stations }) => stations)
        .reduce((sum, { boardings }) => sum + boardings, 0);
    };

    expect(await counted()).toBe(rows[0]?.trips);
    await until('the roll-up has added them', async () => {
      const { rows: kept } = await client.query<{ sum: number }>(
        'SELECT coalesce(sum(boardings), 0)::int AS sum FROM boarding_minutes',
      );
      return (kept[0]?.sum ?? 0) > 100;
    });
    expect(await counted()).toBe(rows[0]?.trips);
    const { body } = await ask<RevenueSeries>(service, '/finance/revenue/series?interval=total');
    expect(body.total.boardings).toBe(rows[0]?.trips);
    expect(await breaksOf(database.url)).toEqual({});
  });
});

describe('POST /fares/repricing', () => {
  let day: string;

  beforeAll(async () => {
    for (const owner of [
      undefined,
      await aUser(service),
      await aUser(service, { rider_category: 'senior' }),
    ]) {
      const rider = await aCard(service, 100_000, owner);
      for (let n = 0; n < 3; n += 1) await board(rider);
      await letTimePass(client, rider, 3 * DAY_SECONDS);
    }
    const { rows } = await client.query<{ day: string }>(
      `SELECT min((boarding_time AT TIME ZONE 'America/Bogota')::date) AS day FROM trips`,
    );
    day = rows[0]?.day ?? '';
  });

  const reprice = (rules: object) => post<Repricing>(service, '/fares/repricing', { day, ...rules });
  const unchanged = async () =>
    (
      await client.query<Record<string, number>>(
        `SELECT (SELECT count(*) FROM trips), (SELECT count(*) FROM postings), (SELECT sum(price) FROM tariffs),
                (SELECT count(*) FROM audit_entries)`,
      )
    ).rows;

  it('comes to what was charged by the rules that were in force', async () => {
    const { status, body } = await reprice({});

    expect(status).toBe(200);
    expect(body).toMatchObject({ day, boardings: 9, repriced: 9, sampled: null, samples: [] });
    expect(body.after).toBe(body.before);
    expect(body.riders_paying_the_same).toBe(3);
    expect(body.by_profile.map(({ name }) => name).sort()).toEqual(['basic', 'senior', 'standard']);
  });

  it('says what a dearer tariff would have brought, and from whom, and changes nothing', async () => {
    const before = await unchanged();
    const { body } = await reprice({
      tariffs: [{ component: 'trunk', valid_from: '2099-01-01', price: FARE + 500 }],
    });
    const { body: asBefore } = await reprice({});

    expect(body.before).toBe(asBefore.before);
    expect(body.riders_paying_more).toBeGreaterThan(0);
    expect(body.riders_paying_less).toBe(0);
    const basic = body.by_profile.find(({ name }) => name === 'basic');
    expect(basic).toMatchObject({ boardings: 3, before: 3 * FARE, after: 3 * (FARE + 500) });
    for (const parts of [body.by_locality, body.by_route, body.by_profile])
      expect(parts.reduce((sum, { after }) => sum + after, 0)).toBe(body.after);
    expect(body.samples[0]).toMatchObject({ before: FARE, after: FARE + 500, reasons: { product: 'trunk' } });
    expect(await unchanged()).toEqual(before);
  });

  it('lets a boarding depend on those before it as the candidate decides them', async () => {
    const { body } = await reprice({
      limits: [{ limit_name: 'daily_cap', valid_from: '2099-01-01', value: FARE }],
    });

    expect(body.after).toBe(body.by_profile.reduce((sum, { after }) => sum + after, 0));
    expect(body.by_profile.find(({ name }) => name === 'basic')?.after).toBe(FARE);
    expect(body.riders_paying_less).toBeGreaterThan(0);
  });

  it.each([
    [{ day: '2999-01-01' }, 'invalid_value'],
    [{ day: '1900-01-02' }, null],
    [{ tariffs: [{ component: 'trunk', valid_from: '2099-01-01', price: -1 }] }, 'invalid_value'],
    [
      {
        tariffs: [
          { component: 'trunk', valid_from: '2099-01-01', price: 1 },
          { component: 'trunk', valid_from: '2098-01-01', price: 2 },
        ],
      },
      'invalid_value',
    ],
    [
      {
        concessions: [
          {
            rider_category: 'senior',
            component: 'trunk',
            valid_from: '2099-01-01',
            price: 1,
            percent_off: 1,
          },
        ],
      },
      'invalid_value',
    ],
    [{ tariff: [] }, 'invalid_value'],
  ])('judges %j', async (rules, code) => {
    const { status, body } = await post<Partial<Repricing> & { code?: string }>(service, '/fares/repricing', {
      day,
      ...rules,
    });

    if (code) expect([status, body.code]).toEqual([422, code]);
    else expect(body).toMatchObject({ boardings: 0, before: 0, after: 0 });
  });
});
