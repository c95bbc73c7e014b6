import type { Client } from 'pg';
import { Dice } from '../../src/common/dice';
import { ServiceCalendar } from '../../src/common/time/service-calendar';
import type { CardStatement } from '../../src/modules/cards/dto/card-responses.dto';
import type { RevenueResponse } from '../../src/modules/finance/dto/revenue.dto';
import type { SuspendedTapPage, SuspendedTapResponse } from '../../src/modules/taps/dto/tap-responses.dto';
import type {
  BoardingResponse,
  TripResponse,
  TripTotals,
} from '../../src/modules/trips/dto/trip-responses.dto';
import type { LateValidators } from '../../src/modules/validators/dto/late-validators.dto';
import type { ValidatorPage } from '../../src/modules/validators/dto/validators.dto';
import { connect } from '../builders/connect';
import { insert } from '../builders/insert';
import { aRoute, aStation, aVehicle } from '../builders/network';
import { aCard, aLine, aRecharge, aUser, balanceOf, FARE, type Line } from '../builders/rides';
import { aValidator, numberOfCard, outcomesOf, sendTaps, type TapToSend } from '../builders/taps';
import { afterFile } from '../setup/after-test';
import { type Answer, ask, post, send } from '../setup/api';
import { createDatabase, type TestDatabase } from '../setup/database';
import { fareDifferences } from '../setup/fares';
import { breaksOf } from '../setup/ledger';
import { startSharedRedis } from '../setup/redis-server';
import { type Service, startService } from '../setup/service';

/** TEST_SEED repeats a run, or makes another. */
const SEED = Number(process.env.TEST_SEED ?? 20_261_128);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** What a boarding of a bus costs. */
const BUS = 2_000;
/** And what it cost until some days ago. */
const OLD_BUS = 1_800;
const NEW_TARIFF = new ServiceCalendar('America/Bogota').dayOf(new Date(Date.now() - 8 * DAY));

let database: TestDatabase;
let client: Client;
let service: Service;
let redis: { readonly url: string; stop(): Promise<unknown> };
let line: Line;
let bus: { route_id: number; station_id: number };
/** A device at the gate of the line, and one in the bus. */
let gate: number;
let device: number;

beforeAll(async () => {
  database = await createDatabase();
  afterFile(() => database.drop());
  client = await connect(database.url);
  afterFile(() => client.end());
  redis = await startSharedRedis();
  afterFile(() => redis.stop());
  service = await start();
  afterFile(() => service.stop());
  line = await aLine(client);
  await client.query(`DELETE FROM tariffs WHERE component = 'zonal'`);
  await insert(client, 'tariffs', { component: 'zonal', valid_from: '2000-01-01', price: OLD_BUS });
  await insert(client, 'tariffs', { component: 'zonal', valid_from: NEW_TARIFF, price: BUS });
  const stops = [await aStation(client), await aStation(client)];
  const { route_id } = await aRoute(client, stops, {
    route_type: 'ZONAL_UCE',
    concessionaire_id: line.concessionaire_id,
  });
  bus = { route_id, station_id: stops[0]?.station_id ?? 0 };
  gate = await aValidator(service, {
    station_id: line.boarding.boarding_station_id,
    route_id: line.boarding.route_id,
  });
  const { vehicle_id } = await aVehicle(client);
  device = await aValidator(service, { vehicle_id, route_id });
});

afterEach(async () => {
  expect(await breaksOf(database.url)).toEqual({});
  expect(await fareDifferences(database.url)).toEqual([]);
});

function start(): Promise<Service> {
  return startService({ databaseUrl: database.url, redisUrl: redis.url });
}

const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
/** The same moment of Bogotá's morning, some days ago: its midnight is far. */
const morning = (daysAgo: number, minutes: number): string => {
  const noon = new Date(Date.now() - daysAgo * DAY);
  return new Date(
    Date.UTC(noon.getUTCFullYear(), noon.getUTCMonth(), noon.getUTCDate(), 11) + minutes * MINUTE,
  ).toISOString();
};

const sequences = new Map<number, number>();
function next(validator: number): number {
  const sequence = (sequences.get(validator) ?? 0) + 1;
  sequences.set(validator, sequence);
  return sequence;
}

/** The next tap of a device. */
function tap(
  validator: number,
  card_number: string,
  tapped_at: string,
  given: Partial<TapToSend> = {},
): TapToSend {
  const place = validator === gate ? {} : { station_id: bus.station_id };
  return { sequence: next(validator), card_number, tapped_at, ...place, ...given };
}

async function aRider(balance: number): Promise<{ card_id: number; card_number: string }> {
  const card_id = await aCard(service, balance, await aUser(service));
  return { card_id, card_number: await numberOfCard(client, card_id) };
}

function shuffled<Item>(dice: Dice, items: readonly Item[]): Item[] {
  return items
    .map((item) => [dice.share(), item] as const)
    .sort(([one], [other]) => one - other)
    .map(([, item]) => item);
}

async function fundsOf(cardId: number): Promise<{ balance: number; debt: number }> {
  const { rows } = await client.query<{ balance: number; debt: number }>(
    'SELECT balance, debt FROM cards WHERE card_id = $1',
    [cardId],
  );
  return rows[0] ?? { balance: NaN, debt: NaN };
}

async function chargesOf(cardId: number): Promise<number[]> {
  const { rows } = await client.query<{ charged: number }>(
    `SELECT fare_amount + coalesce((SELECT sum(amount) FROM fare_adjustments WHERE trip_id = trips.trip_id), 0) AS charged
     FROM trips WHERE card_id = $1 ORDER BY boarding_time`,
    [cardId],
  );
  return rows.map(({ charged }) => charged);
}

describe('a batch of taps', () => {
  it('takes each tap for itself: what cannot be charged waits for a person, and keeps nothing else back', async () => {
    const { card_id, card_number } = await aRider(10_000);
    const [entry, exit] = [
      tap(gate, card_number, ago(40 * MINUTE)),
      tap(gate, card_number, ago(10 * MINUTE), { kind: 'exit' }),
    ];
    const taps = [
      entry,
      exit,
      tap(gate, card_number, ago(5 * MINUTE), { decision: 'refused' }),
      tap(gate, '9999999999', ago(HOUR)),
      tap(gate, 'scratched\u0000🂡', ago(HOUR)),
      tap(gate, card_number, ago(HOUR), { station_id: 999_999 }),
      tap(gate, card_number, ago(HOUR), { station_id: bus.station_id }),
      tap(gate, card_number, ago(HOUR), { route_id: 999_999 }),
      tap(gate, card_number, ago(HOUR), { route_id: bus.route_id }),
      tap(gate, card_number, ago(-3 * MINUTE)),
      tap(gate, card_number, ago(11 * DAY)),
      tap(gate, card_number, '1970-01-01T00:00:00Z'),
      tap(gate, card_number, 'yesterday'),
      { ...entry, tapped_at: ago(2 * HOUR) },
      entry,
    ];
    const answer = await sendTaps(service, gate, taps);

    expect(answer.status).toBe(200);
    expect(answer.body.results.map(({ outcome, reason }) => reason ?? outcome)).toEqual([
      'rated',
      'rated',
      'refused',
      'unknown_card',
      'unknown_card',
      'unknown_station',
      'other_station',
      'unknown_route',
      'station_not_on_route',
      'future',
      'too_old',
      'too_old',
      'unreadable_time',
      'sequence_reused',
      'duplicate',
    ]);
    expect(answer.body.next_expected_sequence).toBe(14);
    expect(answer.body.results[0]).toMatchObject({ fare_amount: FARE });
    expect(await balanceOf(service, card_id)).toBe(10_000 - FARE);
    const { body: trip } = await ask<TripResponse>(service, `/trips/${answer.body.results[0]?.trip_id}`);
    expect(trip).toMatchObject({ status: 'completed', fare_amount: FARE, boarding_time: entry.tapped_at });
    expect(trip.disembarking_time).toBe(exit.tapped_at);

    const again = await sendTaps(service, gate, taps);

    expect(new Set(again.body.results.map(({ outcome, reason }) => reason ?? outcome))).toEqual(
      new Set(['duplicate', 'sequence_reused']),
    );
    const { body: page } = await ask<SuspendedTapPage>(service, '/taps/suspense?limit=100');
    expect(page.taps.map(({ reason }) => reason).sort()).toEqual([
      'future',
      'other_station',
      'sequence_reused',
      'station_not_on_route',
      'too_old',
      'too_old',
      'unknown_card',
      'unknown_card',
      'unknown_route',
      'unknown_station',
      'unreadable_time',
    ]);
    const { body: reused } = await ask<SuspendedTapPage>(service, '/taps/suspense?reason=sequence_reused');
    expect(reused.taps).toHaveLength(1);
    expect(await balanceOf(service, card_id)).toBe(10_000 - FARE);
  });

  it('says which number it expects next, and fills gaps in any order', async () => {
    const { card_number } = await aRider(20_000);
    const there = await aValidator(service, {
      station_id: line.boarding.boarding_station_id,
      route_id: line.boarding.route_id,
    });
    const at = (sequence: number): TapToSend => ({
      sequence,
      card_number,
      tapped_at: ago((20 - sequence) * MINUTE),
      decision: 'refused',
    });
    const expected = async (...numbers: number[]): Promise<number> =>
      (await sendTaps(service, there, numbers.map(at))).body.next_expected_sequence;

    expect(await expected(3, 2)).toBe(1);
    expect(await expected(5)).toBe(1);
    expect(await expected(1)).toBe(4);
    expect(await expected(4, 7)).toBe(6);
    const { body } = await ask<ValidatorPage>(
      service,
      `/validators?station_id=${line.boarding.boarding_station_id}`,
    );
    expect(body.validators.find(({ validator_id }) => validator_id === there)).toMatchObject({
      next_expected_sequence: 6,
      highest_sequence: 7,
    });
  });

  it('leads to a list of who is late: silent, with taps missing or in suspense, with an old hotlist', async () => {
    const { card_id, card_number } = await aRider(20_000);
    const there = await aValidator(service, { station_id: line.boarding.boarding_station_id });
    const late = async () => (await ask<LateValidators>(service, '/validators/late')).body;
    const listed = async () => (await late()).validators.find(({ validator_id }) => validator_id === there);
    const at = (sequence: number, given: object = {}): TapToSend => ({
      sequence,
      card_number,
      tapped_at: ago(MINUTE),
      decision: 'refused',
      ...given,
    });
    const { hotlist_version } = await late();
    await sendTaps(service, there, [
      at(1, { hotlist_version }),
      at(4),
      at(6),
      at(7, { card_number: '9999999998', decision: 'accepted' }),
    ]);
    expect(await listed()).toMatchObject({
      station_id: line.boarding.boarding_station_id,
      is_silent: false,
      missing_taps: 3,
      suspended_taps: 1,
      hotlist_version,
      hotlist_versions_behind: 0,
    });
    await send(service, 'PATCH', `/cards/${card_id}`, { status: 'blocked' });
    expect(await listed()).toMatchObject({ hotlist_versions_behind: 1 });

    await sendTaps(service, there, [at(5), at(3), at(2)]);
    const { body } = await ask<SuspendedTapPage>(service, `/taps/suspense?validator_id=${there}`);
    expect(await listed()).toMatchObject({ missing_taps: 0, suspended_taps: 1 });
    const path = `/taps/${body.taps[0]?.suspense_id}/resolution`;
    await post(service, path, { action: 'dismiss', reason: 'Scratched' });
    expect(await listed()).toBeUndefined();

    // Others are heard of, and this one is not.
    await client.query(
      `UPDATE validators SET last_heard_at = now() - interval '61 minutes' WHERE validator_id = $1`,
      [there],
    );
    await sendTaps(service, device, [tap(device, card_number, ago(MINUTE), { decision: 'refused' })]);
    expect(await listed()).toMatchObject({ is_silent: true, missing_taps: 0 });
    const before = await late();
    await send(service, 'PATCH', `/validators/${there}`, { status: 'inactive' });
    expect(await listed()).toBeUndefined();
    const { silent_validators, active_validators } = await late();
    expect([before.silent_validators, before.active_validators]).toEqual([
      silent_validators + 1,
      active_validators + 1,
    ]);
  });

  it.each([
    ['an hour', HOUR],
    ['a day', DAY],
    ['since 1970', Date.now()],
  ])('is corrected by what the clock of the device is behind: %s', async (_, behind) => {
    const { card_id, card_number } = await aRider(10_000);
    const shown = (ms: number): string => new Date(Date.now() - behind + 5 * MINUTE - ms).toISOString();
    const answer = await sendTaps(service, gate, [tap(gate, card_number, shown(3 * MINUTE))], {
      sent_at: shown(0),
    });

    expect(outcomesOf(answer)).toEqual({ [answer.body.results[0]?.sequence ?? 0]: 'rated' });
    const { rows } = await client.query<{ ago: number }>(
      `SELECT extract(epoch FROM now() - boarding_time)::int AS ago FROM trips WHERE card_id = $1`,
      [card_id],
    );
    expect(Math.abs((rows[0]?.ago ?? 0) - 180)).toBeLessThan(60);
  });

  it('is charged what it cost then: a new tariff begins with its day, also for who reports it later', async () => {
    const card_number = await numberOfCard(client, await aCard(service, 20_000));
    const midnight = Date.parse(`${NEW_TARIFF}T05:00:00Z`);
    const taps = [midnight, midnight - 1].map((at) => tap(device, card_number, new Date(at).toISOString()));
    const answer = await sendTaps(service, device, taps);
    expect(answer.body.results.map(({ fare_amount }) => fare_amount)).toEqual([BUS, OLD_BUS]);
  });

  it('is refused as a whole only where it is no batch, or not that of a device in service', async () => {
    const { card_number } = await aRider(5_000);
    const there = await aValidator(service, {
      station_id: line.boarding.boarding_station_id,
      route_id: line.boarding.route_id,
    });
    const taps = [{ sequence: 1, card_number, tapped_at: ago(MINUTE) }];
    const many = Array.from({ length: 1_001 }, (_, n) => ({ ...taps[0], sequence: n + 1 })) as TapToSend[];
    expect((await sendTaps(service, 999_999, taps)).status).toBe(404);
    expect((await sendTaps(service, there, many)).status).toBe(422);
    expect((await sendTaps(service, there, [])).status).toBe(422);
    expect((await sendTaps(service, there, taps, { validator_id: undefined })).status).toBe(422);
    const huge = await post(service, '/taps', {
      validator_id: there,
      sent_at: ago(0),
      taps: [],
      note: 'x'.repeat(600_000),
    });
    expect(huge.status).toBe(413);
    await send(service, 'PATCH', `/validators/${there}`, { status: 'inactive' });
    expect((await sendTaps(service, there, taps)).body).toMatchObject({ code: 'validator_not_active' });

    const handedIn = await sendTaps(service, there, taps, { validator_id: undefined, on_behalf_of: there });
    expect(outcomesOf(handedIn)).toEqual({ 1: 'rated' });
  });
});

describe('a tap that was accepted', () => {
  it('is charged also if the card cannot pay: it owes it, and pays it with the next recharge', async () => {
    const { card_id, card_number } = await aRider(1_000);
    await client.query(`UPDATE cards SET status = 'lost' WHERE card_id = $1`, [card_id]);
    await sendTaps(service, gate, [tap(gate, card_number, ago(30 * MINUTE))]);
    expect(await fundsOf(card_id)).toEqual({ balance: 0, debt: FARE - 1_000 });

    await client.query(`UPDATE cards SET status = 'active' WHERE card_id = $1`, [card_id]);
    await aRecharge(service, card_id, 5_000);
    expect(await fundsOf(card_id)).toEqual({ balance: 5_000 - FARE + 1_000, debt: 0 });
    const { body } = await ask<CardStatement>(service, `/cards/${card_id}/statement`);
    expect(body.statement.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['debt_payment', 1_000 - FARE],
      ['recharge', 5_000],
      ['fare', -FARE],
      ['debt', FARE - 1_000],
      ['recharge', 1_000],
    ]);
  });

  it('uses no credit: below what the card may owe it becomes debt, and a gate still grants what credit is left', async () => {
    const { card_id, card_number } = await aRider(1_000);
    const ride = { card_id, ...line.ride };
    expect((await post<BoardingResponse>(service, '/trips/complete', ride)).body.new_balance).toBe(
      1_000 - FARE,
    );
    const { rows } = await client.query<{ credit_limit: number }>(
      'SELECT credit_limit FROM cards WHERE card_id = $1',
      [card_id],
    );
    const limit = rows[0]?.credit_limit ?? 0;
    const times = [3, 2].map((hours) => tap(gate, card_number, morning(1, hours * 60)));
    await sendTaps(service, gate, times);
    expect(await fundsOf(card_id)).toEqual({ balance: -limit, debt: 3 * FARE - 1_000 - limit });
    const { body } = await post<BoardingResponse>(service, '/trips/complete', ride);
    expect(body.fare_explanation.on_credit).toBe(true);
    const { body: third } = await post<{ code: string }>(service, '/trips/complete', ride);
    expect(third.code).toBe('insufficient_balance');
  });

  it('keeps nobody from boarding at a gate, which closes its trip', async () => {
    const { card_id, card_number } = await aRider(20_000);
    const answer = await sendTaps(service, device, [tap(device, card_number, ago(20 * MINUTE))]);
    const { status, body } = await post<BoardingResponse>(service, '/trips/start', {
      card_id,
      ...line.boarding,
    });
    expect([status, body.fare_amount, body.fare_explanation.reason]).toEqual([200, 0, 'transfer']);
    const { body: left } = await ask<TripResponse>(service, `/trips/${answer.body.results[0]?.trip_id}`);
    expect(left.status).toBe('closed_without_exit');
    expect((await post(service, '/trips/start', { card_id, ...line.boarding })).status).toBe(409);
  });

  it('ends the trip that it belongs to, also if the exit was heard of first', async () => {
    const { card_id, card_number } = await aRider(20_000);
    const away = await aValidator(service, { station_id: line.ride.disembarking_station_id });
    await sendTaps(service, away, [{ sequence: 1, kind: 'exit', card_number, tapped_at: ago(10 * MINUTE) }]);
    await sendTaps(service, gate, [tap(gate, card_number, ago(40 * MINUTE))]);
    const { rows } = await client.query(
      'SELECT status, disembarking_station_id FROM trips WHERE card_id = $1',
      [card_id],
    );
    expect(rows).toEqual([
      { status: 'completed', disembarking_station_id: line.ride.disembarking_station_id },
    ]);
  });
});

describe('a tap that is heard of late', () => {
  it('changes what the taps after it cost, and says so wherever the fare is shown', async () => {
    const { card_id, card_number } = await aRider(20_000);
    const [{ body: revenueBefore }, { body: totalsBefore }] = await Promise.all([
      ask<RevenueResponse>(service, '/finance/revenue'),
      ask<TripTotals>(service, '/trips/total'),
    ]);
    const first = await sendTaps(service, gate, [tap(gate, card_number, morning(2, 30))]);
    const trip_id = first.body.results[0]?.trip_id ?? 0;
    const shown = (): Promise<Answer<TripResponse>> => ask<TripResponse>(service, `/trips/${trip_id}`);
    expect((await shown()).body.fare_explanation).toMatchObject({ reason: 'full_fare', adjustments: [] });
    expect(await balanceOf(service, card_id)).toBe(20_000 - FARE);

    const late = await sendTaps(service, device, [tap(device, card_number, morning(2, 0))]);

    const cause = late.body.results[0]?.trip_id ?? 0;
    expect(late.body.results[0]).toMatchObject({ outcome: 'rated', fare_amount: BUS });
    expect(await balanceOf(service, card_id)).toBe(20_000 - BUS);
    const { body } = await shown();
    expect(body).toMatchObject({ fare_amount: FARE, is_transfer: false });
    expect(body.fare_explanation).toMatchObject({
      reason: 'full_fare',
      adjustments: [
        {
          amount: -FARE,
          fare_amount: 0,
          reason: 'transfer',
          anchor_trip_id: cause,
          caused_by_trip_id: cause,
          service_day: morning(2, 0).slice(0, 10),
        },
      ],
    });
    const { body: statement } = await ask<CardStatement>(service, `/cards/${card_id}/statement`);
    expect(statement.statement.map(({ kind, amount, trip_id: of }) => [kind, amount, of])).toEqual([
      ['fare_adjustment', FARE, trip_id],
      ['fare', -BUS, cause],
      ['fare', -FARE, trip_id],
      ['recharge', 20_000, null],
    ]);
    const { body: revenue } = await ask<RevenueResponse>(service, '/finance/revenue');
    const { body: totals } = await ask<TripTotals>(service, '/trips/total');
    expect(revenue.total_revenue - revenueBefore.total_revenue).toBe(BUS);
    expect(totals.total_revenue - totalsBefore.total_revenue).toBe(BUS);
    expect(totals.total_trips - totalsBefore.total_trips).toBe(2);

    // What broke the books would be seen.
    await client.query(
      'UPDATE fare_adjustments SET amount = amount + 1, fare_amount = fare_amount + 1 WHERE trip_id = $1',
      [trip_id],
    );
    expect(Object.keys(await breaksOf(database.url))).not.toEqual([]);
    expect(await fareDifferences(database.url)).toMatchObject([{ trip_id, stored: { fare_amount: 1 } }]);
    await client.query(
      'UPDATE fare_adjustments SET amount = amount - 1, fare_amount = fare_amount - 1 WHERE trip_id = $1',
      [trip_id],
    );
  });

  it('changes nothing of what a rider was told at a gate', async () => {
    const { card_id, card_number } = await aRider(20_000);
    const { body: told } = await post<BoardingResponse>(service, '/trips/complete', {
      card_id,
      ...line.ride,
    });
    await sendTaps(service, device, [tap(device, card_number, ago(30 * MINUTE))]);
    expect(await chargesOf(card_id)).toEqual([BUS, FARE]);
    const { body } = await ask<TripResponse>(service, `/trips/${told.trip_id}`);
    expect(body.fare_explanation).toMatchObject({ reason: 'full_fare', adjustments: [] });
  });
});

describe(`taps of some days (seed ${SEED})`, () => {
  it('end in the same charges, balances and debts, however they are shuffled, split, doubled and late', async () => {
    const dice = new Dice(SEED, 'taps');
    const devices = await Promise.all([
      aValidator(service, {
        station_id: line.boarding.boarding_station_id,
        route_id: line.boarding.route_id,
      }),
      aValidator(service, { vehicle_id: (await aVehicle(client)).vehicle_id, route_id: bus.route_id }),
      aValidator(service, { vehicle_id: (await aVehicle(client)).vehicle_id, route_id: bus.route_id }),
    ]);
    const riders = await Promise.all(
      ['standard', 'senior', null].map(async (rider_category) => {
        const user =
          rider_category === null
            ? undefined
            : await aUser(service, { rider_category: rider_category as 'senior' });
        return Promise.all([1, 2].map(() => aCard(service, 15_000, user)));
      }),
    );
    const numbers = new Map<number, string>();
    for (const card of riders.flat()) numbers.set(card, await numberOfCard(client, card));
    const sent = devices.map(() => 0);
    /** Of each device: the taps of the first card of each pair in order, and the same of the second. */
    const [inOrder, late] = [devices.map((): TapToSend[] => []), devices.map((): TapToSend[] => [])];
    for (let minutes = 0; minutes < 3 * 24 * 60; minutes += dice.between(5, 90)) {
      const [one = 0, other = 0] = dice.pick(riders);
      const n = dice.below(devices.length);
      const tapped_at = morning(6, minutes);
      const place = n === 0 ? {} : { station_id: bus.station_id };
      for (const [card, list] of [
        [one, inOrder],
        [other, late],
      ] as const)
        list[n]?.push({
          sequence: (sent[n] = (sent[n] ?? 0) + 1),
          card_number: numbers.get(card) ?? '',
          tapped_at,
          ...place,
        });
    }
    const all = inOrder
      .flatMap((taps, n) => taps.map((one) => ({ n, one })))
      .sort((a, b) => (a.one.tapped_at < b.one.tapped_at ? -1 : 1));
    for (const { n, one } of all) await sendTaps(service, devices[n] ?? 0, [one]);

    const batches = late.flatMap((taps, n) => {
      const pieces: { n: number; taps: TapToSend[] }[] = [];
      for (let left = shuffled(dice, taps); left.length > 0;) {
        const count = dice.between(1, 12);
        pieces.push({ n, taps: left.slice(0, count) });
        if (dice.chance(0.3)) pieces.push({ n, taps: left.slice(0, count + 2) });
        left = left.slice(count);
      }
      return pieces;
    });
    // Several at once, also of the same device and the same card.
    const order = shuffled(dice, batches);
    for (let from = 0; from < order.length; from += 4)
      await Promise.all(
        order.slice(from, from + 4).map(({ n, taps }) => sendTaps(service, devices[n] ?? 0, taps)),
      );

    for (const [one = 0, other = 0] of riders) {
      expect(await chargesOf(other)).toEqual(await chargesOf(one));
      expect(await fundsOf(other)).toEqual(await fundsOf(one));
    }
    const { rows } = await client.query<{ adjusted: number }>(
      'SELECT count(*) AS adjusted FROM fare_adjustments WHERE amount <> 0 AND card_id = ANY ($1)',
      [riders.flat()],
    );
    expect(rows[0]?.adjusted).toBeGreaterThan(5);
  });

  it('are charged once when a device sends a batch several times at once, while the service is killed', async () => {
    const cards: string[] = [];
    while (cards.length < 20) cards.push(await numberOfCard(client, await aCard(service, 0)));
    const devices = await Promise.all(
      [1, 2].map(() =>
        aValidator(service, {
          station_id: line.boarding.boarding_station_id,
          route_id: line.boarding.route_id,
        }),
      ),
    );
    const at = ago(2 * HOUR);
    /** Both devices have every card at the same second. */
    const batch = Array.from({ length: 200 }, (_, n) => ({
      sequence: n + 1,
      card_number: cards[n % cards.length] ?? '',
      tapped_at: at,
    }));
    const victim = await start();
    let answered = 0;
    const sendAll = (to: Service): Promise<unknown> =>
      Promise.all(
        devices.flatMap((id) =>
          [batch, batch.toReversed(), batch.slice(100), batch.slice(0, 120)].map(async (taps) => {
            const request = {
              validator_id: id,
              sent_at: new Date().toISOString(),
              taps: taps.map((one) => ({ kind: 'entry', decision: 'accepted', ...one })),
            };
            const init = {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify(request),
            };
            await fetch(`${to.url}/taps`, init).then((response) => response.arrayBuffer());
            if ((answered += 1) === 2 && to === victim) await victim.kill('SIGKILL');
          }),
        ),
      );
    await sendAll(victim).catch(() => undefined);
    await victim.kill('SIGKILL');
    await victim.stop();
    await sendAll(service);

    const { rows } = await client.query<{ taps: number; trips: number; owed: number }>(
      `SELECT (SELECT count(*) FROM taps WHERE validator_id = ANY ($1)) AS taps, count(*) AS trips, sum(fare_amount) AS owed
       FROM trips WHERE validator_id = ANY ($1)`,
      [devices],
    );
    expect(rows).toEqual([{ taps: 400, trips: 400, owed: 400 * FARE }]);
    const { body } = await sendTaps(service, devices[0] ?? 0, batch);
    expect(new Set(body.results.map(({ outcome }) => outcome))).toEqual(new Set(['duplicate']));
    expect(body.next_expected_sequence).toBe(201);
  });
});

describe('a tap in suspense', () => {
  it('is charged to the card and the place that a person names, once, and adjusts what came after it', async () => {
    const { card_id, card_number } = await aRider(20_000);
    const after = await sendTaps(service, gate, [tap(gate, card_number, ago(60 * MINUTE))]);
    await sendTaps(service, device, [
      tap(device, 'unreadable', ago(90 * MINUTE)),
      tap(device, card_number, ago(20 * DAY)),
    ]);
    const { body: page } = await ask<SuspendedTapPage>(
      service,
      `/taps/suspense?validator_id=${device}&limit=100`,
    );
    const [unknown, old] = page.taps.slice(-2).map(({ suspense_id }) => `/taps/${suspense_id}/resolution`);
    const resolve = (path = '', body: object = {}): Promise<Answer<SuspendedTapResponse>> =>
      post<SuspendedTapResponse>(service, path, { reason: 'seen on the camera', ...body });

    expect((await resolve(unknown, { action: 'charge' })).status).toBe(404);
    expect((await resolve(unknown, { action: 'charge', card_id, station_id: 999_999 })).body).toMatchObject({
      code: 'station_not_found',
    });
    const charged = await resolve(unknown, { action: 'charge', card_id });
    expect(charged.body).toMatchObject({ resolution: 'charged', resolution_reason: 'seen on the camera' });
    expect((await resolve(unknown, { action: 'dismiss' })).body).toMatchObject({
      code: 'tap_already_resolved',
    });
    expect((await resolve(old, { action: 'dismiss' })).body).toMatchObject({
      resolution: 'dismissed',
      trip_id: null,
    });

    expect(await chargesOf(card_id)).toEqual([BUS, 0]);
    const { body: trip } = await ask<TripResponse>(service, `/trips/${after.body.results[0]?.trip_id}`);
    expect(trip.fare_explanation?.adjustments).toMatchObject([
      { amount: -FARE, caused_by_trip_id: charged.body.trip_id },
    ]);
    const { body: resolved } = await ask<SuspendedTapPage>(
      service,
      `/taps/suspense?status=resolved&validator_id=${device}`,
    );
    expect(resolved.taps.map(({ resolution }) => resolution)).toEqual(['charged', 'dismissed']);
  });
});
