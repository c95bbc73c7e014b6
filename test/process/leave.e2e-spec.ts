import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { connect } from '../builders/connect';
import { aCard, balanceOf } from '../builders/rides';
import { afterFile, afterTest } from '../setup/after-test';
import { ask } from '../setup/api';
import { createDatabase, type TestDatabase } from '../setup/database';
import { RawConnection } from '../setup/raw-connection';
import { type Service, startService } from '../setup/service';
import { until } from '../setup/until';
import { readVariable } from '../setup/variables';

const redisUrl = readVariable('TEST_REDIS_URL');
const PROBE_INTERVAL_MS = 10;
const CLIENTS = 6;

let database: TestDatabase;
let client: Client;

beforeAll(async () => {
  database = await createDatabase();
  afterFile(() => database.drop());
  client = await connect(database.url);
  afterFile(() => client.end());
});

async function start(delayMs: number, env: Readonly<Record<string, string>> = {}): Promise<Service> {
  const service = await startService({
    databaseUrl: database.url,
    env: { SHUTDOWN_DELAY_MS: String(delayMs), ...env },
  });
  afterTest(() => service.stop());
  return service;
}

/** What one request came to: the status, or the code of the error of its connection. */
interface Outcome {
  readonly result: number | string;
  readonly closes: boolean;
}

function request(url: string, agent: Agent | false): Promise<Outcome> {
  return new Promise((resolve) => {
    get(url, { agent }, (response) => {
      response
        .resume()
        .once('end', () =>
          resolve({ result: response.statusCode ?? 0, closes: response.headers.connection === 'close' }),
        );
    }).once('error', (error: NodeJS.ErrnoException) =>
      resolve({ result: error.code ?? error.message, closes: true }),
    );
  });
}

/** A balancer and its callers: it sends requests on while `/health/ready` is 200, over new connections and over kept ones. */
class Load {
  readonly results: (number | string)[] = [];
  private isReady = true;
  private readonly running: Promise<unknown>;

  constructor({ url }: Service, path: string) {
    const kept = Array.from({ length: CLIENTS }, () => this.callOverKept(url + path));
    const fresh = Array.from({ length: CLIENTS }, () => this.callAfresh(url + path));
    this.running = Promise.all([this.probe(`${url}/health/ready`), ...kept, ...fresh]);
  }

  /** Resolves when the balancer has been told to send nothing more, and all is answered. */
  async ended(): Promise<void> {
    await this.running;
  }

  private async probe(url: string): Promise<void> {
    while ((await request(url, false)).result === 200) await sleep(PROBE_INTERVAL_MS);
    this.isReady = false;
  }

  private async callOverKept(url: string): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (this.isReady) {
      const { result, closes } = await request(url, agent);
      this.results.push(result);
      // The connection is not used any more; whether there may be another one, the balancer decides.
      if (closes) await sleep(PROBE_INTERVAL_MS);
    }
    agent.destroy();
  }

  private async callAfresh(url: string): Promise<void> {
    while (this.isReady) this.results.push((await request(url, false)).result);
  }
}

it.each([
  ['one process', {}],
  ['two workers', { WORKERS: '2', REDIS_URL: redisUrl }],
])('answers all that a balancer sends while it is told to stop, time and again: %s', async (_, env) => {
  for (let round = 1; round <= 2; round += 1) {
    const service = await start(2_500, env);
    const card_id = await aCard(service, 1_000);
    const load = new Load(service, `/cards/${card_id}/balance`);
    await until('the load is under way', () => load.results.length > 100);

    expect(await service.stop()).toEqual({ code: 0, signal: null });

    await load.ended();
    expect(new Set(load.results)).toEqual(new Set([200]));
  }
});

it('says first that it leaves, then takes no new connection, and answers what is in flight', async () => {
  const service = await start(6_000);
  const card_id = await aCard(service, 0);
  await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
  await client.query('SELECT FROM cards WHERE card_id = $1 FOR NO KEY UPDATE', [card_id]);
  const kept = await RawConnection.open(service);
  // Two in flight on one connection: the first response must not close it.
  kept.send(aRechargeOf(card_id) + aRechargeOf(card_id));
  await until('the recharges wait for their card', async () => {
    await client.query('SELECT pg_stat_clear_snapshot()');
    const { rowCount } = await client.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rowCount === 2;
  });

  await service.kill('SIGTERM');
  await until('it says so', async () => (await ask(service, '/health/ready')).status === 503);

  const ready = await ask(service, '/health/ready');
  expect(ready).toMatchObject({ status: 503, body: { message: 'The service is stopping.' } });
  expect(ready.headers.get('retry-after')).toBe('2');
  const live = await ask(service, '/health/live');
  expect([live.status, live.headers.get('connection')]).toEqual([200, 'close']);
  const read = await ask(service, `/cards/${card_id}/balance`);
  expect([read.status, read.headers.get('connection')]).toEqual([200, 'close']);

  // Three at once: whatever of them is done is also acknowledged.
  const other = await aCard(service, 0);
  const last = await RawConnection.open(service);
  last.send(aRechargeOf(other).repeat(3));
  const done = (await last.untilClosed()).filter(({ status }) => status === 201).length;
  expect(await balanceOf(service, other)).toBe(1_000 * done);

  await client.query('ROLLBACK');
  const responses = await kept.untilClosed();
  expect(responses.map(({ status, headers }) => [status, headers.get('connection') ?? 'kept'])).toEqual([
    [201, 'keep-alive'],
    [201, 'close'],
  ]);
  expect(await service.stop()).toEqual({ code: 0, signal: null });
  await expect(fetch(service.url)).rejects.toThrow();
});

function aRechargeOf(card_id: number): string {
  const body = JSON.stringify({ card_id, amount: 1_000 });
  const head = ['POST /recharges HTTP/1.1', 'Host: localhost', 'Content-Type: application/json'];
  return [...head, `Content-Length: ${body.length}`, '', body].join('\r\n');
}
