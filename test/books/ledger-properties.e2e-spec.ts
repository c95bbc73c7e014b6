import fc from 'fast-check';
import type { Client } from 'pg';
import { CARD_STATUSES } from '../../src/modules/cards/card-status';
import type { Problem } from '../../src/common/http/problem/problem.dto';
import type { CardStatement } from '../../src/modules/cards/dto/card-responses.dto';
import type { RevenueResponse } from '../../src/modules/finance/dto/revenue.dto';
import type { RechargeResponse } from '../../src/modules/recharges/dto/recharge-responses.dto';
import type { BoardingResponse } from '../../src/modules/trips/dto/trip-responses.dto';
import { ModelCard, MOST_ON_A_CARD, type Operation } from '../builders/money-model';
import { recountPeriods } from '../builders/past';
import { aCard, aLine, aUser, balanceOf, FARE, type Line } from '../builders/rides';
import { ask, post, send, type Answer } from '../setup/api';
import type { TestDatabase } from '../setup/database';
import { breaksOf } from '../setup/ledger';
import type { Service } from '../setup/service';
import { startOverDatabase } from '../setup/service-over-database';

/** TEST_SEED repeats a run, or makes another. */
const SEED = Number(process.env.TEST_SEED ?? 20_260_101);
const RUNS = 15;
/** A failing sequence is made shorter for so long at most. */
const TIME_LIMIT_MS = 240_000;
const UNKNOWN_ID = 999_999_999;

let database: TestDatabase;
let client: Client;
let service: Service;
let line: Line;

beforeAll(async () => {
  ({ database, client, service } = await startOverDatabase({ MAX_CARD_BALANCE: String(MOST_ON_A_CARD) }));
  line = await aLine(client);
});

const card = fc.nat({ max: 2 });
const nth = fc.nat({ max: 4 });
const amount = fc.oneof(
  fc.constantFrom(-50_000, 0, 999, 1_000, 200_000, 200_001),
  fc.integer({ min: 1_000, max: 3 * FARE }),
  fc.integer({ min: 100_000, max: 200_000 }),
);
const status = fc.constantFrom(...CARD_STATUSES, 'active' as const, 'active' as const);

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('recharge' as const), card, amount }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('reversal' as const), card, nth }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('start' as const, 'complete' as const), card }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('end' as const), card, nth }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('status' as const), card, status }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('forget' as const), card }) },
);

describe('any sequence of recharges, boardings, reversals and changes of cards', () => {
  it(`leaves the balances, trips and revenue that the rules say (seed ${SEED})`, async () => {
    const outcomes = new Set<string>();

    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 30, maxLength: 40 }), async (operations) => {
        const cards = [
          new ModelCard(await aCard(service, 0), true),
          new ModelCard(await aCard(service, 0), true),
          new ModelCard(await aCard(service, 0, await aUser(service)), false),
        ];
        const before = await revenue();
        for (const step of operations) {
          const model = cards[step.card];
          if (model) outcomes.add(`${step.kind} ${await take(step, model)}`);
        }
        await expectTheSame(cards, before);
      }),
      { seed: SEED, numRuns: RUNS, interruptAfterTimeLimit: TIME_LIMIT_MS, markInterruptAsFailure: true },
    );

    // It is worth little unless every kind of outcome was among them.
    expect([...outcomes].sort()).toEqual(
      expect.arrayContaining([
        'complete 200',
        'complete 402 insufficient_balance',
        'complete 409 card_not_active',
        'complete 409 trip_already_open',
        'end 200',
        'end 404 trip_not_found',
        'end 409 trip_already_ended',
        'recharge 201',
        'recharge 409 balance_limit',
        'recharge 409 card_not_active',
        'recharge 422 invalid_value',
        'reversal 201',
        'reversal 404 recharge_not_found',
        'reversal 409 already_reversed',
        'reversal 409 recharge_spent',
        'start 200',
        'start 402 insufficient_balance',
        'start 409 card_not_active',
        'start 409 trip_already_open',
        'status 200',
        'status 409 illegal_transition',
      ]),
    );
  });
});

/** Takes one step with the service and with the model; answers its outcome. */
async function take(step: Operation, model: ModelCard): Promise<string> {
  const allowed = model.outcomesOf(step);
  const answer = await request(step, model);
  const outcome =
    answer.status < 300 ? String(answer.status) : `${answer.status} ${(answer.body as Problem).code}`;
  expect(allowed).toContain(outcome);
  if (answer.status < 300) follow(step, model, answer);
  expect(await balanceOf(service, model.id)).toBe(model.balance);
  return outcome;
}

async function request(step: Operation, model: ModelCard): Promise<Answer> {
  switch (step.kind) {
    case 'recharge':
      return post(service, '/recharges', { card_id: model.id, amount: step.amount });
    case 'reversal': {
      const id = model.recharges[step.nth]?.id ?? UNKNOWN_ID;
      return post(service, `/recharges/${id}/reversal`, { reason: 'a test' });
    }
    case 'start':
      return post(service, '/trips/start', { card_id: model.id, ...line.boarding });
    case 'complete':
      return post(service, '/trips/complete', { card_id: model.id, ...line.ride });
    case 'end': {
      const { disembarking_station_id } = line.ride;
      return post(service, '/trips/end', {
        trip_id: model.trips[step.nth]?.id ?? UNKNOWN_ID,
        disembarking_station_id,
      });
    }
    case 'status':
      return send(service, 'PATCH', `/cards/${model.id}`, { status: step.status });
    case 'forget':
      await moveOpenTripBack(model.id);
      return ask(service, `/cards/${model.id}`);
  }
}

/** What was taken must have been taken for what it costs, and the model goes along. */
function follow(step: Operation, model: ModelCard, { body }: Answer): void {
  const answer = body as RechargeResponse & BoardingResponse;
  switch (step.kind) {
    case 'recharge':
      model.recharge(answer.recharge_id, step.amount);
      expect(answer.new_balance).toBe(model.balance);
      break;
    case 'reversal':
      model.reverse(step.nth);
      expect(answer.new_balance).toBe(model.balance);
      break;
    case 'start':
    case 'complete':
      if (model.isBasic) expect(answer.fare_amount).toBe(FARE);
      expect(answer.fare_amount).toBeLessThanOrEqual(FARE);
      model.board(answer.trip_id, answer.fare_amount, step.kind === 'start' ? 'open' : 'ended');
      expect(answer.new_balance).toBe(model.balance);
      break;
    case 'end':
    case 'forget':
      for (const trip of model.trips) {
        if (step.kind === 'end' && trip.id === answer.trip_id) trip.state = 'ended';
        if (step.kind === 'forget' && trip.state === 'open') trip.state = 'forgotten';
      }
      break;
    case 'status':
      model.status = step.status;
      break;
  }
}

/** As if it had begun before TRIP_MAX_HOURS. */
async function moveOpenTripBack(cardId: number): Promise<void> {
  await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
  await client.query('ALTER TABLE postings DISABLE TRIGGER postings_append_only');
  await client.query(
    `WITH moved AS (
       UPDATE open_trips SET boarding_time = boarding_time - interval '3 h 1 s' WHERE card_id = $1
       RETURNING trip_id, boarding_time),
     posted AS (
       UPDATE postings SET posted_at = boarding_time FROM moved WHERE postings.trip_id = moved.trip_id),
     used AS (
       UPDATE cards SET last_used_date = boarding_time FROM moved WHERE card_id = $1)
     UPDATE trips SET boarding_time = moved.boarding_time FROM moved WHERE trips.trip_id = moved.trip_id`,
    [cardId],
  );
  await client.query('ALTER TABLE postings ENABLE TRIGGER postings_append_only');
  await recountPeriods(client);
  await client.query('COMMIT');
}

async function expectTheSame(cards: readonly ModelCard[], before: RevenueResponse): Promise<void> {
  for (const { id, postings, trips } of cards) {
    expect(await statementOf(id)).toEqual(postings);
    const { rows } = await client.query<{ trip_id: number; is_open: boolean }>(
      `SELECT trip_id, status = 'in_progress' AS is_open FROM trips WHERE card_id = $1 ORDER BY trip_id`,
      [id],
    );
    expect(rows).toEqual(trips.map((trip) => ({ trip_id: trip.id, is_open: trip.state !== 'ended' })));
  }
  const changes = cards.flatMap(({ postings }) => postings);
  const { fare_revenue, recharge_revenue } = await revenue();
  // Whatever was paid in and is not on a card any more was earned.
  expect(recharge_revenue - before.recharge_revenue - (fare_revenue - before.fare_revenue)).toBe(
    changes.reduce((sum, change) => sum + change, 0),
  );
  expect(await breaksOf(database.url)).toEqual({});
}

/** The signed amounts, oldest first; they must lead to the balances beside them. */
async function statementOf(cardId: number): Promise<number[]> {
  const { body } = await ask<CardStatement>(service, `/cards/${cardId}/statement?limit=100`);
  const { statement } = body;
  let balance = 0;
  return statement.reverse().map((entry, index) => {
    balance += entry.amount;
    expect(entry).toMatchObject({ balance, version: index + 1 });
    return entry.amount;
  });
}

async function revenue(): Promise<RevenueResponse> {
  return (await ask<RevenueResponse>(service, '/finance/revenue')).body;
}
