import type { Client } from 'pg';
import { Dice } from '../../src/common/dice';
import { ServiceCalendar } from '../../src/common/time/service-calendar';
import type { CardStatement } from '../../src/modules/cards/dto/card-responses.dto';
import type { HotlistResponse } from '../../src/modules/hotlist/dto/hotlist.dto';
import type { RevenueByLocality, RevenueResponse } from '../../src/modules/finance/dto/revenue.dto';
import type { RevenueSeries } from '../../src/modules/finance/dto/series.dto';
import { findUnrecorded } from '../../src/programs/verify-audit/unrecorded-changes';
import type { SuspendedTapPage, SuspendedTapResponse } from '../../src/modules/taps/dto/tap-responses.dto';
import type { FareQuote } from '../../src/modules/trips/dto/fare-quote.dto';
import type {
  BoardingResponse,
  TripResponse,
  TripTotals,
} from '../../src/modules/trips/dto/trip-responses.dto';
import type { LateValidators } from '../../src/modules/validators/dto/late-validators.dto';
import type { ValidatorPage } from '../../src/modules/validators/dto/validators.dto';
import { learnNetwork } from '../../src/programs/service-traffic/learn-network';
import { ServiceClient } from '../../src/programs/service-traffic/service-client';
import { Tally } from '../../src/programs/service-traffic/tally';
import { connect } from '../builders/connect';
import { insert } from '../builders/insert';
import { aRoute, aStation, aVehicle } from '../builders/network';
import { aCard, aLine, aRecharge, aUser, balanceOf, FARE, type Line } from '../builders/rides';
import { aValidator, numberOfCard, outcomesOf, sendTaps, type TapToSend } from '../builders/taps';
import { afterFile, afterTest } from '../setup/after-test';
import { type Answer, ask, post, send } from '../setup/api';
import { askCached } from '../setup/ask-cached';
import { createDatabase, type TestDatabase } from '../setup/database';
import { fareDifferences } from '../setup/fares';
import { breaksOf } from '../setup/ledger';
import { startSharedRedis } from '../setup/redis-server';
import { type Service, startService } from '../setup/service';
import { untilTrusted } from '../setup/until-trusted';
import { complaintsAbout } from '../taps-replay/check-day';
import { planDay } from '../taps-replay/plan-day';
import { sendDay } from '../taps-replay/send-day';

/** TEST_SEED repeats a run, or makes another; TEST_RUNS makes so many, each with the next seed. */
const SEED = Number(process.env.TEST_SEED ?? 20_261_128);
const RUNS = Number(process.env.TEST_RUNS ?? 1);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** What a boarding of a bus costs. */
const BUS = 2_000;
/** And what it cost until some days ago. */
const OLD_BUS = 1_800;
const NOW = Date.now();
const NEW_TARIFF = new ServiceCalendar('America/Bogota').dayOf(new Date(NOW - 8 * DAY));
/** What a card pays at most on the first days of the random ones. */
const CAP = 8_000;
/** How many boardings of a senior get a concession. */
const QUOTA = 3;

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
  await insert(client, 'fare_limits', {
    limit_name: 'daily_cap',
    valid_from: dayOf(morning(6, 0)),
    value: CAP,
  });
  await insert(client, 'fare_limits', {
    limit_name: 'daily_cap',
    valid_from: dayOf(morning(4, 0)),
    value: null,
  });
  await client.query('UPDATE concessions SET monthly_quota = $1', [QUOTA]);
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
  expect(await findUnrecorded(client, null)).toEqual([]);
});

function start(): Promise<Service> {
  return startService({ databaseUrl: database.url, redisUrl: redis.url });
}

const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
/** The same moment of Bogotá's morning, some days ago: its midnight is far. */
const morning = (daysAgo: number, minutes: number): string => {
  const noon = new Date(NOW - daysAgo * DAY);
  return new Date(
    Date.UTC(noon.getUTCFullYear(), noon.getUTCMonth(), noon.getUTCDate(), 11) + minutes * MINUTE,
  ).toISOString();
};
const dayOf = (moment: string): string => moment.slice(0, 10);

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
    // A device that was restored from an old image asks before it numbers its next tap.
    const { body: known } = await sendTaps(service, there, [], { hotlist_version: 31 });
    expect(known).toMatchObject({ results: [], next_expected_sequence: 6, highest_sequence: 7 });
    const { body } = await ask<ValidatorPage>(
      service,
      `/validators?station_id=${line.boarding.boarding_station_id}`,
    );
    expect(body.validators.find(({ validator_id }) => validator_id === there)).toMatchObject({
      next_expected_sequence: 6,
      highest_sequence: 7,
      hotlist_version: 31,
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

  it('may be empty: so a gate that only asks says that it is there, and the trail keeps nothing of it', async () => {
    const there = await aValidator(service, { station_id: line.boarding.boarding_station_id });
    const late = async () => (await ask<LateValidators>(service, '/validators/late')).body;
    const isListed = async () => (await late()).validators.some(({ validator_id }) => validator_id === there);
    const entries = async (): Promise<number> => {
      const { rows } = await client.query<{ entries: number }>(
        `SELECT count(*) AS entries FROM audit_entries WHERE (object_kind, object_id) = ('validator', $1)`,
        [String(there)],
      );
      return rows[0]?.entries ?? NaN;
    };
    const { card_id, card_number } = await aRider(20_000);
    await post(service, '/trips/complete', { card_id, ...line.ride });
    await send(service, 'PATCH', `/cards/${card_id}`, { status: 'blocked' });
    expect(await isListed()).toBe(true);
    // Who hands in what it had has not heard of the device itself.
    const handedIn = { validator_id: undefined, on_behalf_of: there };
    await sendTaps(service, there, [], handedIn);
    expect(await isListed()).toBe(true);
    const [before, registered] = [await late(), await entries()];

    const { status } = await sendTaps(service, there, [], { hotlist_version: before.hotlist_version });

    expect([status, await isListed()]).toEqual([200, false]);
    const { silent_validators, validators_behind_hotlist } = await late();
    expect([silent_validators, validators_behind_hotlist]).toEqual([
      before.silent_validators - 1,
      before.validators_behind_hotlist - 1,
    ]);
    expect(await entries()).toBe(registered);
    const one = { sequence: 1, card_number, tapped_at: ago(MINUTE), decision: 'refused' as const };
    for (const times of [1, 2])
      expect([times, (await sendTaps(service, there, [one])).status]).toEqual([times, 200]);
    expect(await entries()).toBe(registered + 1);
    await sendTaps(service, there, [one], handedIn);
    expect(await entries()).toBe(registered + 2);
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

  it('is in every answer after it was acknowledged, though all of them were cached', async () => {
    const user_id = await aUser(service);
    const card_id = await aCard(service, 1_000, user_id);
    const card_number = await numberOfCard(client, card_id);
    const { body: known } = await sendTaps(service, gate, [tap(gate, card_number, ago(30 * MINUTE))]);
    const paths = [
      `/cards/${card_id}/balance`,
      `/users/${user_id}/card-balance`,
      `/trips/card/${card_id}`,
      `/trips/${known.results[0]?.trip_id}`,
      `/trips/total`,
      `/trips/total/localities`,
      `/finance/revenue`,
      `/finance/revenue/localities`,
      `/hotlist`,
      `/validators/late`,
    ];
    await aRecharge(service, card_id, 10_000);
    await untilTrusted(service);
    for (const path of paths) await askCached(service, path);
    // It is known before the trip that is cached, so that one is adjusted.
    const { body: before } = await sendTaps(service, device, [tap(device, card_number, ago(40 * MINUTE))]);
    const cost = (before.results[0]?.fare_amount ?? 0) - FARE;
    const seen = await Promise.all(paths.slice(0, 4).map((path) => ask(service, path)));
    expect(seen[0]?.body).toMatchObject({ balance: 11_000 - FARE - cost });
    expect(seen[1]?.text).toContain(String(11_000 - FARE - cost));
    expect(seen[2]?.text).toContain(`"trip_id":${before.results[0]?.trip_id}`);
    expect(seen[3]?.body).toMatchObject({ fare_explanation: { adjustments: [{ amount: -FARE }] } });

    for (const path of paths) await askCached(service, path);
    const [totals, revenue] = await Promise.all([
      ask<TripTotals>(service, '/trips/total'),
      ask<RevenueResponse>(service, '/finance/revenue'),
    ]);
    expect((await ask<HotlistResponse>(service, '/hotlist')).body.add).not.toContain(card_number);
    const far = [1, 2, 3, 4, 5, 6, 7].map((hours) => tap(gate, card_number, morning(2, hours * 150)));
    await sendTaps(service, gate, far);

    const now = await Promise.all([
      ask<TripTotals>(service, '/trips/total'),
      ask<RevenueResponse>(service, '/finance/revenue'),
      ask<HotlistResponse>(service, '/hotlist'),
    ]);
    expect(now[0].body.total_trips - totals.body.total_trips).toBe(7);
    expect(now[1].body.total_revenue).toBeGreaterThan(revenue.body.total_revenue);
    expect(now[2].body.add).toContain(card_number);
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

  it('has begun no trip in progress if it is heard of after hours, and its exit ends that trip all the same', async () => {
    const { card_id, card_number } = await aRider(20_000);
    const active = async (): Promise<number> =>
      (await ask<TripTotals>(service, '/trips/total')).body.active_trips;
    const before = await active();
    const { body } = await sendTaps(service, gate, [tap(gate, card_number, ago(200 * MINUTE))]);
    const found = async () => (await ask<TripResponse>(service, `/trips/${body.results[0]?.trip_id}`)).body;
    expect(await found()).toMatchObject({ status: 'closed_without_exit', disembarking_time: null });
    expect(await active()).toBe(before);
    expect((await post(service, '/trips/start', { card_id, ...line.boarding })).status).toBe(200);
    const away = await aValidator(service, { station_id: line.ride.disembarking_station_id });
    await sendTaps(service, away, [{ sequence: 1, kind: 'exit', card_number, tapped_at: ago(170 * MINUTE) }]);
    expect((await found()).status).toBe('completed');
    expect(await active()).toBe(before + 1);
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

/** What fares earned in these days, added up over every division in which it is shown. */
async function figures(): Promise<Record<string, number>> {
  const sumOf = (rows: readonly { readonly revenue: number }[]): number =>
    rows.reduce((sum, { revenue }) => sum + revenue, 0);
  const series = async (query: string): Promise<number> => {
    const { body } = await ask<RevenueSeries>(service, `/finance/revenue/series?${query}`);
    expect(body.total.revenue).toBe(sumOf(body.rows));
    return body.total.revenue;
  };
  const { body } = await ask<RevenueByLocality>(service, '/finance/revenue/localities');
  const day = dayOf(morning(2, 0));
  return {
    localities: body.data.reduce((sum, { total_revenue }) => sum + total_revenue, 0),
    'day by locality': await series('interval=day&by=locality'),
    'day by concessionaire': await series('interval=day&by=concessionaire'),
    'hour by locality': await series(`interval=hour&by=locality&from=${morning(2, -60)}&to=${morning(0, 0)}`),
    'total by concessionaire': await series('interval=total&by=concessionaire'),
    'the day of the boarding': await series(`interval=day&from=${day}&to=${day}`),
  };
}

describe('a tap that is heard of late', () => {
  it('changes what the taps after it cost, and says so wherever the fare is shown', async () => {
    const { card_id, card_number } = await aRider(20_000);
    const [{ body: revenueBefore }, { body: totalsBefore }, figuresBefore] = await Promise.all([
      ask<RevenueResponse>(service, '/finance/revenue'),
      ask<TripTotals>(service, '/trips/total'),
      figures(),
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
          service_day: dayOf(morning(2, 0)),
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
    // By whatever it is divided, it is the same. The first was earned where the rider boarded, on the day of the boarding.
    const earned = Object.entries(await figures()).map(([name, sum]) => [
      name,
      sum - (figuresBefore[name] ?? 0),
    ]);
    expect(Object.fromEntries(earned)).toEqual({
      localities: BUS,
      'day by locality': BUS,
      'day by concessionaire': BUS,
      'hour by locality': BUS,
      'total by concessionaire': BUS,
      'the day of the boarding': BUS,
    });

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

  it('changes the fare at the cost of who earned it first, although the route is of another company by then', async () => {
    const { card_id, card_number } = await aRider(20_000);
    const { concessionaire_id } = await insert<{ concessionaire_id: number }>(client, 'concessionaires', {
      name: 'Otra empresa',
    });
    const earnedBy = async (id: number): Promise<number> => {
      const { rows } = await client.query<{ earned: number }>(
        `SELECT coalesce(sum(CASE account_id WHEN credit_account_id THEN amount ELSE -amount END), 0) AS earned
         FROM postings JOIN accounts ON account_id IN (debit_account_id, credit_account_id)
         WHERE card_id = $1 AND concessionaire_id = $2`,
        [card_id, id],
      );
      return rows[0]?.earned ?? NaN;
    };
    const rideIn = (minutes: number): TapToSend => tap(device, card_number, morning(1, minutes));
    const [before, first, second] = [rideIn(0), tap(gate, card_number, morning(1, 60)), rideIn(61)];
    // The second is a transfer at first; then it is none, because its route was ridden before; then it is one again.
    await sendTaps(service, gate, [first]);
    await sendTaps(service, device, [second]);
    expect(await earnedBy(line.concessionaire_id)).toBe(FARE);
    await sendTaps(service, device, [before]);
    expect(await chargesOf(card_id)).toEqual([BUS, 0, BUS]);
    await client.query('UPDATE routes SET concessionaire_id = $2 WHERE route_id = $1', [
      bus.route_id,
      concessionaire_id,
    ]);
    await sendTaps(service, gate, [
      tap(gate, card_number, morning(1, -100), { route_id: line.boarding.route_id }),
    ]);
    await client.query('UPDATE routes SET concessionaire_id = $2 WHERE route_id = $1', [
      bus.route_id,
      line.concessionaire_id,
    ]);

    const paid = (await chargesOf(card_id)).reduce((sum, charged) => sum + charged, 0);
    expect([await earnedBy(line.concessionaire_id), await earnedBy(concessionaire_id)]).toEqual([paid, 0]);
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

/** What the card's boardings cost now, and why, in the order in which it was used. */
async function decisionsOf(cardId: number): Promise<object[]> {
  const { rows } = await client.query<object>(
    `SELECT boarding_time, trip.fare_amount + coalesce(adjusted.amount, 0) AS charged, now.fare_amount,
            now.fare_reason, now.concession, now.capped, now.passback, now.transfers_used, now.window_ends_at
     FROM trips trip
     LEFT JOIN LATERAL (
       SELECT sum(amount) AS amount, max(adjustment_id) AS last FROM fare_adjustments WHERE trip_id = trip.trip_id) adjusted ON true
     CROSS JOIN LATERAL (
       SELECT fare_amount, fare_reason, concession, capped, passback, transfers_used, window_ends_at
       FROM fare_adjustments WHERE adjustment_id = last
       UNION ALL
       SELECT trip.fare_amount, trip.fare_reason, trip.concession, trip.capped, trip.passback, trip.transfers_used, trip.window_ends_at
       WHERE last IS NULL) now
     WHERE card_id = $1 ORDER BY boarding_time, validator_id, tap_sequence`,
    [cardId],
  );
  return rows;
}

/** The taps of each device: the same ones of the first card of each pair, and of the second. */
interface RandomDays {
  readonly first: readonly TapToSend[][];
  readonly second: readonly TapToSend[][];
}

function randomDays(dice: Dice, devices: number, pairs: readonly (readonly [string, string])[]): RandomDays {
  const lists = (): TapToSend[][] => Array.from({ length: devices }, () => []);
  const [first, second] = [lists(), lists()];
  const use = (
    [one, other]: readonly [string, string],
    given: Omit<TapToSend, 'sequence' | 'card_number'>,
    n = dice.below(devices),
  ): void => {
    const place = n === 0 ? {} : { station_id: bus.station_id };
    const [own = [], others = []] = [first[n], second[n]];
    const sequence = 2 * own.length + 1;
    own.push({ sequence, card_number: one, ...given, ...place });
    others.push({ sequence: sequence + 1, card_number: other, ...given, ...place });
  };
  // Whatever the dice say, one rider is held to a gate for too long.
  for (const minutes of [-2, -1]) use(dice.pick(pairs.slice(0, 1)), { tapped_at: morning(6, minutes) }, 0);
  for (let minutes = 0; minutes < 3 * 24 * 60; minutes += dice.between(5, 90)) {
    const numbers = dice.pick(pairs);
    const tapped_at = morning(6, minutes);
    use(numbers, { tapped_at });
    // Another device, or the same, has the same card at the same moment.
    if (dice.chance(0.1)) use(numbers, { tapped_at });
    const left_at = morning(6, minutes + dice.between(0, 60));
    if (dice.chance(0.4)) use(numbers, { kind: 'exit', tapped_at: left_at });
  }
  return { first, second };
}

const seeds = Array.from({ length: RUNS }, (_, n) => SEED + n);

describe('taps of some days', () => {
  it.each(seeds)(
    'end in the same charges, balances, quotas, caps and debts, however they are shuffled, split, doubled and late (seed %d)',
    async (seed) => {
      const dice = new Dice(seed, 'taps');
      const inBus = async (): Promise<number> =>
        aValidator(service, { vehicle_id: (await aVehicle(client)).vehicle_id, route_id: bus.route_id });
      const atGate = { station_id: line.boarding.boarding_station_id, route_id: line.boarding.route_id };
      const devices = [await aValidator(service, atGate), await inBus(), await inBus()];
      const riders: (readonly [number, number])[] = [];
      for (const rider_category of ['standard', 'senior', null] as const) {
        const user = rider_category === null ? undefined : await aUser(service, { rider_category });
        riders.push([await aCard(service, 15_000, user), await aCard(service, 15_000, user)]);
      }
      const pairs: (readonly [string, string])[] = [];
      for (const [one, other] of riders)
        pairs.push([await numberOfCard(client, one), await numberOfCard(client, other)]);
      const { first, second } = randomDays(dice, devices.length, pairs);
      const recharges = riders.flatMap(([one, other]) =>
        [2_000, 3_000].map((amount) => ({ one, other, amount })),
      );

      const all = first.flatMap((taps, n) => taps.map((one) => ({ n, one })));
      all.sort((a, b) =>
        a.one.tapped_at === b.one.tapped_at ? a.n - b.n : a.one.tapped_at < b.one.tapped_at ? -1 : 1,
      );
      for (const { n, one } of all) await sendTaps(service, devices[n] ?? 0, [one]);
      for (const { one, amount } of recharges) await aRecharge(service, one, amount);

      const arrivals: (() => Promise<unknown>)[] = recharges.map(
        ({ other, amount }) =>
          () =>
            aRecharge(service, other, amount),
      );
      second.forEach((taps, n) => {
        for (let left = shuffled(dice, taps); left.length > 0;) {
          const count = dice.between(1, 12);
          const pieces = [left.slice(0, count), ...(dice.chance(0.3) ? [left.slice(0, count + 2)] : [])];
          arrivals.push(...pieces.map((piece) => () => sendTaps(service, devices[n] ?? 0, piece)));
          left = left.slice(count);
        }
      });
      // Several at once, also of the same device and the same card.
      const order = shuffled(dice, arrivals);
      for (let from = 0; from < order.length; from += 4)
        await Promise.all(order.slice(from, from + 4).map((arrive) => arrive()));

      const { body: hotlist } = await ask<HotlistResponse>(service, '/hotlist');
      const quoted = async (card_id: number): Promise<object> => {
        const at = morning(3, 30);
        const { body } = await post<FareQuote>(service, '/fares/quote', { card_id, ...line.boarding, at });
        return { ...body, card_id: null, anchor_trip_id: null };
      };
      const decided: object[] = [];
      for (const [index, [one, other]] of riders.entries()) {
        const [inOrder, late] = [await decisionsOf(one), await decisionsOf(other)];
        expect(late).toEqual(inOrder);
        expect(await fundsOf(other)).toEqual(await fundsOf(one));
        expect(await quoted(other)).toEqual(await quoted(one));
        const [listed, lateListed] = (pairs[index] ?? []).map((number) => hotlist.add.includes(number));
        expect(lateListed).toBe(listed);
        expect(listed).toBe((await fundsOf(one)).debt > 0);
        decided.push(...inOrder);
      }
      // Otherwise the days were no proof.
      for (const some of [
        { capped: true },
        { concession: 'applied' },
        { concession: 'quota_used' },
        { passback: true },
        { fare_reason: 'transfer' },
      ])
        expect(decided).toContainEqual(expect.objectContaining(some));
      const { rows } = await client.query<{ late: number; in_order: number }>(
        `SELECT count(*) FILTER (WHERE amount <> 0 AND card_id = ANY ($1)) AS late, count(*) FILTER (WHERE card_id = ANY ($2)) AS in_order
         FROM fare_adjustments`,
        [riders.map(([, other]) => other), riders.map(([one]) => one)],
      );
      expect(rows[0]?.late).toBeGreaterThan(5);
      expect(rows[0]?.in_order).toBe(0);
    },
  );

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

describe('a replayed day', () => {
  it('is taken once, though some batches come hours late and some twice', async () => {
    const riders = [];
    for (let n = 0; n < 6; n += 1) riders.push(await aRider(15_000));
    const routes = await learnNetwork(new ServiceClient(service.url, new Tally()));
    const size = { seed: SEED, taps: 60, cards: riders.length, validators: 4, batch: 5, late: 0.4 };
    const day = planDay(routes, size);
    const { vehicle_id } = await aVehicle(client);
    const validatorIds: number[] = [];
    for (const place of day.devices)
      validatorIds.push(await aValidator(service, 'station_id' in place ? place : { ...place, vehicle_id }));
    const calendar = new ServiceCalendar('America/Bogota');
    const city = {
      url: service.url,
      validatorIds,
      cardNumbers: riders.map(({ card_number }) => card_number),
      beginning: calendar.startOf(calendar.dayOf(new Date(Date.now() - DAY))).getTime(),
    };
    const answers = await sendDay(day, city, 2);

    expect(
      await complaintsAbout({ database: database.url, day, answers, validatorIds }, () => undefined),
    ).toEqual([]);
    expect(answers.outcomes.duplicate).toBeGreaterThan(0);
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

  it('is decided once by however many at the same time, and not to a card whose rider is forgotten', async () => {
    const { card_id, card_number } = await aRider(20_000);
    const user_id = await aUser(service);
    const erased = await aCard(service, 0, user_id);
    await post(service, `/users/${user_id}/erasure`, {});
    const taps = [
      tap(device, 'read by nobody', morning(1, 0)),
      tap(device, await numberOfCard(client, erased), morning(1, 0)),
      tap(device, card_number, 'at noon'),
    ];
    const sent = await sendTaps(service, device, taps);
    expect(Object.values(outcomesOf(sent))).toEqual(['unknown_card', 'card_closed', 'unreadable_time']);
    const { body: page } = await ask<SuspendedTapPage>(
      service,
      `/taps/suspense?validator_id=${device}&limit=100`,
    );
    const [unknown, closed, unread] = page.taps
      .slice(-3)
      .map(({ suspense_id }) => `/taps/${suspense_id}/resolution`);
    const charge = (path = '', body: object = {}, headers = {}): Promise<Answer<SuspendedTapResponse>> =>
      post<SuspendedTapResponse>(service, path, { action: 'charge', reason: 'seen', ...body }, headers);

    const answers = await Promise.all([
      ...[1, 2, 3].map(() => charge(unknown, { card_id })),
      charge(unknown, { action: 'dismiss' }),
      ...[1, 2].map(() => charge(unknown, { card_id }, { 'idempotency-key': `once-${card_id}` })),
    ]);

    const decided = answers.filter(({ status }) => status === 200).map(({ text }) => text);
    expect(new Set(decided).size).toBe(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
    const isCharged = decided[0]?.includes('"charged"') === true;
    expect(await chargesOf(card_id)).toEqual(isCharged ? [BUS] : []);
    expect((await charge(closed)).body).toMatchObject({ code: 'rider_erased' });
    expect((await charge(closed, { card_id: erased })).body).toMatchObject({ code: 'rider_erased' });
    expect((await charge(unread)).body).toMatchObject({ code: 'invalid_value' });
    expect((await charge(unread, { tapped_at: ago(-HOUR) })).body).toMatchObject({ code: 'invalid_value' });
    expect((await charge(unread, { tapped_at: morning(1, 300) })).status).toBe(200);
    expect(await chargesOf(card_id)).toEqual(isCharged ? [BUS, BUS] : [BUS]);
  });

  it('is missed in the trail when its entry is gone, as is each trip of a batch', async () => {
    const there = await aValidator(service, {
      station_id: line.boarding.boarding_station_id,
      route_id: line.boarding.route_id,
    });
    const { card_id, card_number } = await aRider(20_000);
    const { body } = await sendTaps(service, there, [
      { sequence: 1, card_number, tapped_at: morning(1, 0) },
      { sequence: 2, card_number: 'unread', tapped_at: morning(1, 300) },
    ]);
    const { body: page } = await ask<SuspendedTapPage>(service, `/taps/suspense?validator_id=${there}`);
    const path = `/taps/${page.taps[0]?.suspense_id}/resolution`;
    const charged = await post<SuspendedTapResponse>(service, path, {
      action: 'charge',
      card_id,
      reason: 'seen',
    });

    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    afterTest(() => client.query('ROLLBACK'));
    await client.query('ALTER TABLE audit_entries DISABLE TRIGGER USER');
    await client.query(
      `DELETE FROM audit_entries WHERE (object_kind, object_id) IN (('validator', $1), ('suspended_tap', $2))`,
      [String(there), String(page.taps[0]?.suspense_id)],
    );
    const missing = [body.results[0]?.trip_id, charged.body.trip_id];
    expect((await findUnrecorded(client, null)).map(({ record, id }) => [record, id])).toEqual(
      missing.map((id) => ['trip', id]),
    );
    await client.query('ROLLBACK');
  });
});

describe('a device that sends what it should not', () => {
  /** A device that nobody else uses. */
  const aDevice = (): Promise<number> =>
    aValidator(service, {
      station_id: line.boarding.boarding_station_id,
      route_id: line.boarding.route_id,
    });
  const stateOf = async (validator: number): Promise<unknown> => {
    const { rows } = await client.query(
      `SELECT received_through, highest_sequence, (SELECT count(*) FROM taps WHERE validator_id = $1) AS taps,
              (SELECT count(*) FROM suspended_taps WHERE validator_id = $1) AS suspended,
              (SELECT count(*) FROM trips WHERE validator_id = $1) AS trips
       FROM validators WHERE validator_id = $1`,
      [validator],
    );
    return rows[0];
  };

  it('has 999 taps taken when one of 1,000 is bad, and only that one waits for a person', async () => {
    const there = await aDevice();
    const { card_number } = await aRider(0);
    const taps = Array.from({ length: 1_000 }, (_, n) => ({
      sequence: n + 1,
      card_number: n === 500 ? '١٠١٠-карта-卡' : card_number,
      tapped_at: morning(1, n / 4),
      decision: n < 900 ? ('refused' as const) : ('accepted' as const),
    }));
    const bad = taps.map((tap, n) => (n === 500 ? { ...tap, decision: 'accepted' as const } : tap));

    const { body } = await sendTaps(service, there, bad);

    const count = (outcome: string): number => body.results.filter((tap) => tap.outcome === outcome).length;
    expect(['rated', 'refused', 'suspense'].map(count)).toEqual([100, 899, 1]);
    expect(body.results[500]).toMatchObject({ sequence: 501, reason: 'unknown_card' });
    expect(body.next_expected_sequence).toBe(1_001);
    const { body: page } = await ask<SuspendedTapPage>(service, `/taps/suspense?validator_id=${there}`);
    expect(page.taps.map(({ card_number: read }) => read)).toEqual(['????-?????-?']);
  });

  it('is refused before anything is read, with 10,000 taps, 100 MB, or a number that is none, and nothing has changed', async () => {
    const there = await aDevice();
    const { card_number } = await aRider(0);
    const before = await stateOf(there);
    const tap = { sequence: 1, kind: 'entry', decision: 'accepted', card_number, tapped_at: ago(MINUTE) };
    const statusOf = async (body: unknown): Promise<number> =>
      (await post(service, '/taps', { validator_id: there, sent_at: ago(0), ...(body as object) })).status;
    const many = Array.from({ length: 10_000 }, (_, n) => ({ ...tap, sequence: n + 1 }));

    expect(await statusOf({ taps: many })).toBe(413);
    expect(await statusOf({ taps: Array.from({ length: 10_000 }, () => ({})) })).toBe(422);
    for (const sequence of [0, -1, 2 ** 53, 1e300, 1.5, '1', null, [1], {}])
      expect([sequence, await statusOf({ taps: [tap, { ...tap, sequence }] })]).toEqual([sequence, 422]);
    for (const given of [
      { route_id: -1 },
      { station_id: 2 ** 53 },
      { hotlist_version: -1 },
      { card_number: '1'.repeat(41) },
      { card_number: null },
      { kind: 'ENTRY' },
      { decision: 'maybe' },
      { tapped_at: 1_767_225_600 },
      { fare_amount: 0 },
    ])
      expect([given, await statusOf({ taps: [{ ...tap, ...given }] })]).toEqual([given, 422]);
    for (const sent_at of ['1969-12-31T23:59:59Z', '2026-01-14', 'now', '', 0, null, '2026-01-14T12:00:00'])
      expect([sent_at, await statusOf({ sent_at, taps: [tap] })]).toEqual([sent_at, 422]);
    expect(await statusOf({ taps: 'all' })).toBe(422);
    expect(await statusOf({ taps: { 0: tap } })).toBe(422);
    const hugeBody = function* (): Generator<Uint8Array> {
      for (let sent = 0; sent < 100; sent += 1) yield new Uint8Array(1_000_000).fill(0x20);
    };
    const ending = new AbortController();
    // It is refused while it comes: the rest is not read, so sending it may fail.
    const huge = await fetch(`${service.url}/taps`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: ReadableStream.from(hugeBody()),
      duplex: 'half',
      signal: ending.signal,
    }).then(
      ({ status }) => status,
      () => 413,
    );
    ending.abort();
    expect(huge).toBe(413);
    expect(await stateOf(there)).toEqual(before);
  });

  it('has each time kept as it was sent, and what is no time, or leads to none, waits for a person', async () => {
    const there = await aDevice();
    const { card_id, card_number } = await aRider(20_000);
    const noon = Date.parse(morning(1, 360));
    const inOffset = (hours: number, text: string): string =>
      new Date(noon + hours * HOUR).toISOString().replace('Z', text);
    const times = [
      inOffset(5.75, '+05:45'),
      inOffset(-24 + 1 / 60, '-23:59'),
      inOffset(14, '+14:00'),
      inOffset(0, '-00:00').replace('.000', '.000999999'),
      '2016-12-31T23:59:60Z',
      '2026-02-30T12:00:00Z',
      '-271821-04-20T00:00:00Z',
      '',
      '0',
    ];
    const taps = times.map((tapped_at, n) => ({ sequence: n + 1, card_number, tapped_at }));
    const { body } = await sendTaps(service, there, taps);
    expect(body.results.map(({ outcome, reason }) => reason ?? outcome)).toEqual([
      ...Array.from({ length: 4 }, () => 'rated'),
      ...Array.from({ length: 5 }, () => 'unreadable_time'),
    ]);
    const { rows } = await client.query<{ at: Date }>(
      'SELECT DISTINCT boarding_time AS at FROM trips WHERE card_id = $1',
      [card_id],
    );
    expect(rows.map(({ at }) => at.getTime())).toEqual([noon]);

    // The clock leads out of the calendar, which PostgreSQL and JSON would not have.
    for (const [n, [sent_at, tapped_at]] of [
      ['9998-12-31T00:00:00Z', '1970-01-01T00:00:00Z'],
      ['1970-01-01T00:00:00Z', '9998-12-31T00:00:00Z'],
    ].entries()) {
      const tap = { sequence: 20 + n, card_number, tapped_at: tapped_at ?? '' };
      expect(outcomesOf(await sendTaps(service, there, [tap], { sent_at }))).toEqual({
        [20 + n]: 'unreadable_time',
      });
      // The same from a clock that was set right is the same tap.
      expect(outcomesOf(await sendTaps(service, there, [tap]))).toEqual({ [20 + n]: 'duplicate' });
    }
    const { body: page } = await ask<SuspendedTapPage>(
      service,
      `/taps/suspense?validator_id=${there}&limit=100`,
    );
    expect(page.taps.map(({ tapped_at }) => tapped_at)).toEqual([
      ...times.slice(4),
      '1970-01-01T00:00:00Z',
      '9998-12-31T00:00:00Z',
    ]);

    // What cannot be read is told from another such thing by what it is.
    const again = [
      { sequence: 8, card_number, tapped_at: '' },
      { sequence: 9, card_number, tapped_at: 'zero' },
      { sequence: 9, card_number, tapped_at: '0' },
    ];
    const answers = await Promise.all(again.map((one) => sendTaps(service, there, [one])));
    expect(answers.map(outcomesOf)).toEqual([
      { 8: 'duplicate' },
      { 9: 'sequence_reused' },
      { 9: 'duplicate' },
    ]);
  });

  it('has its batches taken one after the other, whether those of the same moment say the same or not', async () => {
    const there = await aDevice();
    const riders = [await aRider(20_000), await aRider(20_000)];
    const batchOf = (card_number = ''): TapToSend[] =>
      [1, 2, 3].map((sequence) => ({ sequence, card_number, tapped_at: morning(1, 200 * sequence) }));
    const batches = riders.map(({ card_number }) => batchOf(card_number));

    const answers = await Promise.all(
      [0, 1, 0, 1, 0, 1].map((n) => sendTaps(service, there, batches[n] ?? [])),
    );

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const outcomes = answers.map((answer) => [...new Set(Object.values(outcomesOf(answer)))]);
    // One was first. What says the same is known from then on, and what says something else waits for a person.
    const first = outcomes.findIndex(([outcome]) => outcome === 'rated');
    expect(outcomes).toEqual(
      outcomes.map((_, n) => [n === first ? 'rated' : n % 2 === first % 2 ? 'duplicate' : 'sequence_reused']),
    );
    const charges = await Promise.all(riders.map(({ card_id }) => chargesOf(card_id)));
    expect(charges).toEqual(first % 2 === 0 ? [[FARE, FARE, FARE], []] : [[], [FARE, FARE, FARE]]);
    expect(new Set(answers.map(({ body }) => body.next_expected_sequence))).toEqual(new Set([4]));
    expect(await stateOf(there)).toMatchObject({ received_through: 3, taps: 3, suspended: 3, trips: 3 });
  });

  it('counts the first of a batch under each number, also the largest', async () => {
    const there = await aDevice();
    const { card_id, card_number } = await aRider(20_000);
    const one = { sequence: 1, card_number, tapped_at: morning(1, 0) };
    const largest = { sequence: Number.MAX_SAFE_INTEGER, card_number, tapped_at: morning(1, 300) };
    const other = { ...one, card_number: '9999' };

    const { body } = await sendTaps(service, there, [one, one, other, one, other, largest, largest]);

    expect(body.results.map(({ outcome, reason }) => reason ?? outcome)).toEqual([
      'rated',
      'duplicate',
      'sequence_reused',
      'duplicate',
      'sequence_reused',
      'rated',
      'duplicate',
    ]);
    expect(body.next_expected_sequence).toBe(2);
    expect(await chargesOf(card_id)).toEqual([FARE, FARE]);
    expect(await stateOf(there)).toEqual({
      received_through: 1,
      highest_sequence: Number.MAX_SAFE_INTEGER,
      taps: 2,
      suspended: 1,
      trips: 2,
    });
  });

  it('does no harm to cards that are blocked, erased and recharged at the same time, and neither waits for ever', async () => {
    const devices = await Promise.all([aDevice(), aDevice(), aDevice()]);
    const user_id = await aUser(service);
    const cards = await Promise.all([1, 2, 3, 4].map(() => aCard(service, 0, user_id)));
    const others = await Promise.all([1, 2].map(() => aCard(service, 0)));
    const numbers: string[] = [];
    for (const card of [...cards, ...others]) numbers.push(await numberOfCard(client, card));
    const batch = (n: number): TapToSend[] =>
      shuffled(new Dice(SEED, `batch ${n}`), numbers).map((card_number, sequence) => ({
        sequence: sequence + 1,
        card_number,
        tapped_at: morning(1, 0),
      }));
    const batches = devices.map((_, n) => batch(n));

    const statuses = await Promise.all([
      ...devices.flatMap((id, n) =>
        [batches[n] ?? [], (batches[n] ?? []).toReversed()].map((taps) => sendTaps(service, id, taps)),
      ),
      post(service, `/users/${user_id}/erasure`, {}),
      ...others.map((card) => send(service, 'PATCH', `/cards/${card}`, { status: 'blocked' })),
      ...cards.map((card_id) => post(service, '/recharges', { card_id, amount: 5_000 })),
    ]).then((answers) => answers.map(({ status }) => status));

    expect(statuses.filter((status) => ![200, 201, 409].includes(status))).toEqual([]);
    expect(statuses.slice(0, 6)).toEqual(Array.from({ length: 6 }, () => 200));
    const again = await sendTaps(service, devices[0] ?? 0, batches[0] ?? []);
    expect(new Set(Object.values(outcomesOf(again)))).toEqual(new Set(['duplicate']));
    // A blocked card is charged: its rider has ridden.
    for (const card of others) expect(await fundsOf(card)).toEqual({ balance: 0, debt: 3 * FARE });
    // Of an erased rider, who owed nothing, nothing is charged; who owes is not erased.
    const { rows } = await client.query<{ erased_at: Date | null }>(
      'SELECT erased_at FROM users WHERE user_id = $1',
      [user_id],
    );
    const { rows: trips } = await client.query('SELECT FROM trips WHERE card_id = ANY ($1)', [cards]);
    expect([0, devices.length * cards.length]).toContain(trips.length);
    expect(rows[0]?.erased_at === null).toBe(trips.length > 0);
  });
});

describe('a device with one card twice at the same moment', () => {
  it('has both rides charged in the order of their numbers, whichever is heard of first', async () => {
    const [inOrder, late] = [await aRider(20_000), await aRider(20_000)];
    const at = morning(1, 30);
    const [first, second, lateFirst, lateSecond] = [inOrder, inOrder, late, late].map(({ card_number }) =>
      tap(gate, card_number, at),
    );
    for (const one of [first, second, lateSecond, lateFirst]) if (one) await sendTaps(service, gate, [one]);

    expect(await decisionsOf(late.card_id)).toEqual(await decisionsOf(inOrder.card_id));
    expect(await decisionsOf(late.card_id)).toMatchObject([{ passback: false }, { passback: true }]);
  });
});

describe('two devices with one card at the same second', () => {
  it.each([1, 2, 3])(
    'have both rides charged, in the order of the devices, whoever is heard of first (%d)',
    async (n) => {
      const at = morning(1, 60 * n);
      const { card_id, card_number } = await aRider(20_000);
      const [one, other] = [tap(gate, card_number, at), tap(device, card_number, at)];
      const sends = [() => sendTaps(service, gate, [one]), () => sendTaps(service, device, [other])];
      if (n === 1) await Promise.all(sends.map((sent) => sent()));
      else for (const sent of n === 2 ? sends : sends.toReversed()) await sent();

      // The bus is a transfer from the gate, whose device was registered first.
      const { rows } = await client.query<{ charged: number }>(
        `SELECT fare_amount + coalesce((SELECT sum(amount) FROM fare_adjustments WHERE trip_id = trips.trip_id), 0) AS charged
       FROM trips WHERE card_id = $1 ORDER BY validator_id`,
        [card_id],
      );
      expect(rows.map(({ charged }) => charged)).toEqual([FARE, 0]);
      expect(await fundsOf(card_id)).toEqual({ balance: 20_000 - FARE, debt: 0 });
    },
  );
});
