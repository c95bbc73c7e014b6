import type { Client } from 'pg';
import { connect } from '../builders/connect';
import { aVehicle } from '../builders/network';
import { aCard, aLine } from '../builders/rides';
import { afterFile, afterTest } from '../setup/after-test';
import { createDatabase, type TestDatabase } from '../setup/database';
import { startRedis, type RedisServer } from '../setup/redis-server';
import { type Service, startService } from '../setup/service';

/** 2^53 - 1, the largest amount that the database takes, and so often that their sum is beyond bigint too. */
const LARGEST = '9007199254740991';
const TIMES = 1_025;
/** What makes the sum one that no double is. */
const ODD = '9007199254740990';
const SUM = String(BigInt(LARGEST) * BigInt(TIMES) + BigInt(ODD));

let database: TestDatabase;
let client: Client;
let redis: RedisServer;
let card: number;
let trip: number;
let recharge: number;

beforeAll(async () => {
  database = await createDatabase();
  afterFile(() => database.drop());
  client = await connect(database.url);
  afterFile(() => client.end());
  redis = await startRedis();
  afterFile(() => redis.stop());
  const service = await startService({ databaseUrl: database.url });
  card = await aCard(service, 0);
  await service.stop();
  const { concessionaire_id, boarding } = await aLine(client);
  for (const [amount, times] of [
    [LARGEST, TIMES],
    [ODD, 1],
  ] as const) {
    recharge = await importRecharges(amount, times);
    trip = await importTrips(boarding, concessionaire_id, amount, times);
  }
});

/** An imported past: it moves no card, so that no card has a balance like that. */
async function importRecharges(amount: string, times: number): Promise<number> {
  const { rows } = await client.query<{ recharge_id: number }>(
    `WITH recharge AS (
       INSERT INTO recharges (card_id, channel, amount, recharge_timestamp) SELECT $1, 'default', $2, now() FROM generate_series(1, $3)
       RETURNING recharge_id, amount)
     INSERT INTO postings (kind, debit_account_id, credit_account_id, amount, recharge_id, posted_at)
     SELECT 'recharge', cash.account_id, opening.account_id, amount, recharge_id, now()
     FROM recharge, accounts cash, accounts opening WHERE cash.channel = 'default' AND opening.kind = 'opening'
     RETURNING recharge_id`,
    [card, amount, times],
  );
  return Math.max(...rows.map(({ recharge_id }) => recharge_id));
}

async function importTrips(
  { route_id, boarding_station_id }: { route_id: number; boarding_station_id: number },
  concessionaire: number,
  fare: string,
  times: number,
): Promise<number> {
  const { rows } = await client.query<{ trip_id: number }>(
    `WITH trip AS (
       INSERT INTO trips (card_id, route_id, boarding_station_id, boarding_time, status, fare_amount, fare_product)
       SELECT $1, $2, $3, now(), 'closed_without_exit', $4, 'trunk' FROM generate_series(1, $6) RETURNING trip_id, fare_amount)
     INSERT INTO postings (kind, debit_account_id, credit_account_id, amount, trip_id, posted_at)
     SELECT 'fare', opening.account_id, revenue.account_id, fare_amount, trip_id, now()
     FROM trip, accounts opening, accounts revenue
     WHERE opening.kind = 'opening' AND revenue.concessionaire_id = $5
     RETURNING trip_id`,
    [card, route_id, boarding_station_id, fare, concessionaire, times],
  );
  return Math.max(...rows.map(({ trip_id }) => trip_id));
}

describe.each(['in the process', 'in Redis'])('amounts beyond 2^53 with the cache %s', (where) => {
  let service: Service;

  beforeAll(async () => {
    service = await startService({
      databaseUrl: database.url,
      ...(where === 'in Redis' && { redisUrl: redis.url }),
    });
  });

  // The next service caches elsewhere: two over one database would not.
  afterAll(async () => {
    await service?.stop();
  });

  it.each([
    ['/finance/revenue', () => [`"total_revenue":${SUM},"fare_revenue":${SUM},"recharge_revenue":${SUM}`]],
    ['/finance/revenue/localities', () => [`"total_revenue":${SUM}`]],
    ['/trips/total', () => [`"total_revenue":${SUM}`]],
    ['/trips/total/localities', () => [`"total_revenue":${SUM}`]],
    ['/cards/:card/history', () => [LARGEST, ODD].map((amount) => `"amount":${amount}`)],
    ['/recharges/:recharge', () => [`"amount":${ODD}`]],
    ['/trips/card/:card', () => [LARGEST, ODD].map((amount) => `"fare":${amount}`)],
    ['/trips/:trip', () => [`"fare_amount":${ODD}`]],
  ])('keep every digit at %s, also when they come from the cache', async (path, expected) => {
    const url = path
      .replace(':card', String(card))
      .replace(':recharge', String(recharge))
      .replace(':trip', String(trip));

    const texts = [await textOf(url), await textOf(url)];

    expect(texts[1]).toBe(texts[0]);
    for (const digits of expected()) expect(texts[0]).toContain(digits);
  });

  /** The text, since JSON.parse would round. */
  async function textOf(path: string): Promise<string> {
    const response = await fetch(service.url + path);
    expect(response.status).toBe(200);
    return response.text();
  }
});

describe('what no answer could show', () => {
  /** The constraint that refuses a statement. */
  async function refusalOf(statement: string): Promise<string> {
    try {
      await client.query(statement);
      return 'it was taken';
    } catch (error) {
      const { constraint, code } = error as { constraint?: string; code?: string };
      return constraint ?? code ?? String(error);
    }
  }

  it.each([
    ['cards', 'balance', '9007199254740992'],
    ['cards', 'credit_limit', '9007199254740992'],
    ['cards', 'version', '9007199254740992'],
    ['cards', 'acquisition_date', `'infinity'`],
    ['cards', 'last_used_date', `'infinity'`],
    ['cards', 'updated_at', `'0044-03-15 12:00:00+00 BC'`],
    ['cards', 'credit_used_at', `'10000-01-01 00:00:00+00'`],
    ['recharges', 'amount', '9007199254740992'],
    ['recharges', 'new_balance', '-9007199254740992'],
    ['recharges', 'recharge_timestamp', `'-infinity'`],
    ['trips', 'fare_amount', '9007199254740992'],
    ['trips', 'base_price', '-1'],
    ['trips', 'new_balance', '9007199254740992'],
    ['trips', 'boarding_time', `'-infinity'`],
    ['trips', 'disembarking_time', `'infinity'`],
    ['trips', 'window_ends_at', `'infinity'`],
    ['tariffs', 'price', '1000000001'],
    ['tariffs', 'valid_from', `'10000-01-01'`],
    ['transfer_rules', 'exclusions', `'{{same_station}}'`],
    ['stations', 'station_id', '9007199254740992'],
    ['stations', 'station_id', '0'],
    ['users', 'user_id', '9007199254740992'],
    ['users', 'registration_date', `'-infinity'`],
  ])('is refused: %s.%s = %s', async (table, column, value) => {
    if (table === 'users') await aUser(client);
    expect(await refusalOf(`UPDATE ${table} SET ${column} = ${value}`)).toBe(
      `${table}_${column}_bounds_check`,
    );
  });

  it.each([`'NaN'`, `'Infinity'`])('is refused: a speed of %s', async (speed) => {
    const vehicle = await aVehicle(client);
    const position = `INSERT INTO vehicle_positions (vehicle_id, route_id, latitude, longitude, speed, observed_at)
      SELECT ${vehicle.vehicle_id}, min(route_id), 4.6, -74.1, ${speed}, now() FROM routes`;
    expect(await refusalOf(position)).toBe('vehicle_positions_speed_bounds_check');
  });

  it.each(['latitude', 'longitude'])('is refused: a station whose %s is no number', async (column) => {
    expect(await refusalOf(`UPDATE stations SET ${column} = 'NaN'`)).toBe(`stations_${column}_check`);
  });

  it('is refused: a stored answer that is no JSON', async () => {
    const answer = `INSERT INTO idempotency_keys VALUES ('a key', '', 201, '{"recharge_id":', now())`;
    expect(await refusalOf(answer)).toBe('22P02');
  });

  it('is not the sum of what the cards of a rider have', async () => {
    const service = await startService({ databaseUrl: database.url });
    afterTest(() => service.stop());
    const { user_id } = await aUser(client);
    for (let n = 0; n < 3; n += 1) await aCard(service, 0, user_id);
    await client.query(`UPDATE cards SET balance = ${LARGEST} WHERE user_id = $1`, [user_id]);
    const response = await fetch(`${service.url}/users/${user_id}/card-balance`);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain(`"total_balance":${BigInt(LARGEST) * 3n}`);
  });
});

async function aUser(by: Client): Promise<{ user_id: number }> {
  const { rows } = await by.query<{ user_id: number }>(
    `INSERT INTO users (first_name, last_name, registration_date) VALUES ('Sintética', 'Persona', '2026-01-01')
     RETURNING user_id`,
  );
  return rows[0] ?? { user_id: 0 };
}
