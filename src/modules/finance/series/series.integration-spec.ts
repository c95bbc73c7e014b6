import type { Client } from 'pg';
import { DataSource } from 'typeorm';
import { connect } from '../../../../test/builders/connect';
import { insert, unique } from '../../../../test/builders/insert';
import { aLocality, aRoute, aStation } from '../../../../test/builders/network';
import { recountPeriods } from '../../../../test/builders/past';
import { afterFile } from '../../../../test/setup/after-test';
import { createDatabase } from '../../../../test/setup/database';
import { breaksOf } from '../../../../test/setup/ledger';
import { differencesOf } from '../../../../test/setup/series';
import { aTotalsRollup } from '../../../../test/setup/totals-rollup';
import { until } from '../../../../test/setup/until';
import { Dice } from '../../../common/dice';
import { ServiceCalendar } from '../../../common/time/service-calendar';
import { valueParsers } from '../../../platform/postgres/value-parsers';
import { resetTotals } from '../../maintenance/reset-totals';
import type { TotalsRollup } from '../../maintenance/totals-rollup';
import { SeriesRepository } from './series.repository';
import { seriesRange } from './series-range';

const SEED = Number(process.env.TEST_SEED ?? 20_261_128);
const CHECK = 'the totals by minute, hour and service day are those of their rows';
const DAY_MS = 86_400_000;

let url: string;
let client: Client;
let dataSource: DataSource;
let rollup: TotalsRollup;
let city: City;

/** What random rows are about. */
interface City {
  readonly stations: readonly number[];
  readonly localities: readonly number[];
  readonly routes: readonly number[];
  readonly points: readonly (number | null)[];
  readonly earners: readonly number[];
  readonly channels: readonly number[];
  readonly card: number;
}

beforeAll(async () => {
  const database = await createDatabase();
  afterFile(() => database.drop());
  ({ url } = database);
  client = await connect(url);
  afterFile(() => client.end());
  dataSource = await new DataSource({
    type: 'postgres',
    url,
    extra: { types: valueParsers },
  }).initialize();
  afterFile(() => dataSource.destroy());
  rollup = aTotalsRollup(dataSource);
  city = await aCity();
});

async function aCity(): Promise<City> {
  const localities = [await aLocality(client), await aLocality(client)];
  const stations = [
    await aStation(client, { location_id: localities[0]?.location_id }),
    await aStation(client, { location_id: localities[1]?.location_id }),
    await aStation(client),
  ];
  for (const name of ['=cmd|calc', 'Consorcio'])
    await insert(client, 'concessionaires', { name: `${name} ${unique()}` });
  const ids = async (sql: string): Promise<number[]> =>
    (await client.query<{ id: number }>(sql)).rows.map(({ id }) => id);
  const { account_id } = await insert<{ account_id: number }>(client, 'accounts', { kind: 'card' });
  const { card_id } = await insert<{ card_id: number }>(client, 'cards', {
    account_id,
    card_number: `N${unique()}`,
    acquisition_date: '2026-01-01',
    updated_at: '2026-01-01T12:00:00Z',
  });
  const points = [];
  for (const channel of ['default', 'online'])
    points.push(
      (
        await insert<{ recharge_point_id: number }>(client, 'recharge_points', {
          name: `Punto ${unique()}`,
          channel,
        })
      ).recharge_point_id,
    );
  return {
    stations: stations.map(({ station_id }) => station_id),
    localities: localities.map(({ location_id }) => location_id),
    routes: [(await aRoute(client, stations)).route_id],
    points: [...points, null],
    earners: await ids(`SELECT account_id AS id FROM accounts WHERE kind = 'fare_revenue'`),
    channels: await ids(`SELECT account_id AS id FROM accounts WHERE kind = 'cash'`),
    card: card_id,
  };
}

/** A boarding, a recharge, a reversal or a payout, at some moment of the last days or of a year ago. */
async function write(through: Client, dice: Dice, now: Date): Promise<void> {
  const ago = dice.chance(0.7) ? dice.share() * 9 * DAY_MS : dice.share() * 400 * DAY_MS;
  const at = new Date(now.getTime() - ago);
  const amount = 1 + Math.floor(dice.share() * 5_000);
  const [own] = (await through.query<{ account_id: number }>('SELECT account_id FROM cards')).rows;
  const post = (kind: string, debit: number, credit: number, record: object): Promise<unknown> =>
    insert(through, 'postings', {
      kind,
      debit_account_id: debit,
      credit_account_id: credit,
      amount,
      posted_at: at,
      ...record,
    });
  const card = own?.account_id ?? 0;
  const channel = dice.pick(city.channels);
  switch (dice.pick(['board', 'board', 'board', 'recharge', 'recharge', 'reverse', 'pay out'] as const)) {
    case 'board': {
      const isFree = dice.chance(0.3);
      const { trip_id } = await insert<{ trip_id: number }>(through, 'trips', {
        card_id: city.card,
        route_id: dice.pick(city.routes),
        boarding_station_id: dice.pick(city.stations),
        boarding_time: at,
        status: 'closed_without_exit',
        fare_amount: isFree ? 0 : amount,
        fare_product: 'trunk',
      });
      if (!isFree) await post('fare', card, dice.pick(city.earners), { trip_id });
      return;
    }
    case 'recharge': {
      const { recharge_id } = await insert<{ recharge_id: number }>(through, 'recharges', {
        card_id: city.card,
        recharge_point_id: dice.pick(city.points),
        channel: 'default',
        amount,
        recharge_timestamp: at,
      });
      await post('recharge', channel, card, { recharge_id });
      return;
    }
    case 'reverse': {
      const { rows } = await through.query<{ recharge_id: number }>(
        'SELECT recharge_id FROM recharges ORDER BY recharge_id DESC LIMIT 1',
      );
      if (rows[0]) await post('reversal', card, channel, { recharge_id: rows[0].recharge_id });
      return;
    }
    case 'pay out':
      await post('payout', card, channel, {});
  }
}

/** Until everything that is committed is in the totals by period. */
async function rollUpAll(by: TotalsRollup = rollup): Promise<void> {
  await until('everything is in the totals', async () => {
    await by.rollUp();
    const { rows } = await client.query<{ isLeft: boolean }>(
      `SELECT bool_or(watermark < newest) AS "isLeft" FROM totals_watermarks JOIN (
         SELECT 'trip_periods' AS source, last_value AS newest FROM trips_trip_id_seq WHERE is_called
         UNION ALL SELECT 'posting_periods', last_value FROM postings_posting_id_seq WHERE is_called) ids USING (source)`,
    );
    return rows[0]?.isLeft !== true;
  });
}

const differences = (timeZone = 'America/Bogota'): Promise<unknown[]> =>
  differencesOf(dataSource, aTotalsRollup(dataSource, timeZone), timeZone);

const periodBreaks = async (): Promise<unknown> => (await breaksOf(url))[CHECK];

describe(SeriesRepository.name, () => {
  it(`sums what SQL counts by hand, while many write and roll back, stations move and the totals are rolled up (seed ${SEED})`, async () => {
    const run = { isOver: false };
    const now = new Date();
    const writers = Array.from({ length: 3 }, async (_, nth) => {
      const dice = new Dice(SEED, `writer ${nth}`);
      const connection = await connect(url);
      for (let n = 0; n < 120; n += 1) {
        await connection.query('BEGIN ISOLATION LEVEL READ COMMITTED');
        await connection.query('SELECT pg_current_xact_id()');
        await write(connection, dice, now);
        await connection.query(dice.chance(0.85) ? 'COMMIT' : 'ROLLBACK');
      }
      await connection.end();
    });
    const rollups = [rollup, aTotalsRollup(dataSource)].map(async (each) => {
      while (!run.isOver) await each.rollUp();
    });
    const mover = (async () => {
      const dice = new Dice(SEED, 'mover');
      const connection = await connect(url);
      while (!run.isOver)
        await connection.query(
          'UPDATE stations SET location_id = $1 WHERE station_id = $2 AND pg_sleep(0.02) IS NOT NULL',
          [dice.pick([...city.localities, null]), dice.pick(city.stations)],
        );
      await connection.end();
    })();
    let compared = 0;
    const reader = (async () => {
      while (!run.isOver) {
        expect(await differences()).toEqual([]);
        compared += 1;
      }
    })();
    await Promise.all(writers);
    run.isOver = true;
    await Promise.all([...rollups, mover, reader]);

    expect(compared).toBeGreaterThan(0);
    expect(await differences()).toEqual([]);
    await rollUpAll();
    expect(await differences()).toEqual([]);
    expect(await periodBreaks()).toBeUndefined();
  });

  it('counts the days of another time zone anew, and refuses to read those of a zone that is not its own', async () => {
    await rollUpAll(aTotalsRollup(dataSource, 'Pacific/Auckland'));

    expect(await differences('Pacific/Auckland')).toEqual([]);
    expect(await periodBreaks()).toBeUndefined();
    await expect(differences()).rejects.toMatchObject({ code: 'totals_incomplete' });

    rollup = aTotalsRollup(dataSource);
    await rollUpAll();
    expect(await differences()).toEqual([]);
  });

  it('counts again after a program has filled the database anew', async () => {
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await resetTotals(client);
    await client.query('COMMIT');

    expect(await differences()).toEqual([]);
    await rollUpAll();
    expect(await differences()).toEqual([]);
    expect(await periodBreaks()).toBeUndefined();
  });

  it('reads as many rows of a longer history', async () => {
    const range = seriesRange({ interval: 'day' }, new Date(), new ServiceCalendar('America/Bogota'));
    const rowsRead = (): Promise<number> =>
      dataSource.transaction(async (manager) => {
        const count = async (): Promise<number> =>
          (
            await manager.query<[{ rows: number }]>(
              `SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int AS rows FROM pg_stat_xact_user_tables
               WHERE relname IN ('boarding_days', 'service_days') OR relname LIKE 'trips%'`,
            )
          )[0].rows;
        const before = await count();
        const series = new SeriesRepository(
          { query: manager.query.bind(manager) } as unknown as DataSource,
          rollup,
          new ServiceCalendar('America/Bogota'),
        );
        await series.revenue(range);
        return (await count()) - before;
      });
    await rollUpAll();
    const few = await rowsRead();
    await client.query(
      `INSERT INTO trips (card_id, route_id, boarding_station_id, boarding_time, status, fare_amount, fare_product)
       SELECT $1, $2, $3, now() - (n || ' minutes')::interval, 'closed_without_exit', 100, 'trunk'
       FROM generate_series(1, 5000) n`,
      [city.card, city.routes[0], city.stations[0]],
    );
    await rollUpAll();
    await client.query('ANALYZE');

    expect((await rowsRead()) - few).toBeLessThan(10);
    expect(await differences()).toEqual([]);
  });

  it('lets the check of the books find each table that was changed', async () => {
    const changes = {
      boarding_minutes: 'revenue = revenue + 1',
      boarding_hours: 'boardings = boardings + 1',
      boarding_days: 'revenue = revenue + 1',
      posting_minutes: 'amount = amount + 1',
      posting_hours: 'postings = postings + 1',
      posting_days: 'amount = amount + 1',
      recharge_point_days: 'amount = amount + 1',
      service_days: 'last_trip_id = last_trip_id + 1',
    };
    for (const [table, change] of Object.entries(changes)) {
      await client.query(
        `UPDATE ${table} SET ${change} WHERE ctid = (SELECT max(ctid) FROM ${table} WHERE ${
          table === 'service_days' ? 'last_trip_id IS NOT NULL' : 'true'
        })`,
      );
      expect(await periodBreaks()).toEqual([expect.objectContaining({ of: table })]);
      await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
      await recountPeriods(client);
      await client.query('COMMIT');
      await rollUpAll();
      expect(await periodBreaks()).toBeUndefined();
    }
  });
});
