import fc from 'fast-check';
import type { Client } from 'pg';
import type { CardDetails } from '../../src/modules/cards/dto/card-responses.dto';
import { ServiceCalendar } from '../../src/common/time/service-calendar';
import type { FareDifference } from '../../src/programs/verify-fares/difference';
import { fareByTheBook } from '../builders/fares-by-the-book';
import { aRoute, aStation, type StationRow } from '../builders/network';
import { letTimePass } from '../builders/past';
import { aCard, aRecharge, aUser, balanceOf } from '../builders/rides';
import { afterFile, afterTest } from '../setup/after-test';
import { ask, post } from '../setup/api';
import type { TestDatabase } from '../setup/database';
import { fareDifferences } from '../setup/fares';
import { breaksOf } from '../setup/ledger';
import { startService, type Service } from '../setup/service';
import { startOverDatabase } from '../setup/service-over-database';

/** TEST_SEED repeats a run, or makes another. */
const SEED = Number(process.env.TEST_SEED ?? 20_261_123);
const FARE = 3_550;
const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];

let database: TestDatabase;
let client: Client;
let service: Service;
let twin: Service;
let stations: StationRow[];
/** All stop everywhere. */
let trunks: number[];
let zonals: number[];

beforeAll(async () => {
  const env = { DATABASE_POOL_SIZE: '12' };
  ({ database, client, service } = await startOverDatabase(env));
  twin = await startService({ databaseUrl: database.url, env });
  afterFile(() => twin.stop());
  stations = [];
  while (stations.length < 12) stations.push(await aStation(client));
  const routes = async (count: number, route_type: string): Promise<number[]> => {
    const ids: number[] = [];
    while (ids.length < count) ids.push((await aRoute(client, stations, { route_type })).route_id);
    return ids;
  };
  trunks = await routes(4, 'TRONCAL');
  zonals = await routes(10, 'ZONAL_UCE');
});

afterEach(async () => {
  expect(await breaksOf(database.url)).toEqual({});
});

interface Boarding {
  readonly card_id: number;
  readonly route_id: number;
  readonly boarding_station_id: number;
}

interface Explanation {
  readonly reason: string;
  readonly concession: string | null;
  readonly on_credit: boolean;
  readonly anchor_trip_id: number;
  readonly transfers_used: number;
  readonly transfers_left: number | null;
  readonly window_ends_at: string | null;
}

interface Trip extends Boarding {
  readonly trip_id: number;
  readonly boarding_time: string;
  readonly fare_amount: number;
  readonly is_transfer: boolean;
  readonly new_balance: number;
  readonly fare_explanation: Explanation;
}

interface Quote extends Explanation {
  readonly amount: number;
  readonly is_transfer: boolean;
  readonly balance: number;
  readonly balance_after: number;
  readonly refused?: string;
  readonly shortfall?: number;
}

const at = (index: number): number => stations[index]?.station_id ?? 0;
const trunk = (card_id: number, route: number, station: number): Boarding => ({
  card_id,
  route_id: trunks[route] ?? 0,
  boarding_station_id: at(station),
});
const zonal = (card_id: number, route: number, station: number): Boarding => ({
  card_id,
  route_id: zonals[route] ?? 0,
  boarding_station_id: at(station),
});

const creditLeft = async (card: number): Promise<number> =>
  (await ask<CardDetails>(service, `/cards/${card}`)).body.credit_boardings_left;

/** A whole ride to the last stop. */
const ride = (boarding: Boarding, through = service): ReturnType<typeof post> =>
  post(through, '/trips/complete', { ...boarding, disembarking_station_id: at(11) });

async function mustRide(boarding: Boarding): Promise<Trip> {
  const { status, body } = await ride(boarding);
  if (status !== 200) throw new Error(`the ride was refused: ${JSON.stringify(body)}`);
  return body as Trip;
}

const quoteFor = async (boarding: Boarding, moment?: string): Promise<Quote> =>
  (await post(service, '/fares/quote', { ...boarding, at: moment })).body as Quote;

/** What `npm run fares:verify` would say of a card. */
const foundByVerification = async (card: number): Promise<FareDifference[]> =>
  (await fareDifferences(database.url)).filter(({ card_id }) => card_id === card);

/** As if the recharges of a card had been made at another time. */
const moveRecharges = (card: number, by: string): Promise<unknown> =>
  client.query(
    `ALTER TABLE postings DISABLE TRIGGER postings_append_only;
     UPDATE postings SET posted_at = posted_at + interval '${by}' WHERE card_id = ${card} AND kind = 'recharge';
     ALTER TABLE postings ENABLE TRIGGER postings_append_only`,
  );

/** When the service day began, in seconds since 1970. */
const midnight = (): number => {
  const calendar = new ServiceCalendar('America/Bogota');
  return calendar.startOf(calendar.dayOf(new Date())).getTime() / 1_000;
};

async function aPersonalCard(balance: number, rider_category = 'standard'): Promise<number> {
  const person = { first_name: 'Sintética', last_name: 'Persona', rider_category };
  const { user_id } = (await post(service, '/users', person)).body as { user_id: number };
  return aCard(service, balance, user_id);
}

describe('a route whose type has changed since it was ridden', () => {
  it('leads to transfers by what it was, and so do quotes and the proof', async () => {
    const card_id = await aCard(service, 20_000, await aUser(service));
    const setType = (route_type: string): Promise<unknown> =>
      client.query('UPDATE routes SET route_type = $2 WHERE route_id = $1', [trunks[0], route_type]);
    afterTest(() => setType('TRONCAL'));
    await mustRide(trunk(card_id, 0, 0));
    await setType('ZONAL_UCE');

    const { body: quote } = await post<Quote>(service, '/fares/quote', trunk(card_id, 1, 1));
    const second = await mustRide(trunk(card_id, 1, 1));

    // There is no transfer from trunk to trunk; from a bus there would be one.
    for (const { amount, is_transfer } of [quote, { ...second, amount: second.fare_amount }])
      expect([amount, is_transfer]).toEqual([FARE, false]);
    await setType('TRONCAL');
    expect(await fareDifferences(database.url)).toEqual([]);
  });
});

describe('a trip', () => {
  it('says why it cost what it did, at boarding, at its end and whenever it is asked for', async () => {
    const card = await aPersonalCard(20_000);
    const { body } = await post(service, '/trips/start', trunk(card, 0, 0));
    const first = body as Trip;

    expect(first.fare_explanation).toEqual({
      product: 'trunk',
      base_price: FARE,
      reason: 'full_fare',
      concession: null,
      on_credit: false,
      capped: false,
      passback: false,
      anchor_trip_id: first.trip_id,
      transfers_used: 0,
      transfers_left: 2,
      window_ends_at: new Date(
        Math.floor(Date.parse(first.boarding_time) / 1_000) * 1_000 + 7_500_000,
      ).toISOString(),
    });
    const end = await post(service, '/trips/end', {
      trip_id: first.trip_id,
      disembarking_station_id: at(11),
    });
    expect(end.body).toMatchObject({ fare_explanation: first.fare_explanation });

    const second = await mustRide(zonal(card, 0, 1));
    expect(second).toMatchObject({ fare_amount: 0, is_transfer: true, new_balance: 20_000 - FARE });
    expect((await ask(service, `/trips/${second.trip_id}`)).body).toMatchObject({
      fare_amount: 0,
      fare_explanation: {
        reason: 'transfer',
        anchor_trip_id: first.trip_id,
        transfers_used: 1,
        transfers_left: 1,
        window_ends_at: first.fare_explanation.window_ends_at,
      },
    });
  });

  it('that was imported has no explanation, and counts as an earlier boarding', async () => {
    const card = await aPersonalCard(20_000);
    const imported = await mustRide(zonal(card, 0, 0));
    await client.query(
      `UPDATE trips SET fare_reason = NULL, base_price = NULL, anchor_trip_id = NULL, transfers_used = NULL,
              transfers_left = NULL, window_ends_at = NULL, fare_product = 'NONE' WHERE trip_id = $1`,
      [imported.trip_id],
    );

    expect((await ask(service, `/trips/${imported.trip_id}`)).body).toMatchObject({ fare_explanation: null });
    expect((await mustRide(trunk(card, 0, 1))).fare_explanation).toMatchObject({
      reason: 'transfer',
      anchor_trip_id: imported.trip_id,
    });
  });
});

describe('a quote', () => {
  it('changes nothing, and asks for what a boarding asks for', async () => {
    const card = await aPersonalCard(20_000);
    const before = await client.query('SELECT * FROM cards WHERE card_id = $1', [card]);

    expect(await quoteFor(trunk(card, 0, 0))).toMatchObject({
      amount: FARE,
      reason: 'full_fare',
      anchor_trip_id: null,
      balance: 20_000,
      balance_after: 20_000 - FARE,
    });
    expect((await client.query('SELECT * FROM cards WHERE card_id = $1', [card])).rows).toEqual(before.rows);

    const elsewhere = (await aStation(client)).station_id;
    const refusals: [object, number, string][] = [
      [{ ...trunk(card, 0, 0), card_id: 999_999 }, 404, 'card_not_found'],
      [{ ...trunk(card, 0, 0), route_id: 999_999 }, 404, 'route_not_found'],
      [{ ...trunk(card, 0, 0), boarding_station_id: 999_999 }, 404, 'station_not_found'],
      [{ ...trunk(card, 0, 0), boarding_station_id: elsewhere }, 422, 'station_not_on_route'],
      [{ ...trunk(card, 0, 0), at: '2019-01-01T12:00:00Z' }, 422, 'no_tariff'],
      [{ ...trunk(card, 0, 0), at: 'now' }, 422, 'invalid_value'],
    ];
    for (const [request, status, code] of refusals)
      expect(await post(service, '/fares/quote', request)).toMatchObject({ status, body: { code } });
  });

  it('goes by the rules of its moment and the boardings until then', async () => {
    const card = await aPersonalCard(20_000);
    const { boarding_time } = await mustRide(zonal(card, 0, 0));
    const before = new Date(Date.parse(boarding_time) - 1_000).toISOString();
    const late = new Date(Date.parse(boarding_time) + 7_502_000).toISOString();

    expect(await quoteFor(trunk(card, 0, 1))).toMatchObject({ amount: 0, reason: 'transfer' });
    expect(await quoteFor(trunk(card, 0, 1), before)).toMatchObject({ amount: FARE, reason: 'full_fare' });
    expect((await quoteFor(trunk(card, 0, 1), late)).amount).toBe(FARE);
    expect(await quoteFor(trunk(card, 0, 1), '2023-06-01T12:00:00Z')).toMatchObject({ amount: 2_950 });
    expect(await quoteFor(zonal(card, 1, 1), '2023-06-01T12:00:00Z')).toMatchObject({ amount: 2_750 });
  });

  it('knows a transfer after midnight by its anchor before it', async () => {
    const card = await aPersonalCard(20_000);
    await mustRide(zonal(card, 0, 0));
    await letTimePass(client, card, 100 * MINUTE);
    const transfer = await mustRide(trunk(card, 0, 1));
    expect(transfer.is_transfer).toBe(true);
    const moment = midnight() + MINUTE;
    await letTimePass(client, card, Date.parse(transfer.boarding_time) / 1_000 - moment);

    const inTime = new Date((moment + 24 * MINUTE) * 1_000).toISOString();
    expect(await quoteFor(zonal(card, 1, 2), inTime)).toMatchObject({ amount: 0, reason: 'transfer' });
    const late = new Date((moment + 120 * MINUTE) * 1_000).toISOString();
    expect(await quoteFor(zonal(card, 1, 2), late)).toMatchObject({ amount: FARE, reason: 'full_fare' });
  });

  it('of a boarding that the card cannot pay says which recharge would suffice', async () => {
    const card = await aCard(service, 1_000);

    const quote = await quoteFor(trunk(card, 0, 0));
    expect(quote).toMatchObject({
      amount: FARE,
      refused: 'insufficient_balance',
      shortfall: 2_550,
      balance_after: 1_000,
    });
    expect(await ride(trunk(card, 0, 0))).toMatchObject({
      status: 402,
      body: { code: 'insufficient_balance', required: FARE, available: 1_000, shortfall: 2_550 },
    });
    await aRecharge(service, card, 2_550);
    expect(await ride(trunk(card, 0, 0))).toMatchObject({ status: 200, body: { new_balance: 0 } });
  });
});

describe('rules that somebody has just changed', () => {
  const setWindow = (seconds: number): Promise<unknown> =>
    client.query('UPDATE transfer_rules SET window_seconds = $1 WHERE valid_from = $2', [
      seconds,
      '2025-01-18',
    ]);
  afterEach(() => setWindow(125 * MINUTE));

  it('are looked back by as far as they ask for', async () => {
    const card = await aPersonalCard(20_000);
    const { boarding_time } = await mustRide(zonal(card, 0, 0));
    const moment = midnight() + 10 * MINUTE;
    await letTimePass(client, card, Date.parse(boarding_time) / 1_000 - (moment - 23 * HOUR));
    await setWindow(24 * HOUR);

    const quote = await quoteFor(trunk(card, 0, 1), new Date(moment * 1_000).toISOString());
    expect(quote).toMatchObject({ amount: 0, reason: 'transfer' });
  });
});

describe('credit', () => {
  it('is two boardings below zero, whatever their price, and none for a basic card', async () => {
    const card = await aPersonalCard(1_000);

    expect(await creditLeft(card)).toBe(2);
    expect(await mustRide(trunk(card, 0, 0))).toMatchObject({
      new_balance: 1_000 - FARE,
      fare_explanation: { on_credit: true },
    });
    expect(await creditLeft(card)).toBe(1);
    expect(await mustRide(zonal(card, 0, 1))).toMatchObject({
      fare_amount: 0,
      fare_explanation: { on_credit: true },
    });
    expect(await ride(zonal(card, 1, 2))).toMatchObject({
      status: 402,
      body: { required: 0, available: 1_000 - FARE, shortfall: FARE - 1_000 },
    });
    expect(await creditLeft(card)).toBe(0);
    const basic = await aCard(service, 1_000);
    expect(await creditLeft(basic)).toBe(0);
    expect(await ride(trunk(basic, 0, 0))).toMatchObject({ status: 402 });
  });

  it('is full again at the first midnight after a recharge to one trunk fare', async () => {
    const card = await aPersonalCard(1_000);
    await mustRide(trunk(card, 0, 0));
    await letTimePass(client, card, DAY);
    await mustRide(trunk(card, 1, 1));
    expect(await balanceOf(service, card)).toBe(1_000 - 2 * FARE);
    await letTimePass(client, card, DAY);
    expect(await ride(trunk(card, 2, 2))).toMatchObject({ status: 402 });

    // One unit less than a trunk fare: that renews nothing.
    await aRecharge(service, card, 3 * FARE - 1_001);
    await letTimePass(client, card, DAY);
    expect(await ride(trunk(card, 2, 2))).toMatchObject({ status: 402 });

    await aRecharge(service, card, 1_000);
    await mustRide(trunk(card, 2, 2));
    expect(await ride(trunk(card, 3, 3))).toMatchObject({ status: 402 });
    expect(await creditLeft(card)).toBe(0);
    await letTimePass(client, card, DAY);
    expect(await creditLeft(card)).toBe(2);
    expect(await mustRide(trunk(card, 3, 3))).toMatchObject({ fare_explanation: { on_credit: true } });
    await letTimePass(client, card, DAY);
    expect(await mustRide(trunk(card, 0, 0))).toMatchObject({ fare_explanation: { on_credit: true } });
    expect(await ride(trunk(card, 1, 1))).toMatchObject({ status: 402 });

    expect(await foundByVerification(card)).toEqual([]);
    await moveRecharges(card, '30 days');
    expect((await foundByVerification(card)).map(({ decided }) => decided)).toEqual([
      { refused: true },
      { refused: true },
    ]);
    await moveRecharges(card, '-30 days');
  });

  it('is bounded by the database too: it refuses what the card may not owe', async () => {
    const card = await aPersonalCard(1_000);
    await mustRide(trunk(card, 0, 0));

    await expect(
      client.query('UPDATE cards SET balance = balance - 3 * $2::bigint WHERE card_id = $1', [card, FARE]),
    ).rejects.toMatchObject({ constraint: 'cards_balance_check' });
  });
});

describe('a concession', () => {
  it('is applied for its quota, and again in the next month', async () => {
    const card = await aPersonalCard(200_000, 'disability');
    for (let n = 0; n < 25; n += 1)
      expect(await mustRide(trunk(card, 0, 0))).toMatchObject({ fare_amount: 2_130 });

    expect(await mustRide(trunk(card, 0, 0))).toMatchObject({
      fare_amount: FARE,
      fare_explanation: { concession: 'quota_used' },
    });
    await letTimePass(client, card, 31 * DAY);
    expect(await mustRide(trunk(card, 0, 0))).toMatchObject({
      fare_amount: 2_130,
      fare_explanation: { concession: 'applied' },
    });
  });
});

describe('two taps at once', () => {
  /** All trips of a card in the order in which they were charged. */
  const tripsOf = async (
    card: number,
  ): Promise<{ is_transfer: boolean; transfers_used: number; anchor: string }[]> =>
    (
      await client.query<{ is_transfer: boolean; transfers_used: number; anchor: string }>(
        'SELECT is_transfer, transfers_used, anchor_trip_id AS anchor FROM trips WHERE card_id = $1 ORDER BY trip_id',
        [card],
      )
    ).rows;

  it('are one full fare and one transfer, through two processes', async () => {
    for (let round = 0; round < 10; round += 1) {
      const card = await aPersonalCard(20_000);
      const answers = await Promise.all([ride(zonal(card, 0, 0), service), ride(zonal(card, 1, 1), twin)]);

      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect(answers.map(({ body }) => (body as Trip).fare_amount).sort()).toEqual([0, FARE]);
      expect(await balanceOf(service, card)).toBe(20_000 - FARE);
    }
  });

  it('never take an anchor’s last transfer twice', async () => {
    for (let round = 0; round < 5; round += 1) {
      const card = await aPersonalCard(100_000);
      await mustRide(zonal(card, 0, 0));
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, n) => ride(zonal(card, n + 1, n + 1), n % 2 === 0 ? service : twin)),
      );

      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      const trips = await tripsOf(card);
      expect(trips.map(({ transfers_used }) => transfers_used)).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2]);
      expect(new Set(trips.map(({ anchor }) => anchor)).size).toBe(3);
      expect(await balanceOf(service, card)).toBe(100_000 - 3 * FARE);
    }
  });

  it('never use a credit boarding twice', async () => {
    const card = await aPersonalCard(1_000);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => ride(trunk(card, n % 4, n), n % 2 ? service : twin)),
    );

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2);
    expect(answers.filter(({ status }) => status === 402)).toHaveLength(6);
    expect(await balanceOf(service, card)).toBe(1_000 - 2 * FARE);
  });
});

describe(`any sequence of boardings (seed ${SEED})`, () => {
  const step = fc.record({
    isTrunk: fc.boolean(),
    route: fc.nat({ max: 3 }),
    station: fc.nat({ max: 5 }),
    pause: fc.constantFrom(0, 0, 60, 700, 3_000, 7_400, 8_000, DAY),
  });
  const category = fc.constantFrom('standard', 'standard', 'senior', 'disability');

  it('is charged what was quoted right before, and what the book says', async () => {
    await fc.assert(
      fc.asyncProperty(category, fc.array(step, { minLength: 12, maxLength: 18 }), async (of, steps) => {
        const card = await aPersonalCard(20_000, of);
        for (const { isTrunk, route, station, pause } of steps) {
          if (pause > 0) await letTimePass(client, card, pause);
          const boarding = (isTrunk ? trunk : zonal)(card, route, station);
          const quote = await quoteFor(boarding);
          const { status, body } = await ride(boarding);
          expect([status, quote.refused ?? null]).toEqual(
            status === 402 ? [402, 'insufficient_balance'] : [200, null],
          );
          if (status === 402)
            expect(body).toMatchObject({ required: quote.amount, shortfall: quote.shortfall });
          else expectCharged(body as Trip, quote);
        }
        if (of === 'standard') await expectByTheBook(card);
      }),
      { seed: SEED, numRuns: 12, interruptAfterTimeLimit: 240_000, markInterruptAsFailure: true },
    );
  });

  function expectCharged(trip: Trip, quote: Quote): void {
    expect({
      amount: trip.fare_amount,
      is_transfer: trip.is_transfer,
      balance_after: trip.new_balance,
      reason: trip.fare_explanation.reason,
      concession: trip.fare_explanation.concession,
      on_credit: trip.fare_explanation.on_credit,
      transfers_used: trip.fare_explanation.transfers_used,
      transfers_left: trip.fare_explanation.transfers_left,
      anchor_trip_id: trip.is_transfer ? trip.fare_explanation.anchor_trip_id : null,
    }).toEqual({
      amount: quote.amount,
      is_transfer: quote.is_transfer,
      balance_after: quote.balance_after,
      reason: quote.reason,
      concession: quote.concession,
      on_credit: quote.on_credit,
      transfers_used: quote.transfers_used,
      transfers_left: quote.transfers_left,
      anchor_trip_id: quote.anchor_trip_id,
    });
  }

  /** Midnights moved while time passed; which boardings are transfers, and their price, did not. */
  async function expectByTheBook(card: number): Promise<void> {
    const { rows } = await client.query<{
      at: Date;
      component: 'trunk' | 'zonal';
      route: number;
      station: number;
      amount: string;
      is_transfer: boolean;
    }>(
      `SELECT boarding_time AS at, fare_product AS component, route_id AS route, boarding_station_id AS station,
              fare_amount AS amount, is_transfer
       FROM trips WHERE card_id = $1 ORDER BY trip_id`,
      [card],
    );
    const boardings = rows.map((row) => ({
      ...row,
      at: Math.floor(row.at.getTime() / 1_000),
      day: '2026-06-01',
    }));
    const expected = fareByTheBook({ personalised: true, category: 'standard' }, boardings);

    expect(rows.map(({ amount, is_transfer }) => [Number(amount), is_transfer])).toEqual(
      expected.map(({ amount, reason }) => [amount, reason === 'transfer']),
    );
  }
});
