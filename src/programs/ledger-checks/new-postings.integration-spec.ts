import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { Client } from 'pg';
import { DataSource } from 'typeorm';
import { connect } from '../../../test/builders/connect';
import { afterFile } from '../../../test/setup/after-test';
import { createDatabase } from '../../../test/setup/database';
import { liftGuards } from '../../../test/setup/guards';
import { createTempFolder, removeFolder } from '../../../test/setup/temp-folder';
import { until } from '../../../test/setup/until';
import { Clock } from '../../common/time/clock';
import { AppConfig } from '../../platform/config/app-config';
import { Environment } from '../../platform/config/environment';
import { Sealer } from '../../platform/audit/seals/sealer';
import { dataSourceOptions } from '../../platform/postgres/data-source';
import { seedDemonstration } from '../seed/seed-demonstration';
import { sealedPostings } from '../../modules/ledger/sealed-postings';
import type { LedgerPosition } from './ledger-position';
import { NEW_POSTING_CHECK_NAMES, verifyNewPostings } from './new-postings';
import { reportLedger } from './report-ledger';

const CARD = 5;
const FAR = 9_000_000;

let url: string;
let client: Client;
let provenPath: string;
let first: LedgerPosition;
/** The newest recharge, and a trip, as they were written behind what was proven. */
let recharge: number;
let trip: number;
let fare: number;

const MODEL_TRIP = `(SELECT * FROM trips WHERE fare_reason IS NOT NULL AND NOT is_transfer AND fare_amount > 0
  ORDER BY trip_id LIMIT 1) model`;

/** All that a recharge, or a trip, writes. */
const POST = `
  WITH card AS (
    UPDATE cards SET balance = balance + $2, version = version + 1, updated_at = '2026-03-12T10:00:00Z',
                     last_used_date = CASE WHEN $2 < 0 THEN '2026-03-12T10:00:00Z' ELSE last_used_date END
    WHERE card_id = $1 RETURNING *),
  recharge AS (
    INSERT INTO recharges (card_id, channel, amount, new_balance, transaction_id, recharge_timestamp)
    SELECT card_id, 'default', $2, balance, 'new', '2026-03-12T10:00:00Z' FROM card WHERE $2 > 0 RETURNING *),
  claim AS (INSERT INTO recharge_transactions SELECT transaction_id, recharge_id FROM recharge),
  trip AS (
    INSERT INTO trips SELECT written.*
    FROM card,
      ${MODEL_TRIP},
      jsonb_populate_record(NULL::trips, to_jsonb(model) || jsonb_build_object(
        'trip_id', nextval('trips_trip_id_seq'), 'anchor_trip_id', currval('trips_trip_id_seq'), 'on_credit', false, 'card_id', card.card_id, 'boarding_time', '2026-03-12T10:00:00Z',
        'fare_amount', -$2, 'new_balance', balance, 'status', 'closed_without_exit',
        'disembarking_station_id', NULL, 'disembarking_time', NULL)) written
    WHERE $2 < 0 RETURNING *)
  INSERT INTO postings (kind, debit_account_id, credit_account_id, amount, card_id, card_version, card_balance,
                        recharge_id, trip_id, posted_at)
  SELECT CASE WHEN $2 > 0 THEN 'recharge' ELSE 'fare' END,
         CASE WHEN $2 > 0 THEN cash.account_id ELSE card.account_id END,
         CASE WHEN $2 > 0 THEN card.account_id ELSE (
           SELECT account_id FROM accounts JOIN routes USING (concessionaire_id) WHERE route_id = trip.route_id) END,
         abs($2), card_id, version, balance, recharge_id, trip_id, '2026-03-12T10:00:00Z'
  FROM card JOIN accounts cash ON cash.channel = 'default' LEFT JOIN recharge USING (card_id) LEFT JOIN trip USING (card_id)
  RETURNING recharge_id, trip_id`;

async function post(change: number): Promise<number> {
  const { rows } = await client.query<{ recharge_id: number | null; trip_id: number | null }>(
    POST.replaceAll('$2', `(${change})`),
    [CARD],
  );
  return rows[0]?.recharge_id ?? rows[0]?.trip_id ?? 0;
}

async function prove(options: { full?: boolean; heads?: string[] } = {}): Promise<string[]> {
  const lines: string[] = [];
  await reportLedger(url, (line) => lines.push(line), { provenPath, ...options });
  return lines;
}

async function position(): Promise<LedgerPosition> {
  return (JSON.parse(await readFile(provenPath, 'utf8')) as { postings: LedgerPosition }).postings;
}

beforeAll(async () => {
  Logger.overrideLogger(false);
  const database = await createDatabase();
  afterFile(() => database.drop());
  ({ url } = database);
  client = await connect(url);
  afterFile(() => client.end());
  const folder = await createTempFolder();
  afterFile(() => removeFolder(folder));
  provenPath = join(folder, 'proven.json');
  const now = new Date('2026-03-11T20:00:00Z');
  await seedDemonstration(url, { now, timeZone: 'America/Bogota', cards: 100, trips: 700 });
  const config = new AppConfig(new Environment());
  const dataSource = await new DataSource(dataSourceOptions(config, url)).initialize();
  afterFile(() => dataSource.destroy());
  const sealer = new Sealer(dataSource, new Clock(), config);
  const seal = (): Promise<void> =>
    until('the postings are sealed', async () => (await sealer.seal(sealedPostings)) > 0);

  await seal();
  expect((await prove()).at(-1)).toBe('The books are right.');
  first = await position();
  recharge = await post(30_000);
  const { rows } = await client.query<{ fare: number }>(`SELECT fare_amount AS fare FROM ${MODEL_TRIP}`);
  fare = rows[0]?.fare ?? 0;
  trip = await post(-fare);
  await seal();
});

describe('ledger:verify', () => {
  it('goes on from what was proven, and notes how far it came', async () => {
    const lines = await prove();

    expect(lines[0]).toBe(
      `Proven before: up to posting ${first.through_id}, in seal 1. What follows is new.`,
    );
    expect(lines.filter((line) => line.startsWith('holds')).map((line) => line.slice(8))).toEqual([
      ...NEW_POSTING_CHECK_NAMES,
      'the rows of postings are those that were sealed (1 seal over 2 rows, behind seal 1, which was proven before; 0 rows not sealed yet)',
      'the database refuses to change postings and their seals',
      'nothing else stands between the service and the rows of postings and their seals',
      'each sequence gives the next number to whoever asks',
    ]);
    expect(await position()).toMatchObject({
      seal: 2,
      through_id: first.through_id + 2,
      recharge_id: recharge,
      trip_id: trip,
      card_balances: first.card_balances + 30_000 - fare,
    });
  });

  it('comes to the same place by reading everything, also past what it noted', async () => {
    const before = await position();

    expect((await prove({ full: true, heads: [before.digest] })).at(-1)).toBe('The books are right.');

    expect(await position()).toEqual(before);
  });

  it('says that it does not know a head, and notes nothing', async () => {
    const lines = await prove({ heads: ['0'.repeat(64)] });

    expect(lines.join('\n')).toContain('BROKEN  the chain of postings is the one whose head is in 000');
    expect(lines.at(-1)).toBe('The books are wrong. Rows that break a check: 1.');
  });
});

describe(verifyNewPostings.name, () => {
  beforeAll(() => liftGuards(client));

  beforeEach(async () => {
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
  });

  afterEach(async () => {
    await client.query('ROLLBACK');
  });

  async function broken(statement: string): Promise<string[]> {
    await client.query(statement.replaceAll('$recharge', String(recharge)).replaceAll('$trip', String(trip)));
    const names: string[] = [];
    for await (const { name, count } of verifyNewPostings(client, first)) if (count > 0) names.push(name);
    return names;
  }

  const [
    REFERENCES,
    STEPS,
    SUM,
    MOVES,
    LAST,
    OWES,
    NAMELESS,
    KINDS,
    RECHARGES,
    REVERSALS,
    TRANSACTIONS,
    FARES,
  ] = NEW_POSTING_CHECK_NAMES as [string, ...string[]];

  it.each([
    [REFERENCES, `UPDATE recharges SET card_id = ${FAR} WHERE recharge_id = $recharge`],
    [
      STEPS,
      `UPDATE postings SET card_version = card_version + 1 WHERE recharge_id = $recharge AND kind = 'recharge'`,
    ],
    [STEPS, `UPDATE postings SET card_balance = card_balance + 1 WHERE trip_id = $trip`],
    [SUM, `UPDATE cards SET balance = balance + 1 WHERE card_id = 7`],
    [MOVES, `UPDATE postings SET amount = 0 WHERE trip_id = $trip`],
    [LAST, `UPDATE cards SET version = version + 1 WHERE card_id = ${CARD}`],
    [OWES, `UPDATE cards SET credit_limit = -balance - 1 WHERE card_id = 7`],
    [NAMELESS, `UPDATE postings SET card_id = NULL WHERE trip_id = $trip`],
    [KINDS, `UPDATE postings SET kind = 'opening' WHERE trip_id = $trip`],
    [RECHARGES, `UPDATE recharges SET amount = amount + 1 WHERE recharge_id = $recharge`],
    [RECHARGES, `DELETE FROM recharges WHERE recharge_id = $recharge`],
    [
      RECHARGES,
      `INSERT INTO recharges (card_id, channel, amount, new_balance, recharge_timestamp) VALUES (7, 'default', 5, 5, now())`,
    ],
    [
      REVERSALS,
      `INSERT INTO recharge_reversals VALUES ($recharge, (SELECT max(posting_id) + 1 FROM postings), 'none', now())`,
    ],
    [TRANSACTIONS, `DELETE FROM recharge_transactions WHERE recharge_id = $recharge`],
    [FARES, `UPDATE trips SET fare_amount = fare_amount + 1 WHERE trip_id = $trip`],
    [FARES, `DELETE FROM trips WHERE trip_id = $trip`],
  ])('%s: %s', async (promise, statement) => {
    expect(await broken(statement)).toContain(promise);
  });

  it('holds as long as nothing is wrong, and does not read again what was proven', async () => {
    expect(await broken('SELECT')).toEqual([]);
    expect(
      await broken(
        `UPDATE postings SET posted_at = now() WHERE posting_id = 3; DELETE FROM trips WHERE trip_id = 3`,
      ),
    ).toEqual([]);
  });
});
