import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { findRunningPostgres } from '../../src/platform/postgres/embedded/running-postgres';
import { connect } from '../builders/connect';
import type { RechargeResponse } from '../../src/modules/recharges/dto/recharge-responses.dto';
import { aCard, aLine, FARE } from '../builders/rides';
import { aValidator, numberOfCard } from '../builders/taps';
import { afterTest } from '../setup/after-test';
import { post } from '../setup/api';
import { createDatabase } from '../setup/database';
import { breaksOf, runLedgerVerify } from '../setup/ledger';
import { stopLeftServer } from '../setup/left-server';
import { type Service, startService } from '../setup/service';
import { createTempFolder, removeFolder } from '../setup/temp-folder';
import { until } from '../setup/until';

const CALLERS = 8;
/** How many batches each device reports, and what each card has loaded. */
const BATCHES = 8;
const LOAD = 50_000;
/** So many answers of a round are awaited before the service is killed; other requests are in flight then. */
const ANSWERS_BEFORE_THE_KILL = 40;

/** A recharge that a caller sent: no other has its amount. */
interface Sent {
  readonly key: string;
  readonly body: { readonly card_id: number; readonly amount: number };
  isAcknowledged: boolean;
}

/** What the database holds of one recharge. */
interface Kept {
  readonly recharges: number;
  readonly postings: number;
  readonly keys: number;
}

let service: Service | undefined;
let sent: Sent[];

beforeEach(() => {
  sent = [];
});

describe('a service that is killed while it takes recharges', () => {
  it('has every recharge that it acknowledged, and the others wholly or not at all', async () => {
    const database = await createDatabase();
    afterTest(() => database.drop());
    const client = await connect(database.url);
    afterTest(() => client.end());
    const start = () => startService({ databaseUrl: database.url, env: { MAX_CARD_BALANCE: '1000000000' } });
    afterTest(async () => service?.stop());

    await killSeveralTimes(3, start, client);

    expect(await breaksOf(database.url)).toEqual({});
  });

  it('does so with the embedded database, whose server is left behind and taken over; taps and loads are taken once, too', async () => {
    const dataDir = await createTempFolder();
    afterTest(() => removeFolder(dataDir));
    afterTest(() => stopLeftServer(dataDir));
    const env = { DATA_DIR: dataDir, DEMO_DATA: 'off', MAX_CARD_BALANCE: '1000000000' };
    const start = () => startService({ env });
    service = await start();
    afterTest(async () => service?.stop());
    const client = await connect((await findRunningPostgres(dataDir)) ?? '');
    afterTest(() => client.end());

    await killSeveralTimes(1, start, client, service);

    expect(service.output).toContain('adopted');
    await takeTapsThroughCrashes(client, dataDir, start);
    const verification = await runLedgerVerify({ DATA_DIR: dataDir });
    expect(verification).toMatchObject({ exitCode: 0, broken: [] });
  });
});

async function killSeveralTimes(
  rounds: number,
  start: () => Promise<Service>,
  client: Client,
  running?: Service,
): Promise<void> {
  service = running ?? (await start());
  const cards = await Promise.all(Array.from({ length: 3 }, () => aCard(service ?? fail(), 0)));

  for (let round = 1; round <= rounds; round += 1) {
    await killUnderLoad(service, cards);
    await transactionsEnded(client);
    for (const recharge of sent) {
      const { recharges, postings, keys } = await find(client, recharge);
      const expected = recharge.isAcknowledged ? 1 : recharges;
      expect({ ...recharge, recharges, postings, keys }).toEqual({
        ...recharge,
        recharges: expected,
        postings: expected,
        keys: expected,
      });
    }
    await expectBalances(client, cards);
    await service.stop();
    service = await start();
  }

  for (const recharge of sent) expect(await tryOnce(service, recharge)).toBe(true);
  for (const recharge of sent) {
    expect(await find(client, recharge)).toEqual({ recharges: 1, postings: 1, keys: 1 });
  }
  await expectBalances(client, cards);
}

function fail(): never {
  throw new Error('the service is not running');
}

/** Callers send one recharge after the other until the service is gone, which it is after some answers. */
async function killUnderLoad(victim: Service, cards: readonly number[]): Promise<void> {
  let answered = 0;
  let killed: Promise<void> | undefined;
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      for (let isThere = true; isThere;) {
        const recharge: Sent = {
          key: randomUUID(),
          body: { card_id: cards[sent.length % cards.length] ?? 0, amount: 1_000 + sent.length },
          isAcknowledged: false,
        };
        sent.push(recharge);
        isThere = await tryOnce(victim, recharge);
        answered += 1;
        if (answered === ANSWERS_BEFORE_THE_KILL) killed = victim.kill('SIGKILL');
      }
    }),
  );
  await killed;
}

/**
 * Validators report a day, and collect what waits, while first the database is killed and then the service. What was not
 * acknowledged is sent again.
 */
async function takeTapsThroughCrashes(
  client: Client,
  dataDir: string,
  start: () => Promise<Service>,
): Promise<void> {
  const at = service ?? fail();
  const line = await aLine(client);
  const { boarding_station_id: station_id, route_id } = line.boarding;
  const devices = await Promise.all([1, 2].map(() => aValidator(at, { station_id, route_id })));
  const cards = await Promise.all(Array.from({ length: 10 }, () => aCard(at, 0)));
  const numbers: string[] = [];
  for (const card of cards) numbers.push(await numberOfCard(client, card));
  const loads: number[] = [];
  for (const card_id of cards) {
    const { body } = await post<RechargeResponse>(at, '/recharges', {
      card_id,
      amount: LOAD,
      activation: 'validator',
    });
    loads.push(body.recharge_id);
  }
  const from = Date.now() - 20 * 3_600_000;
  const days = devices.map((validator_id) =>
    Array.from({ length: BATCHES }, (_, batch) => ({
      validator_id,
      sent_at: new Date().toISOString(),
      taps: numbers.map((card_number, n) => ({
        sequence: 10 * batch + n + 1,
        kind: 'entry',
        decision: 'accepted',
        card_number,
        tapped_at: new Date(from + 60_000 * batch).toISOString(),
      })),
    })),
  );

  let acknowledged = 0;
  const kill = async (): Promise<void> => {
    if (acknowledged === BATCHES) process.kill(await postmasterOf(dataDir), 'SIGKILL');
    if (acknowledged !== 2 * BATCHES) return;
    await service?.kill('SIGKILL');
    await service?.stop();
    service = await start();
  };
  const untilDone = (path: string, body: () => object): Promise<void> =>
    until(`${path} is acknowledged`, async () => {
      const init = {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body()),
      };
      const status = await fetch(`${(service ?? at).url}${path}`, init).then(
        (response) => response.arrayBuffer().then(() => response.status),
        () => null,
      );
      expect([null, 200, 500, 503]).toContain(status);
      if (status !== 200) return false;
      acknowledged += 1;
      await kill();
      return true;
    });
  await Promise.all([
    ...days.map(async (batches) => {
      for (const batch of batches)
        await untilDone('/taps', () => ({ ...batch, sent_at: new Date().toISOString() }));
    }),
    (async () => {
      for (const id of loads) await untilDone(`/actions/${id}/collection`, () => ({}));
    })(),
  ]);

  const after = await connect((await findRunningPostgres(dataDir)) ?? '');
  afterTest(() => after.end());
  const { rows } = await after.query(
    `SELECT (SELECT count(*) FROM taps) AS taps, (SELECT count(*) FROM postings WHERE kind = 'load') AS loads,
            (SELECT count(*) FROM trips WHERE validator_id IS NOT NULL) AS trips,
            (SELECT sum(balance - debt) FROM cards WHERE card_id = ANY ($1)) AS funds`,
    [cards],
  );
  const taps = devices.length * BATCHES * cards.length;
  expect(rows).toEqual([
    { taps, loads: cards.length, trips: taps, funds: cards.length * LOAD - taps * FARE },
  ]);
}

async function postmasterOf(dataDir: string): Promise<number> {
  return parseInt(await readFile(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8'), 10);
}

/** Whether it was acknowledged; not when the connection broke. */
async function tryOnce({ url }: Service, recharge: Sent): Promise<boolean> {
  const status = await fetch(`${url}/recharges`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': recharge.key },
    body: JSON.stringify(recharge.body),
  })
    .then((response) => response.arrayBuffer().then(() => response.status))
    .catch(() => null);
  if (status === null) return false;
  expect(status).toBe(201);
  recharge.isAcknowledged = true;
  return true;
}

/** The server rolls back what the killed service left open. */
async function transactionsEnded(client: Client): Promise<void> {
  await until('its transactions are over', async () => {
    const { rowCount } = await client.query(
      `SELECT FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'travel-recharge'`,
    );
    return rowCount === 0;
  });
}

async function find(client: Client, { key, body }: Sent): Promise<Kept> {
  const { rows } = await client.query<Kept>(
    `SELECT (SELECT count(*) FROM recharges WHERE card_id = $1 AND amount = $2) AS recharges,
            (SELECT count(*) FROM postings JOIN recharges USING (recharge_id, card_id, amount)
             WHERE card_id = $1 AND amount = $2 AND kind = 'recharge' AND card_balance = new_balance) AS postings,
            (SELECT count(*) FROM idempotency_keys JOIN recharges ON body::json ->> 'recharge_id' = recharge_id::text
             WHERE idempotency_key = $3 AND card_id = $1 AND amount = $2) AS keys`,
    [body.card_id, body.amount, key],
  );
  return rows[0] ?? { recharges: 0, postings: 0, keys: 0 };
}

/** A card has what its recharges brought. */
async function expectBalances(client: Client, cards: readonly number[]): Promise<void> {
  const { rows } = await client.query<{ card_id: number; balance: number; total: number }>(
    `SELECT card_id, balance, coalesce(sum(amount), 0) AS total FROM cards LEFT JOIN recharges USING (card_id)
     WHERE card_id = ANY ($1) GROUP BY card_id`,
    [cards],
  );
  expect(rows).toHaveLength(cards.length);
  for (const { balance, total } of rows) expect(balance).toBe(total);
}
