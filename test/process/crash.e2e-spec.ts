import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { findRunningPostgres } from '../../src/platform/postgres/embedded/running-postgres';
import { connect } from '../builders/connect';
import { aCard } from '../builders/rides';
import { afterTest } from '../setup/after-test';
import { createDatabase } from '../setup/database';
import { breaksOf, runLedgerVerify } from '../setup/ledger';
import { stopLeftServer } from '../setup/left-server';
import { type Service, startService } from '../setup/service';
import { createTempFolder, removeFolder } from '../setup/temp-folder';
import { until } from '../setup/until';

const CALLERS = 8;
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

  it('does so with the embedded database, whose server is left behind and taken over', async () => {
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
