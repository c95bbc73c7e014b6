import type { Client } from 'pg';
import type { CardResponse, CardStatement } from '../../src/modules/cards/dto/card-responses.dto';
import type { RevenueResponse } from '../../src/modules/finance/dto/revenue.dto';
import type { HotlistResponse } from '../../src/modules/hotlist/dto/hotlist.dto';
import type { ActionList, ActionResponse } from '../../src/modules/recharges/dto/action.dto';
import type {
  RechargeDetails,
  RechargeResponse,
  ReversalResponse,
} from '../../src/modules/recharges/dto/recharge-responses.dto';
import type { BoardingResponse } from '../../src/modules/trips/dto/trip-responses.dto';
import { Dice } from '../../src/common/dice';
import { findUnrecorded } from '../../src/programs/verify-audit/unrecorded-changes';
import { connect } from '../builders/connect';
import { aRideWithoutMoney } from '../builders/debts';
import { DeviceCopy } from '../builders/device-copy';
import { aCard, aLine, aRecharge, aUser, balanceOf, FARE, type Line } from '../builders/rides';
import { afterFile } from '../setup/after-test';
import { type Answer, ask, post, send } from '../setup/api';
import { askCached, sourceOf } from '../setup/ask-cached';
import { createDatabase, type TestDatabase } from '../setup/database';
import { breaksOf } from '../setup/ledger';
import { startRedis } from '../setup/redis-server';
import { type Service, startService } from '../setup/service';
import { until } from '../setup/until';
import { untilTrusted } from '../setup/until-trusted';
import { untilWaiting } from '../setup/until-waiting';

/** What the hotlist tolerates. */
const TOLERATED = 500;

let database: TestDatabase;
let client: Client;
let line: Line;
/** Two processes over one database and one cache. */
let one: Service;
let other: Service;
/** A ride that was paid. */
let paidRide: number;
/** Recharges that nobody collected in time, before the other process started. */
let forgotten: Pick<RechargeResponse, 'recharge_id' | 'card_id'>;
/** The one of them that is collected at last, while the other process tries to give it back. */
let late: Pick<RechargeResponse, 'recharge_id' | 'card_id'>;
let lateCollection: Promise<Answer<ActionResponse>>;

beforeAll(async () => {
  database = await createDatabase();
  afterFile(() => database.drop());
  client = await connect(database.url);
  afterFile(() => client.end());
  const redis = await startRedis();
  afterFile(() => redis.stop());
  const start = async (more: Readonly<Record<string, string>> = {}): Promise<Service> => {
    const env = {
      HOTLIST_DEBT: String(TOLERATED),
      // A card is locked while a process starts.
      DATABASE_STATEMENT_TIMEOUT_MS: '60000',
      DATABASE_TRANSACTION_TIMEOUT_MS: '60000',
      ...more,
    };
    const service = await startService({ databaseUrl: database.url, redisUrl: redis.url, env });
    afterFile(() => service.stop());
    await untilTrusted(service);
    return service;
  };
  one = await start();
  line = await aLine(client);
  const card_id = await aCard(one, FARE);
  paidRide = (await post<BoardingResponse>(one, '/trips/complete', { card_id, ...line.ride })).body.trip_id;
  forgotten = (await waitingRecharge(await aCard(one, 0), 8_000)).body;
  late = (await waitingRecharge(await aCard(one, 0), 7_000)).body;
  await client.query(
    `UPDATE actions SET expires_at = now() - CASE action_id WHEN $1 THEN interval '2 s' ELSE interval '1 s' END`,
    [forgotten.recharge_id],
  );
  // Its two workers see that both are overdue. While they wait for the card of the first, a validator collects the other.
  await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
  await client.query('SELECT FROM cards WHERE card_id = ANY ($1) FOR NO KEY UPDATE', [
    [forgotten.card_id, late.card_id],
  ]);
  other = await start({ WORKERS: '2' });
  await untilWaiting(client, 2);
  lateCollection = collect(one, `/actions/${late.recharge_id}/collection`);
  await untilWaiting(client, 3);
  await client.query('COMMIT');
});

afterEach(async () => {
  expect(await breaksOf(database.url)).toEqual({});
});

async function cardOf(cardId: number): Promise<CardResponse> {
  return (await ask<CardResponse>(one, `/cards/${cardId}`)).body;
}

const waitingRecharge = (card_id: number, amount: number) =>
  post<RechargeResponse>(one, '/recharges', { card_id, amount, activation: 'validator' });

const collect = (service: Service, path: string) => ask<ActionResponse>(service, path, { method: 'POST' });

async function statementOf(cardId: number): Promise<(readonly [kind: string, amount: number])[]> {
  const { body } = await ask<CardStatement>(one, `/cards/${cardId}/statement`);
  return body.statement.reverse().map(({ kind, amount }) => [kind, amount]);
}

/** A validator's copy of what waits. */
class ActionsCopy {
  private readonly copy = new DeviceCopy();

  async poll(service: Service): Promise<this> {
    const { version } = this.copy;
    const { body } = await ask<ActionList>(
      service,
      version === null ? '/actions' : `/actions?since=${version}`,
    );
    // The checksum is over the ids in decimal digits.
    this.copy.apply({
      ...body,
      add: body.add.map(({ action_id }) => String(action_id)),
      remove: body.remove.map(String),
    });
    return this;
  }

  get ids(): number[] {
    return this.copy.sorted.map(Number).sort((one, other) => one - other);
  }
}

/** As the whole list says, and as the changes since the beginning do. */
async function isListed(service: Service, card_number: string): Promise<boolean> {
  const whole = await ask<HotlistResponse>(service, '/hotlist');
  const changes = await ask<HotlistResponse>(service, '/hotlist?since=0');
  const found = [whole, changes].map(({ body }) => body.add.includes(card_number));
  expect(found[1]).toBe(found[0]);
  return found[0] === true;
}

/** A card that had 1,000 and rode for 3,000. */
async function aDebtor(user_id?: number): Promise<CardResponse> {
  const card_id = await aCard(one, 1_000, user_id);
  await aRideWithoutMoney(client, card_id, paidRide);
  return cardOf(card_id);
}

describe('a card that rode without enough money', () => {
  it('owes the rest beside its balance, is refused, and pays it first with the next recharge', async () => {
    const { card_id, card_number, ...debtor } = await aDebtor();
    expect(debtor).toMatchObject({ balance: 0, debt: 2_000, status: 'active' });
    expect((await ask<HotlistResponse>(other, '/hotlist?since=0')).body.add).toContain(card_number);

    const first = await post<RechargeResponse>(one, '/recharges', { card_id, amount: 1_200 });
    expect(first.body).toMatchObject({ new_balance: 0, debt_paid: 1_200 });
    expect(await isListed(other, card_number)).toBe(true);
    const second = await post<RechargeResponse>(one, '/recharges', { card_id, amount: 1_000 });

    expect(second.body).toMatchObject({ new_balance: 200, debt_paid: 800 });
    expect(await cardOf(card_id)).toMatchObject({ balance: 200, debt: 0 });
    expect(await isListed(other, card_number)).toBe(false);
    expect(await statementOf(card_id)).toEqual([
      ['recharge', 1_000],
      ['debt', 2_000],
      ['fare', -3_000],
      ['recharge', 1_200],
      ['debt_payment', -1_200],
      ['recharge', 1_000],
      ['debt_payment', -800],
    ]);
  });

  it('owes again what a recharge had paid, when that is reversed, as far as the balance does not cover it', async () => {
    const { card_id, card_number } = await aDebtor();
    const recharge = await aRecharge(one, card_id, 5_000);
    expect(await isListed(other, card_number)).toBe(false);

    const reversal = await post<ReversalResponse>(one, `/recharges/${recharge}/reversal`, {
      reason: 'a mistake',
    });

    expect(reversal.body).toMatchObject({ new_balance: 0, debt: 2_000 });
    expect(await cardOf(card_id)).toMatchObject({ balance: 0, debt: 2_000 });
    expect(await isListed(other, card_number)).toBe(true);
    expect((await statementOf(card_id)).slice(-2)).toEqual([
      ['debt', 2_000],
      ['reversal', -5_000],
    ]);
  });

  it('may board again only with what is left, and may not have its recharge reversed once that is spent', async () => {
    const { card_id } = await aDebtor();
    const recharge = await aRecharge(one, card_id, 5_000);
    expect((await post(one, '/trips/complete', { card_id, ...line.ride })).status).toBe(200);

    const reversal = await post(one, `/recharges/${recharge}/reversal`, { reason: 'a mistake' });

    expect([reversal.status, reversal.body]).toMatchObject([409, { code: 'recharge_spent' }]);
    expect(await cardOf(card_id)).toMatchObject({ balance: 0, debt: 0 });
  });

  it('keeps its rider from being erased, and what it tolerates is not listed', async () => {
    const user_id = await aUser(one);
    const { card_id, card_number } = await aDebtor(user_id);

    const refused = await post(one, `/users/${user_id}/erasure`, { pay_out: true });
    await aRecharge(one, card_id, 2_000 - TOLERATED);

    expect([refused.status, refused.body]).toMatchObject([
      409,
      { code: 'balance_not_settled', cards: [{ card_id, balance: 0, debt: 2_000 }] },
    ]);
    expect(await cardOf(card_id)).toMatchObject({ debt: TOLERATED });
    expect(await isListed(other, card_number)).toBe(false);
  });
});

describe('the hotlist', () => {
  it('has a card in every process as soon as it is blocked, and not any more as soon as it is active', async () => {
    const { card_id, card_number } = await cardOf(await aCard(one, 0));
    const devices = [new DeviceCopy(), new DeviceCopy()] as const;

    for (const [status, listed] of [
      ['blocked', true],
      ['active', false],
      ['lost', true],
    ] as const) {
      // Each process has the whole list in the cache before it changes.
      for (const service of [one, other]) await askCached(service, '/hotlist');
      expect((await send(one, 'PATCH', `/cards/${card_id}`, { status })).status).toBe(200);

      for (const [index, service] of [other, one].entries()) {
        expect([status, await isListed(service, card_number)]).toEqual([status, listed]);
        const device = devices[index as 0 | 1];
        const since = device.version === null ? '' : `?since=${device.version}`;
        device.apply((await ask<HotlistResponse>(service, `/hotlist${since}`)).body);
        expect(device.sorted.includes(card_number)).toBe(listed);
      }
    }
    expect(devices[0].sorted).toEqual(devices[1].sorted);
  });

  it('is sent from the cache, and not again to who has it', async () => {
    await askCached(one, '/hotlist');
    const hit = await askCached(other, '/hotlist');
    const etag = hit.headers.get('etag') ?? '';

    const again = await ask(one, '/hotlist', { headers: { 'if-none-match': etag } });

    expect([sourceOf(hit), again.status, again.text]).toEqual(['HIT', 304, '']);
    expect(hit.body).toMatchObject({ full: true, remove: [] });
  });

  it('is the whole list for who comes from the future, and for who asks with an ETag only while nothing has changed', async () => {
    const { card_id, card_number } = await cardOf(await aCard(one, 0));
    for (const list of ['/hotlist', '/actions']) {
      const { version } = (await ask<HotlistResponse>(one, list)).body;
      for (const since of [version + 1, 999_999_999_999_999])
        expect((await ask<HotlistResponse>(other, `${list}?since=${since}`)).body).toMatchObject({
          version,
          full: true,
          remove: [],
        });
      expect((await ask<HotlistResponse>(other, `${list}?since=${version}`)).body).toMatchObject({
        version,
        full: false,
        add: [],
        remove: [],
      });
    }
    const etag = (await ask(one, '/hotlist')).headers.get('etag') ?? '';
    const withTag = (service: Service, path: string, tag: string): Promise<Answer<HotlistResponse>> =>
      ask<HotlistResponse>(service, path, { headers: { 'if-none-match': tag } });
    expect((await withTag(other, '/hotlist', `"other", W/${etag.replace('W/', '')}`)).status).toBe(304);

    await send(one, 'PATCH', `/cards/${card_id}`, { status: 'blocked' });

    // The tag of the whole list is not that of changes, nor that of the list after a change.
    for (const [path, tag] of [
      ['/hotlist', etag],
      ['/hotlist?since=0', etag],
      ['/hotlist', '"'],
      ['/hotlist', `"${'x'.repeat(4_000)}"`],
    ] as const) {
      const answer = await withTag(other, path, tag);
      expect([path, answer.status]).toEqual([path, 200]);
      expect(answer.body.add).toContain(card_number);
    }
  });

  it.each(['-1', '1.5', 'x', '1e3', '9999999999999999'])('refuses the version %s', async (since) => {
    expect((await ask(one, `/hotlist?since=${since}`)).status).toBe(422);
    expect((await ask(one, `/actions?since=${since}`)).status).toBe(422);
  });
});

describe('a recharge that a validator loads', () => {
  it('waits beside the balance, one action of a card at a time, and is loaded once by however many', async () => {
    const { card_id, card_number } = await cardOf(await aCard(one, 1_000));
    const first = await waitingRecharge(card_id, 20_000);
    const second = await waitingRecharge(card_id, 5_000);
    const { recharge_id } = first.body;
    expect(first).toMatchObject({
      status: 201,
      body: { new_balance: 1_000, activation: 'validator', debt_paid: 0 },
    });
    expect(await balanceOf(one, card_id)).toBe(1_000);
    const before = (await ask<ActionList>(other, '/actions')).body;
    const listed = before.add.filter((action) => action.card_number === card_number);
    expect(listed).toMatchObject([{ action_id: recharge_id, amount: 20_000 }]);

    const collections = await Promise.all(
      [one, other, one, other, one].map((service) => collect(service, `/actions/${recharge_id}/collection`)),
    );

    for (const { status, body } of collections)
      expect([status, body]).toEqual([
        200,
        { ...collections[0]?.body, status: 'collected', new_balance: 21_000 },
      ]);
    expect(await balanceOf(other, card_id)).toBe(21_000);
    expect(await statementOf(card_id)).toEqual([
      ['recharge', 1_000],
      ['load', 20_000],
    ]);
    const after = (await ask<ActionList>(one, `/actions?since=${before.version}`)).body;
    expect(after.remove).toContain(recharge_id);
    expect(after.add).toMatchObject([{ action_id: second.body.recharge_id, card_number, amount: 5_000 }]);
  });

  it('pays a debt first when it is loaded, and can be reversed with that', async () => {
    const { card_id, card_number } = await aDebtor();
    const { recharge_id } = (await waitingRecharge(card_id, 3_000)).body;
    expect(await cardOf(card_id)).toMatchObject({ balance: 0, debt: 2_000 });

    const collection = await collect(other, `/actions/${recharge_id}/collection`);
    expect(collection.body).toMatchObject({ debt_paid: 2_000, new_balance: 1_000 });
    expect(await isListed(one, card_number)).toBe(false);
    const reversal = await post<ReversalResponse>(one, `/recharges/${recharge_id}/reversal`, {
      reason: 'a mistake',
    });

    expect(reversal.body).toMatchObject({ new_balance: 0, debt: 2_000 });
  });

  it('goes back when it is reversed before, and is not loaded after that', async () => {
    const card_id = await aCard(one, 1_000);
    const paidIn = async (): Promise<number> =>
      (await ask<RevenueResponse>(one, '/finance/revenue')).body.recharge_revenue;
    const before = await paidIn();
    const { recharge_id } = (await waitingRecharge(card_id, 3_000)).body;
    expect(await paidIn()).toBe(before + 3_000);

    const reversal = await post<ReversalResponse>(one, `/recharges/${recharge_id}/reversal`, {
      reason: 'a mistake',
    });
    expect(await paidIn()).toBe(before);
    const collection = await collect(other, `/actions/${recharge_id}/collection`);

    expect(reversal).toMatchObject({ status: 201, body: { new_balance: 1_000, debt: 0 } });
    expect([collection.status, collection.body]).toMatchObject([409, { code: 'action_returned' }]);
    expect(await balanceOf(one, card_id)).toBe(1_000);
    expect((await ask<ActionResponse>(one, `/actions/${recharge_id}`)).body).toMatchObject({
      status: 'returned',
    });
  });

  it('goes back by itself when nobody has collected it in time, once, and not when it was collected before', async () => {
    await until('it goes back', async () => {
      const { body } = await ask<RechargeDetails>(one, `/recharges/${forgotten.recharge_id}`);
      return body.reversed_at !== null;
    });

    const { body } = await ask<ActionResponse>(other, `/actions/${forgotten.recharge_id}`);
    expect(body).toMatchObject({ status: 'returned', new_balance: null });
    expect(await balanceOf(one, forgotten.card_id)).toBe(0);
    expect(await lateCollection).toMatchObject({
      status: 200,
      body: { status: 'collected', new_balance: 7_000 },
    });
    const { rows } = await client.query(
      `SELECT recharge_id, count(*) AS reversals FROM postings WHERE kind = 'reversal' AND recharge_id = ANY ($1) GROUP BY 1`,
      [[forgotten.recharge_id, late.recharge_id]],
    );
    expect(rows).toEqual([{ recharge_id: forgotten.recharge_id, reversals: 1 }]);
    expect(await balanceOf(one, late.card_id)).toBe(7_000);
    // Who was too slow has met nothing unusual.
    expect(one.output + other.output).not.toContain('expired actions do not go back');
    // What goes back by itself is told by the trail, unlike the rides of these tests.
    const unrecorded = await findUnrecorded(client, null);
    expect(unrecorded.filter(({ record }) => record !== 'trip')).toEqual([]);
  });

  it('leaves room for what still waits, whichever way the next recharge comes', async () => {
    const card_id = await aCard(one, 0);
    const waiting = [await waitingRecharge(card_id, 200_000), await waitingRecharge(card_id, 200_000)];

    const refused = await post(one, '/recharges', { card_id, amount: 100_001 });
    const accepted = await post<RechargeResponse>(other, '/recharges', { card_id, amount: 100_000 });
    const collections = [];
    for (const { body } of waiting)
      collections.push(await collect(one, `/actions/${body.recharge_id}/collection`));

    expect([refused.status, refused.body]).toMatchObject([409, { code: 'balance_limit' }]);
    expect(accepted.status).toBe(201);
    expect(collections.map(({ body }) => body.new_balance)).toEqual([300_000, 500_000]);
  });

  it('moves once when it is collected and reversed at the same time, and leaves nothing behind', async () => {
    for (let n = 0; n < 4; n += 1) {
      const card_id = await aCard(one, 1_000);
      const { recharge_id } = (await waitingRecharge(card_id, 3_000)).body;
      const [reversal, ...collections] = await Promise.all([
        post<ReversalResponse>(one, `/recharges/${recharge_id}/reversal`, { reason: 'a mistake' }),
        ...[other, one].map((service) => collect(service, `/actions/${recharge_id}/collection`)),
      ]);

      // What was collected first is on the card, from which the reversal takes it again.
      expect(reversal.status).toBe(201);
      for (const { status, body } of collections)
        expect([[200], [409, 'action_returned']]).toContainEqual(
          status === 200 ? [status] : [status, (body as { code?: string }).code],
        );
      expect(await balanceOf(other, card_id)).toBe(1_000);
      const kinds = (await statementOf(card_id)).slice(1).map(([kind]) => kind);
      expect([[], ['load', 'reversal']]).toContainEqual(kinds);
    }
  });

  it.each([20_261_128])(
    'is done in the order of the recharges of its card, whatever a validator heard of and when (seed %d)',
    async (seed) => {
      const dice = new Dice(Number(process.env.TEST_SEED ?? seed), 'actions');
      const cards = await Promise.all([1, 2, 3].map(() => aCard(one, 0)));
      const devices = Array.from({ length: 3 }, () => new ActionsCopy());
      const waiting: number[] = [];
      const step = async (): Promise<void> => {
        const service = dice.pick([one, other]);
        if (waiting.length === 0 || dice.chance(0.5)) {
          const { body } = await waitingRecharge(dice.pick(cards), 1_000);
          waiting.push(body.recharge_id);
          return;
        }
        const [id] = waiting.splice(dice.below(waiting.length), 1);
        if (dice.chance(0.6)) await collect(service, `/actions/${id}/collection`);
        else await post(service, `/recharges/${id}/reversal`, { reason: 'a mistake' });
      };
      for (let n = 0; n < 20; n += 1) {
        await Promise.all([step(), step(), dice.pick(devices).poll(dice.pick([one, other]))]);
        // One that heard of everything has of each card the first that waits.
        const device = dice.pick(devices);
        await device.poll(dice.pick([one, other]));
        const { rows } = await client.query<{ action_id: number }>(
          `SELECT min(action_id) AS action_id FROM actions WHERE status = 'pending' GROUP BY card_id ORDER BY 1`,
        );
        expect(device.ids).toEqual(rows.map(({ action_id }) => action_id));
      }
      expect((await ask<ActionList>(one, '/actions')).body.add.map(({ action_id }) => action_id)).toEqual(
        devices[0] && (await devices[0].poll(other)).ids,
      );
    },
  );

  it('is refused beyond what the card may have with all that waits, and the same transaction_id waits once', async () => {
    const card_id = await aCard(one, 0);
    const recharge = {
      card_id,
      amount: 200_000,
      activation: 'validator',
      transaction_id: `waits ${card_id}`,
    };
    const first = await post<RechargeResponse>(one, '/recharges', recharge);
    const same = await post<RechargeResponse>(other, '/recharges', recharge);
    const another = await post(other, '/recharges', { ...recharge, activation: 'card' });
    await waitingRecharge(card_id, 200_000);

    const refused = await waitingRecharge(card_id, 200_000);

    expect(same.body).toEqual(first.body);
    expect([another.status, another.body]).toMatchObject([422, { code: 'transaction_id_reused' }]);
    expect([refused.status, refused.body]).toMatchObject([409, { code: 'balance_limit' }]);
  });

  it('keeps its rider from being erased, and a blocked card from loading it', async () => {
    const user_id = await aUser(one);
    const card_id = await aCard(one, 0, user_id);
    const { recharge_id } = (await waitingRecharge(card_id, 3_000)).body;
    const erasure = await post(one, `/users/${user_id}/erasure`, { pay_out: true });
    await send(one, 'PATCH', `/cards/${card_id}`, { status: 'blocked' });

    const collection = await collect(other, `/actions/${recharge_id}/collection`);
    const unknown = await collect(other, '/actions/999999999/collection');

    expect([erasure.status, erasure.body]).toMatchObject([
      409,
      { cards: [{ card_id, pending_load: 3_000 }] },
    ]);
    expect([collection.status, collection.body]).toMatchObject([409, { code: 'card_not_active' }]);
    expect([unknown.status, unknown.body]).toMatchObject([404, { code: 'action_not_found' }]);
  });
});
