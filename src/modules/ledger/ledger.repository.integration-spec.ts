import type { Client } from 'pg';
import { DataSource } from 'typeorm';
import { connect } from '../../../test/builders/connect';
import { insert, unique } from '../../../test/builders/insert';
import { aRoute, aStation } from '../../../test/builders/network';
import { afterFile } from '../../../test/setup/after-test';
import { createDatabase } from '../../../test/setup/database';
import { breaksOf } from '../../../test/setup/ledger';
import { Dice } from '../../common/dice';
import { valueParsers } from '../../platform/postgres/value-parsers';
import { Account } from './account.entity';
import type { CardFunds, CardMovement } from './card-movement';
import { charge, payIn } from './debt';
import { LedgerRepository, UnexpectedBalanceError } from './ledger.repository';
import { Posting } from './posting.entity';

const SEED = Number(process.env.TEST_SEED ?? 20_261_128);
const at = new Date('2026-11-28T12:00:00Z');

let url: string;
let client: Client;
let dataSource: DataSource;
let ledger: LedgerRepository;

beforeAll(async () => {
  const database = await createDatabase();
  afterFile(() => database.drop());
  ({ url } = database);
  client = await connect(url);
  afterFile(() => client.end());
  dataSource = await new DataSource({
    type: 'postgres',
    url,
    entities: [Account, Posting],
    extra: { types: valueParsers },
  }).initialize();
  afterFile(() => dataSource.destroy());
  ledger = new LedgerRepository(dataSource.getRepository(Account), dataSource.getRepository(Posting));
});

async function aCardOf(credit_limit = 0): Promise<CardFunds> {
  const { account_id } = await insert<{ account_id: number }>(client, 'accounts', { kind: 'card' });
  const { card_id } = await insert<{ card_id: number }>(client, 'cards', {
    account_id,
    credit_limit,
    credit_used_at: credit_limit > 0 ? at : null,
    card_number: `N${unique()}`,
    acquisition_date: '2026-01-01',
    updated_at: '2026-01-01T12:00:00Z',
  });
  return { card_id, balance: 0, credit_limit, debt: 0 };
}

/** A ride's row, and its fare as a movement. */
async function aRide(
  { card_id }: CardFunds,
  route_id: number,
  station: number,
  fare: number,
): Promise<CardMovement> {
  const { trip_id } = await insert<{ trip_id: number }>(client, 'trips', {
    card_id,
    route_id,
    boarding_station_id: station,
    boarding_time: at,
    status: 'closed_without_exit',
    fare_amount: fare,
    fare_product: 'trunk',
  });
  return {
    kind: 'fare',
    card_id,
    change: -fare,
    counter: { kind: 'fare_revenue', concessionaire_id: null },
    trip_id,
    at,
  };
}

async function aRecharge({ card_id }: CardFunds, amount: number): Promise<CardMovement> {
  const { recharge_id } = await insert<{ recharge_id: number }>(client, 'recharges', {
    card_id,
    channel: 'default',
    amount,
    recharge_timestamp: at,
  });
  const counter = { kind: 'cash', channel: 'default' } as const;
  return { kind: 'recharge', card_id, change: amount, counter, recharge_id, at };
}

async function fundsNow(cards: readonly CardFunds[]): Promise<object[]> {
  return dataSource.query(
    'SELECT card_id, balance, credit_limit, debt FROM cards WHERE card_id = ANY ($1) ORDER BY card_id',
    [cards.map(({ card_id }) => card_id)],
  );
}

describe(LedgerRepository.name, () => {
  it(`posts movements of many cards in one statement, with what they lend and pay of debts (seed ${SEED})`, async () => {
    const dice = new Dice(SEED, 'movements');
    const stations = [await aStation(client), await aStation(client)] as const;
    const { route_id } = await aRoute(client, stations);
    const cards = [await aCardOf(), await aCardOf(), await aCardOf(5_000), await aCardOf()];

    // The first batch lends, which opens accounts; the second pays too, and both in turn.
    for (const share of [1, 0.6, 0.5]) {
      const before = cards.slice();
      const movements: CardMovement[] = [];
      for (let n = 0; n < 20; n += 1) {
        const index = dice.below(3);
        const card = cards[index];
        if (!card) throw new Error('there are four cards');
        const settled = dice.chance(share)
          ? charge(card, await aRide(card, route_id, stations[0].station_id, dice.between(1, 4_000)))
          : payIn(card, await aRecharge(card, dice.between(1, 9_000)));
        movements.push(...settled.movements);
        cards[index] = { ...card, balance: settled.balance, debt: settled.debt };
      }
      await dataSource.transaction(async (manager) => {
        await manager.query('SELECT FROM cards ORDER BY card_id FOR NO KEY UPDATE');
        await ledger.post(manager, before.slice(0, 3), movements);
      });
      expect(await fundsNow(cards)).toEqual(cards);
    }

    const { rows } = await client.query('SELECT count(*)::int AS opened FROM accounts WHERE kind = $1', [
      'debt',
    ]);
    expect(rows).toEqual([{ opened: 3 }]);
    await client.query(`
      UPDATE recharges SET debt_paid = paid.sum FROM (
        SELECT recharge_id, sum(amount) AS sum FROM postings WHERE kind = 'debt_payment' GROUP BY recharge_id) paid
      WHERE recharges.recharge_id = paid.recharge_id`);
    const broken = Object.keys(await breaksOf(url)).filter((name) =>
      /account|debt|lent|debits|balance/.test(name),
    );
    // The recharges and rides of this test have none of what else the service notes of them.
    expect(broken.filter((name) => !/^each (recharge|fare|ride|imported)|^all imported/.test(name))).toEqual(
      [],
    );
  });

  it('refuses all of it when one card has another balance or debt than was expected', async () => {
    const [one, other] = [await aCardOf(), await aCardOf()];
    const movements = [await aRecharge(one, 5_000), await aRecharge(other, 5_000)];
    const stale = [one, { ...other, debt: 1 }];

    await expect(dataSource.transaction((manager) => ledger.post(manager, stale, movements))).rejects.toThrow(
      UnexpectedBalanceError,
    );
    expect(await fundsNow([one, other])).toEqual([one, other]);
  });
});
