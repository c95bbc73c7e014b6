import type { Client } from 'pg';
import { CHECK_NAMES } from '../../src/programs/ledger-checks/verify-ledger';
import { connect } from '../builders/connect';
import { aCard, aLine, aRecharge, FARE, type Line } from '../builders/rides';
import { post } from '../setup/api';
import { afterFile, afterTest } from '../setup/after-test';
import { createDatabase, type TestDatabase } from '../setup/database';
import { liftGuards } from '../setup/guards';
import { breaksIn, runLedgerVerify } from '../setup/ledger';
import { type Service, startService } from '../setup/service';
import { startOverDatabase } from '../setup/service-over-database';

let database: TestDatabase;
let client: Client;
let service: Service;
let line: Line;

beforeAll(async () => {
  ({ database, client, service } = await startOverDatabase());
  line = await aLine(client);
});

/** How the database answers a statement that it must refuse: SQLSTATE, and the constraint that did it. */
async function refusalOf(statement: string): Promise<string> {
  try {
    await client.query(statement);
    return 'it was taken';
  } catch (error) {
    const { code, constraint } = error as { code?: string; constraint?: string };
    return constraint ?? code ?? String(error);
  }
}

describe('the database itself', () => {
  let card: number;
  let recharge: number;

  beforeAll(async () => {
    card = await aCard(service, 0);
    recharge = await aRecharge(service, card, 50_000);
  });

  it.each([
    ['an UPDATE of postings', 'UPDATE postings SET amount = amount'],
    ['a DELETE of postings', 'DELETE FROM postings'],
    ['a TRUNCATE of postings', 'TRUNCATE postings'],
    ['an UPDATE of a partition', 'UPDATE postings_p0 SET amount = amount'],
    ['a DELETE of a partition', 'DELETE FROM postings_p0'],
    ['a TRUNCATE of a partition', 'TRUNCATE postings_p0'],
    ['a TRUNCATE of an empty partition', 'TRUNCATE postings_p1'],
    ['a TRUNCATE that reaches postings by a foreign key', 'TRUNCATE accounts CASCADE'],
  ])('refuses %s', async (_name, statement) => {
    expect(await refusalOf(statement)).toBe('23001');
  });

  it('refuses the same of a partition that was made later', async () => {
    await client.query(`SELECT create_partitions_through('postings', 25000000)`);

    expect(await refusalOf('TRUNCATE postings_p2')).toBe('23001');
  });

  const posting = (columns: string): string =>
    `INSERT INTO postings (kind, debit_account_id, credit_account_id, amount, posted_at) VALUES (${columns}, now())`;

  it.each([
    ['an amount of 0', posting(`'adjustment', 1, 2, 0`), 'postings_amount_check'],
    ['an amount below 0', posting(`'adjustment', 1, 2, -1`), 'postings_amount_check'],
    ['an account as its own counterpart', posting(`'adjustment', 2, 2, 1`), 'postings_accounts_check'],
    [
      'an account that is not there',
      posting(`'adjustment', 2, 999999, 1`),
      'postings_credit_account_id_fkey',
    ],
    ['a recharge without its record', posting(`'recharge', 4, 1, 1`), 'postings_record_check'],
    ['an unknown kind', posting(`'gift', 1, 2, 1`), 'postings_kind_check'],
  ])('refuses %s', async (_name, statement, constraint) => {
    expect(await refusalOf(statement)).toBe(constraint);
  });

  it('refuses a balance below what the card may owe', async () => {
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await client.query(`UPDATE cards SET credit_limit = 7000 WHERE card_id = ${card}`);
    await client.query(`UPDATE cards SET balance = -7000 WHERE card_id = ${card}`);
    const refusal = await refusalOf(`UPDATE cards SET balance = -7001 WHERE card_id = ${card}`);
    await client.query('ROLLBACK');

    expect(refusal).toBe('cards_balance_check');
  });

  it('refuses a second open trip of a card', async () => {
    const open = (trip: number): string =>
      `INSERT INTO open_trips SELECT ${card}, ${trip}, now(), station_id FROM stations LIMIT 1`;
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await client.query(open(1));
    const refusal = await refusalOf(open(2));
    await client.query('ROLLBACK');

    expect(refusal).toBe('open_trips_pkey');
  });

  it('refuses a second reversal of a recharge', async () => {
    const reversal = `INSERT INTO recharge_reversals VALUES (${recharge}, 1, 'twice', now())`;
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await client.query(reversal);
    const refusal = await refusalOf(reversal);
    await client.query('ROLLBACK');

    expect(refusal).toBe('recharge_reversals_pkey');
  });

  it('refuses a second transaction_id', async () => {
    const transaction = `INSERT INTO recharge_transactions VALUES ('once', ${recharge})`;
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await client.query(transaction);
    const refusal = await refusalOf(transaction);
    await client.query('ROLLBACK');

    expect(refusal).toBe('recharge_transactions_pkey');
  });
});

describe('a recharge whose balance changes under its lock', () => {
  it('is refused, since it would post another balance than its response says', async () => {
    const card = await aCard(service, 10_000);
    await client.query(
      `CREATE FUNCTION pay_past_the_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN UPDATE cards SET balance = balance + 1 WHERE card_id = NEW.card_id; RETURN NEW; END $$;
       CREATE TRIGGER pay_past_the_ledger BEFORE INSERT ON recharges FOR EACH ROW
       WHEN (NEW.card_id = ${card}) EXECUTE FUNCTION pay_past_the_ledger()`,
    );
    afterTest(async () => {
      await client.query('DROP FUNCTION pay_past_the_ledger CASCADE');
    });

    // Not by a helper that holds responses against the OpenAPI document: a defect is none of them.
    const { status } = await fetch(`${service.url}/recharges`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ card_id: card, amount: 20_000 }),
    });

    expect(status).toBe(500);
    const { rows } = await client.query(
      `SELECT balance::text, version::text, (SELECT count(*)::text FROM postings WHERE card_id = ${card}) AS postings
       FROM cards WHERE card_id = ${card}`,
    );
    expect(rows).toEqual([{ balance: '10000', version: '1', postings: '1' }]);
  });
});

describe('npm run ledger:verify', () => {
  it('says that every promise holds, also while the service writes', async () => {
    const card = await aCard(service, 50_000);
    let isVerifying = true;
    const writing = (async () => {
      let written = 0;
      for (; isVerifying; written += 1) {
        await aRecharge(service, card, 1_000 + FARE);
        await post(service, '/trips/complete', { card_id: card, ...line.ride });
      }
      return written;
    })();

    const verification = await runLedgerVerify({ DATABASE_URL: database.url });
    isVerifying = false;

    expect(verification).toMatchObject({ exitCode: 0, holds: CHECK_NAMES, broken: [] });
    expect(verification.output).toContain('The books are right.');
    expect(await writing).toBeGreaterThan(0);
  });
});

describe('npm run ledger:verify on broken books', () => {
  let books: TestDatabase;
  let vandal: Client;

  beforeAll(async () => {
    books = await createDatabase();
    afterFile(() => books.drop());
    await writeBooks(books);
    vandal = await connect(books.url);
    afterFile(() => vandal.end());
    await liftGuards(vandal);
  });

  beforeEach(async () => {
    await vandal.query('BEGIN ISOLATION LEVEL READ COMMITTED');
  });

  afterEach(async () => {
    await vandal.query('ROLLBACK');
  });

  const account = (kind: string): string =>
    `(SELECT account_id FROM accounts WHERE kind = '${kind}' LIMIT 1)`;
  const accountOf = (card: number): string => `(SELECT account_id FROM cards WHERE card_id = ${card})`;
  const adjustment = (debit: string, credit: string, amount = 5, card = 'NULL, NULL, NULL'): string =>
    `INSERT INTO postings (kind, debit_account_id, credit_account_id, amount, card_id, card_version, card_balance, posted_at)
     VALUES ('adjustment', ${debit}, ${credit}, ${amount}, ${card}, now())`;

  const REFERENCES = 'every row that another row refers to exists';
  const MOVES = 'every posting moves an amount from one account to another';
  const EQUAL = 'debits equal credits, summed over all accounts';
  const TOTALS = 'the running totals are those of their rows';
  const SUM = "every card's balance is the sum of its account's postings";
  const LAST =
    "every card's balance and version are those of its last posting, and it was not updated before that";
  const STEPS =
    'the postings of a card are numbered without gaps, and each leaves the balance before it plus its amount';
  const OWES = 'no card owes more than it may';
  const NAMELESS = "a posting that names no card moves no card's account";
  const CARDS = 'every card has a card account, and every card account a card';
  const KINDS = 'each kind of posting debits and credits the kinds of account that it may';
  const RECHARGES = 'each recharge is posted once, for its amount, its card and its channel, at its time';
  const REVERSALS =
    'each reversal is posted once, for the whole recharge, from its card to its channel, at its time';
  const TRANSACTIONS = 'each transaction_id of a client belongs to one recharge that exists';
  const FARES =
    'each fare above 0 is posted once, for its amount and its card, at its boarding, to the concessionaire of its route';
  const REVENUE = 'revenue is the same by postings, by trips, by concessionaire and by locality';
  const OPEN = 'the open trips are exactly the trips in progress, at most one for each card';
  const TRANSFERS =
    'the transfers after an anchor are numbered 1, 2, … and are of its card, and no other trip has a number';
  const transfer = (trip: number, columns: string): string =>
    `UPDATE trips SET is_transfer = true, fare_reason = 'transfer', card_id = 1, ${columns} WHERE trip_id = ${trip};`;
  const copyOfTrip3 = (trip: number): string =>
    `INSERT INTO trips SELECT (jsonb_populate_record(trip, '{"trip_id": ${trip}}')).* FROM trips trip WHERE trip_id = 3;`;

  /** Cards 1 and 2; recharges 1 (card 1), 2 and 3 (card 2), 2 reversed; trips 1 (card 1, ended) and 2 (card 2). */
  const cases: [string, string, string[]][] = [
    ['a posting of nothing', adjustment(account('adjustment'), account('opening'), 0), [MOVES]],
    ['a posting to its own account', adjustment(account('adjustment'), account('adjustment')), [MOVES]],
    [
      'a posting from an account that is not there',
      adjustment('999', account('opening')),
      [REFERENCES, EQUAL],
    ],
    ['a posting to an account that is not there', adjustment(account('opening'), '999'), [REFERENCES, EQUAL]],
    [
      'a posting of a card that is not there',
      adjustment(account('adjustment'), account('opening'), 5, '999, 1, 5'),
      [REFERENCES],
    ],
    ['a balance out of nothing', 'UPDATE cards SET balance = balance + 1 WHERE card_id = 1', [SUM, LAST]],
    ['a version without its posting', 'UPDATE cards SET version = version + 1 WHERE card_id = 1', [LAST]],
    [
      'a gap in the versions',
      'UPDATE postings SET card_version = 4 WHERE card_id = 2 AND card_version = 3',
      [STEPS],
    ],
    [
      'a wrong running balance',
      `UPDATE postings SET card_balance = card_balance + 1 WHERE kind = 'reversal'`,
      [STEPS],
    ],
    [
      "a posting that names one card and moves another's account",
      `${adjustment(account('adjustment'), accountOf(2), 5, '1, 3, 47005')};
       UPDATE cards SET balance = 47005, version = 3 WHERE card_id = 1`,
      [SUM, STEPS],
    ],
    ['a card that owes more than it may', 'UPDATE cards SET credit_limit = -50000 WHERE card_id = 1', [OWES]],
    [
      'a posting behind the back of its card',
      adjustment(account('adjustment'), accountOf(1)),
      [SUM, NAMELESS],
    ],
    ['a card account without a card', `INSERT INTO accounts (kind) VALUES ('card')`, [CARDS]],
    [
      'a card with an account of another kind',
      `UPDATE accounts SET kind = 'opening' WHERE account_id = (SELECT account_id FROM cards WHERE card_id = 3)`,
      [CARDS],
    ],
    [
      'an opening posting out of the till',
      adjustment(account('cash'), account('opening')).replace('adjustment', 'opening'),
      [KINDS],
    ],
    [
      'a recharge without a posting',
      `INSERT INTO recharges (card_id, channel, amount, new_balance, recharge_timestamp)
       VALUES (1, 'default', 5, 5, now())`,
      [RECHARGES],
    ],
    [
      'a recharge of another amount',
      'UPDATE recharges SET amount = amount + 1 WHERE recharge_id = 1',
      [RECHARGES],
    ],
    ['a recharge of another card', 'UPDATE recharges SET card_id = 2 WHERE recharge_id = 1', [RECHARGES]],
    [
      'a recharge of another channel',
      `UPDATE recharges SET channel = 'online' WHERE recharge_id = 1`,
      [RECHARGES],
    ],
    [
      'a recharge with another balance',
      'UPDATE recharges SET new_balance = 1 WHERE recharge_id = 1',
      [RECHARGES],
    ],
    [
      'a recharge that is posted twice',
      `INSERT INTO postings (kind, debit_account_id, credit_account_id, amount, recharge_id, posted_at)
       VALUES ('recharge', ${account('cash')}, ${account('opening')}, 50000, 1, now())`,
      [RECHARGES],
    ],
    ['a reversal posting without its record', 'DELETE FROM recharge_reversals', [REVERSALS]],
    [
      'a reversal record without its posting',
      `INSERT INTO recharge_reversals VALUES (3, 1, '', now())`,
      [REVERSALS],
    ],
    [
      'a reversal of one recharge that was paid by another card',
      `UPDATE postings SET recharge_id = 4 WHERE kind = 'reversal'; UPDATE recharge_reversals SET recharge_id = 4`,
      [REVERSALS],
    ],
    [
      'a reversal to another channel',
      `UPDATE postings SET credit_account_id = (SELECT account_id FROM accounts WHERE channel = 'online')
       WHERE kind = 'reversal'`,
      [REVERSALS],
    ],
    ['a recharge whose transaction_id is free', 'DELETE FROM recharge_transactions', [TRANSACTIONS]],
    [
      'a transaction_id of a recharge that is not there',
      `INSERT INTO recharge_transactions VALUES ('unknown', 999)`,
      [TRANSACTIONS],
    ],
    [
      'a transaction_id of two recharges',
      `UPDATE recharges SET transaction_id = 'first' WHERE recharge_id = 3;
       INSERT INTO recharge_transactions VALUES ('first', 3)`,
      [TRANSACTIONS],
    ],
    ['a trip with another balance', 'UPDATE trips SET new_balance = 1 WHERE trip_id = 1', [FARES]],
    ['a trip of another card', 'UPDATE trips SET card_id = 2 WHERE trip_id = 1', [FARES]],
    [
      'a trip at another price',
      'UPDATE trips SET fare_amount = fare_amount - 1 WHERE trip_id = 1',
      [FARES, REVENUE],
    ],
    ['a charged trip that is gone', 'DELETE FROM trips WHERE trip_id = 1', [FARES, REVENUE]],
    [
      'a fare that nobody earned',
      `UPDATE postings SET credit_account_id = ${account('opening')} WHERE trip_id = 1`,
      [KINDS, REVENUE],
    ],
    [
      'a fare that is posted twice',
      `INSERT INTO postings (kind, debit_account_id, credit_account_id, amount, trip_id, posted_at)
       SELECT kind, ${account('opening')}, credit_account_id, amount, trip_id, posted_at FROM postings WHERE trip_id = 1`,
      [FARES, REVENUE],
    ],
    [
      'a trip from a station that is not there',
      'UPDATE trips SET boarding_station_id = 999',
      [REVENUE, OPEN],
    ],
    ['revenue that no fare earned', adjustment(account('adjustment'), account('fare_revenue')), [REVENUE]],
    ['an open trip that is not listed', 'DELETE FROM open_trips', [OPEN]],
    [
      'an open trip that has ended',
      `UPDATE trips SET status = 'closed_without_exit' WHERE trip_id = 2`,
      [OPEN],
    ],
    ['an open trip of another card', 'UPDATE open_trips SET card_id = 1', [OPEN]],
    [
      'an open trip of another time',
      `UPDATE open_trips SET boarding_time = boarding_time - interval '1 s'`,
      [OPEN],
    ],
    ['an open trip from another station', 'UPDATE open_trips SET boarding_station_id = 999', [OPEN]],
    [
      'two open trips of a card',
      `UPDATE trips SET status = 'in_progress', card_id = 2, fare_amount = 0 WHERE trip_id = 3;
       INSERT INTO open_trips SELECT card_id, trip_id, boarding_time, boarding_station_id FROM trips WHERE trip_id = 3`,
      [OPEN],
    ],
    [
      'a total that includes a trip that nobody took',
      'INSERT INTO trip_totals (location_id, trips, open_trips, revenue) VALUES (999, 1, 0, 0)',
      [TOTALS],
    ],
    [
      'a total that includes an amount that nobody posted',
      `INSERT INTO posting_totals (kind, amount) VALUES ('nothing', 1)`,
      [TOTALS],
    ],
    [
      'an open trip that is noted and not there',
      'INSERT INTO open_trip_changes (boarding_station_id, change) VALUES (999, 1)',
      [TOTALS],
    ],
    [
      'an open trip that is not noted',
      'DELETE FROM open_trip_changes; UPDATE trip_totals SET open_trips = 0',
      [TOTALS],
    ],
    [
      'an open trip that is counted elsewhere',
      'UPDATE open_trip_changes SET boarding_station_id = 999; UPDATE trip_totals SET location_id = 999',
      [TOTALS],
    ],
    ['a second transfer without a first', transfer(3, 'anchor_trip_id = 1, transfers_used = 2'), [TRANSFERS]],
    [
      'two first transfers',
      copyOfTrip3(4) +
        [3, 4].map((trip) => transfer(trip, 'anchor_trip_id = 1, transfers_used = 1')).join(''),
      [TRANSFERS],
    ],
    [
      "a transfer from another card's trip",
      transfer(3, 'anchor_trip_id = 1, transfers_used = 1, card_id = 3').replace('card_id = 1, ', ''),
      [TRANSFERS],
    ],
    [
      'a transfer from a trip that is not there',
      transfer(3, 'anchor_trip_id = 999, transfers_used = 1'),
      [TRANSFERS],
    ],
    [
      'a transfer from a transfer',
      copyOfTrip3(4) +
        transfer(3, 'anchor_trip_id = 1, transfers_used = 1') +
        transfer(4, 'anchor_trip_id = 3, transfers_used = 1'),
      [TRANSFERS],
    ],
    ['a number without a transfer', 'UPDATE trips SET transfers_used = 1 WHERE trip_id = 3', [TRANSFERS]],
  ];

  it.each(cases)('finds %s', async (_name, breakage, expected) => {
    await vandal.query(breakage);

    expect(Object.keys(await breaksIn(vandal))).toEqual(expect.arrayContaining(expected));
  });

  it('finds nothing wrong with transfers, nor with those that go on from an imported trip', async () => {
    await vandal.query(
      copyOfTrip3(4) +
        copyOfTrip3(5) +
        transfer(3, 'anchor_trip_id = 1, transfers_used = 1') +
        transfer(4, 'anchor_trip_id = 1, transfers_used = 2') +
        `UPDATE trips SET card_id = 1, fare_reason = NULL, transfers_used = NULL WHERE trip_id = 5;` +
        copyOfTrip3(6) +
        transfer(6, 'anchor_trip_id = 5, transfers_used = 2'),
    );

    expect(await breaksIn(vandal)).not.toHaveProperty([TRANSFERS]);
  });

  it('finds nothing wrong with the past of a route that has gone to another concessionaire', async () => {
    await vandal.query(
      `ALTER TABLE concessionaires ENABLE TRIGGER USER; ALTER TABLE routes ENABLE TRIGGER USER;
       INSERT INTO concessionaires (name) VALUES ('Concesionario nuevo');
       UPDATE routes SET concessionaire_id = (SELECT max(concessionaire_id) FROM concessionaires)`,
    );

    expect(await breaksIn(vandal)).toEqual({});
  });

  it('exits with 1, says what is broken and where, and that the rest holds', async () => {
    await vandal.query('UPDATE cards SET version = version + 1; COMMIT');
    await vandal.query('ALTER TABLE postings ENABLE TRIGGER USER; ALTER TABLE seals ENABLE TRIGGER USER');

    const verification = await runLedgerVerify({ DATABASE_URL: books.url });

    expect(verification).toMatchObject({
      exitCode: 1,
      broken: [LAST],
      holds: CHECK_NAMES.filter((name) => name !== LAST),
    });
    expect(verification.output).toContain(`BROKEN  ${LAST} (3)\n`);
    expect(verification.output).toContain('{"card_id":1,"balance":47000,"version":3,');
    expect(verification.output).toContain('The books are wrong. Rows that break a check: 3.');
  });
});

/** Two cards with a bit of everything: recharges, one reversed, a ride that has ended, one that has not, a free one. */
async function writeBooks(books: TestDatabase): Promise<void> {
  const writer = await connect(books.url);
  const writing = await startService({ databaseUrl: books.url });
  const keyed = (path: string, body: object): Promise<unknown> =>
    post(writing, path, body, { 'idempotency-key': `key of ${path}`.replaceAll(' ', '-') });
  try {
    const { boarding, ride } = await aLine(writer);
    const first = await aCard(writing, 0);
    await keyed('/recharges', { card_id: first, amount: 50_000, transaction_id: 'first' });
    const second = await aCard(writing, 0);
    const undone = await aRecharge(writing, second, 20_000);
    await keyed(`/recharges/${undone}/reversal`, { reason: 'a test' });
    await aRecharge(writing, second, 10_000);
    await keyed('/trips/complete', { card_id: first, ...ride });
    await keyed('/trips/start', { card_id: second, ...boarding });
    const third = await aCard(writing, 0);
    await writer.query('UPDATE tariffs SET price = 0');
    await post(writing, '/trips/complete', { card_id: third, ...ride });
    await aRecharge(writing, third, 20_000);
  } finally {
    await writing.stop();
    await writer.end();
  }
}
