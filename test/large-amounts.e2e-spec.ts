import type { Client } from 'pg';
import { connect } from './builders/connect';
import { aCard, aLine } from './builders/rides';
import { createDatabase, type TestDatabase } from './setup/database';
import { startRedis, type RedisServer } from './setup/redis-server';
import { type Service, startService } from './setup/service';

/** 2^62 + 1, and 2^62 + 3: none of them is a double, nor is their sum, which is beyond bigint too. */
const ONE = '4611686018427387905';
const OTHER = '4611686018427387907';
const SUM = '9223372036854775812';
/** 2^53 + 1, the first whole number that is not a double. */
const INEXACT = '9007199254740993';

let database: TestDatabase;
let client: Client;
let redis: RedisServer;
let card: number;
let trip: number;
let recharge: number;

beforeAll(async () => {
  database = await createDatabase();
  client = await connect(database.url);
  redis = await startRedis();
  const service = await startService({ databaseUrl: database.url });
  card = await aCard(service, 0);
  await service.stop();
  const { concessionaire_id, boarding } = await aLine(client);
  for (const amount of [ONE, OTHER, INEXACT]) {
    recharge = await importRecharge(amount);
    trip = await importTrip(boarding, concessionaire_id, amount);
  }
});

afterAll(async () => {
  await redis?.stop();
  await client?.end();
  await database?.drop();
});

/** An imported past: it moves no card, so that no card has a balance like that. */
async function importRecharge(amount: string): Promise<number> {
  const { rows } = await client.query<{ recharge_id: number }>(
    `WITH recharge AS (
       INSERT INTO recharges (card_id, channel, amount, recharge_timestamp) VALUES ($1, 'default', $2, now())
       RETURNING recharge_id, amount)
     INSERT INTO postings (kind, debit_account_id, credit_account_id, amount, recharge_id, posted_at)
     SELECT 'recharge', cash.account_id, opening.account_id, amount, recharge_id, now()
     FROM recharge, accounts cash, accounts opening WHERE cash.channel = 'default' AND opening.kind = 'opening'
     RETURNING recharge_id`,
    [card, amount],
  );
  return rows[0]?.recharge_id ?? 0;
}

async function importTrip(
  { route_id, boarding_station_id }: { route_id: number; boarding_station_id: number },
  concessionaire: number,
  fare: string,
): Promise<number> {
  const { rows } = await client.query<{ trip_id: number }>(
    `WITH trip AS (
       INSERT INTO trips (card_id, route_id, boarding_station_id, boarding_time, status, fare_amount, fare_product)
       VALUES ($1, $2, $3, now(), 'closed_without_exit', $4, 'trunk') RETURNING trip_id, fare_amount)
     INSERT INTO postings (kind, debit_account_id, credit_account_id, amount, trip_id, posted_at)
     SELECT 'fare', opening.account_id, revenue.account_id, fare_amount, trip_id, now()
     FROM trip, accounts opening, accounts revenue
     WHERE opening.kind = 'opening' AND revenue.concessionaire_id = $5
     RETURNING trip_id`,
    [card, route_id, boarding_station_id, fare, concessionaire],
  );
  return rows[0]?.trip_id ?? 0;
}

describe.each(['in the process', 'in Redis'])('amounts beyond 2^53 with the cache %s', (where) => {
  /** 2^63 + 4 and 2^53 + 1 together. */
  const total = String(BigInt(SUM) + BigInt(INEXACT));
  let service: Service;

  beforeAll(async () => {
    service = await startService({
      databaseUrl: database.url,
      ...(where === 'in Redis' && { redisUrl: redis.url }),
    });
  });

  afterAll(async () => {
    await service?.stop();
  });

  it.each([
    [
      '/finance/revenue',
      () => [`"total_revenue":${total},"fare_revenue":${total},"recharge_revenue":${total}`],
    ],
    ['/finance/revenue/localities', () => [`"total_revenue":${total}`]],
    ['/trips/total', () => [`"total_revenue":${total}`]],
    ['/trips/total/localities', () => [`"total_revenue":${total}`]],
    ['/cards/:card/history', () => [ONE, OTHER, INEXACT].map((amount) => `"amount":${amount}`)],
    ['/recharges/:recharge', () => [`"amount":${INEXACT}`]],
    ['/trips/card/:card', () => [ONE, OTHER, INEXACT].map((amount) => `"fare":${amount}`)],
    ['/trips/:trip', () => [`"fare_amount":${INEXACT}`]],
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
