import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { connect as connectTo } from 'node:net';
import { join } from 'node:path';
import type { Client } from 'pg';
import type { RechargeResponse } from '../../src/modules/recharges/dto/recharge-responses.dto';
import { isAlive } from '../../src/platform/postgres/embedded/process';
import { findRunningPostgres } from '../../src/platform/postgres/embedded/running-postgres';
import { connect } from '../builders/connect';
import { aCard, balanceOf } from '../builders/rides';
import { afterFile, afterTest } from '../setup/after-test';
import { type Answer, ask, post } from '../setup/api';
import { createDatabase, type TestDatabase } from '../setup/database';
import { breaksOf } from '../setup/ledger';
import { findLeftServer, stopLeftServer } from '../setup/left-server';
import { aMetricsPort, type Metrics, parseMetrics, scrape } from '../setup/open-metrics';
import { type Service, startService } from '../setup/service';
import { createTempFolder, removeFolder } from '../setup/temp-folder';
import { until } from '../setup/until';
import { untilWaiting } from '../setup/until-waiting';
import { readVariable } from '../setup/variables';

const redisUrl = readVariable('TEST_REDIS_URL');

type LogLine = Readonly<Record<string, unknown>>;

function linesOf({ output }: Service): LogLine[] {
  const lines = output.split('\n').slice(0, -1);
  return lines.flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as LogLine] : []));
}

/** The workers that listen, by what the service says of them. */
function workersOf(service: Service): number[] {
  const listening = new Set<number>();
  for (const { msg, worker } of linesOf(service)) {
    if (msg === 'a worker listens') listening.add(Number(worker));
    if (msg === 'a worker exited') listening.delete(Number(worker));
  }
  return [...listening];
}

async function twoWorkersListen(service: Service): Promise<void> {
  await until('two workers listen', () => workersOf(service).length === 2);
}

/** A new connection for the request, which any worker may be given. */
const afresh = { connection: 'close' };

/** Who answered, by the log. */
async function answererOf(service: Service, { headers }: Answer): Promise<number> {
  const id = headers.get('x-request-id');
  const find = () => linesOf(service).find(({ msg, reqId }) => msg === 'answered' && reqId === id)?.pid;
  await until('the answer is in the log', () => find() !== undefined);
  return Number(find());
}

/** Recharges of a card that wait for it, one for each worker, until the card is let go. */
async function rechargesInFlight(service: Service, client: Client, card_id: number) {
  await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
  await client.query('SELECT FROM cards WHERE card_id = $1 FOR NO KEY UPDATE', [card_id]);
  const answers = Promise.all(
    workersOf(service).map(() => post(service, '/recharges', { card_id, amount: 1_000 }, afresh)),
  );
  await untilWaiting(client, 2);
  return { answers, letGo: () => client.query('ROLLBACK') };
}

function isRefused({ url }: Service): Promise<boolean> {
  const { hostname, port } = new URL(url);
  const socket = connectTo(Number(port), hostname);
  return new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(false)).once('error', () => resolve(true));
  }).finally(() => socket.destroy());
}

describe('two workers', () => {
  let database: TestDatabase;
  let service: Service;
  let metricsUrl: string;

  beforeAll(async () => {
    database = await createDatabase();
    afterFile(() => database.drop());
    const { url, env } = await aMetricsPort();
    metricsUrl = url;
    service = await startService({
      databaseUrl: database.url,
      redisUrl,
      port: 0,
      env: { ...env, WORKERS: '2', MAX_CARD_BALANCE: '1000000000' },
    });
    afterFile(() => service.stop());
  });

  /** How often `/health/live` was answered, by all workers since the service started. */
  const liveCount = (metrics: Metrics): number =>
    metrics.sum('http_server_request_duration_seconds_count', { http_route: '/health/live' });

  async function countIs(count: number): Promise<void> {
    await until(`${count} are counted`, async () => liveCount(await scrape(metricsUrl)) === count);
  }

  it('answer on one port', async () => {
    await twoWorkersListen(service);
    const pids = new Set<number>();
    await until('both have answered', async () => {
      const answer = await ask(service, '/health/live', { headers: afresh });
      expect(answer.status).toBe(200);
      return pids.add(await answererOf(service, answer)).size === 2;
    });

    expect(pids).toEqual(new Set(workersOf(service)));
    expect(workersOf(service)).toHaveLength(2);
    expect(workersOf(service)).not.toContain(service.pid);
  });

  it('read what either of them has written, at once and from the cache', async () => {
    const card_id = await aCard(service, 0);
    const readers = new Set<number>();
    const sources = new Set<string | null>();

    for (let balance = 1_000; balance <= 30_000; balance += 1_000) {
      await post(service, '/recharges', { card_id, amount: 1_000 }, afresh);
      for (let read = 0; read < 3; read += 1) {
        const answer = await ask(service, `/cards/${card_id}/balance`, { headers: afresh });
        expect(answer.body).toMatchObject({ balance });
        readers.add(await answererOf(service, answer));
        sources.add(answer.headers.get('x-cache'));
      }
    }

    expect(readers).toEqual(new Set(workersOf(service)));
    expect(sources).toContain('HIT');
  });

  it('go on while one of them is killed, which is replaced, and the books are right', async () => {
    const cards = await Promise.all(Array.from({ length: 4 }, () => aCard(service, 0)));
    const [victim = 0] = workersOf(service);
    let isOver = false;
    afterTest(() => Promise.resolve((isOver = true)));
    const acknowledged = cards.map(() => 0);
    const recharging = Promise.all(
      cards.map(async (card_id, index) => {
        while (!isOver) {
          await rechargeWithRetries(card_id);
          acknowledged[index] = (acknowledged[index] ?? 0) + 1_000;
        }
      }),
    );
    await until('recharges are under way', () => acknowledged.every((amount) => amount > 3_000));

    process.kill(victim, 'SIGKILL');
    await until('it is gone', () => !workersOf(service).includes(victim));
    await twoWorkersListen(service);
    isOver = true;
    await recharging;

    const balances = await Promise.all(cards.map((card_id) => balanceOf(service, card_id)));
    expect(balances).toEqual(acknowledged);
    expect(await breaksOf(database.url)).toEqual({});
    expect(linesOf(service)).toContainEqual(
      expect.objectContaining({ level: 40, worker: victim, reason: 'SIGKILL' }),
    );
  });

  it('leave no connection with nobody that a killed one was given and had not taken', async () => {
    const [victim = 0] = workersOf(service);
    process.kill(victim, 'SIGSTOP');
    let answered = 0;
    // Each has a connection of its own. The two workers get one each, and the one that stands still does not take it.
    const all = Promise.all(
      Array.from({ length: 3 }, async () => {
        const [response] = (await once(get(`${service.url}/health`, { agent: false }), 'response')) as [
          IncomingMessage,
        ];
        response.resume();
        answered += 1;
        return response.statusCode;
      }),
    );
    await until('the other one has answered what it was given', () => answered === 2);

    process.kill(victim, 'SIGKILL');

    expect(await all).toEqual([200, 200, 200]);
    await twoWorkersListen(service);
  });

  /** As a caller does whose connection broke: again, with the same key. */
  async function rechargeWithRetries(card_id: number): Promise<void> {
    const headers = { ...afresh, 'idempotency-key': randomUUID() };
    await until('the recharge is taken', async () => {
      const answer = await post(service, '/recharges', { card_id, amount: 1_000 }, headers).catch(() => null);
      return answer?.status === 201;
    });
  }

  it('show their metrics as one, and what one has counted stays when it is silent, and when it is killed', async () => {
    const before = liveCount(await scrape(metricsUrl));
    // On a busy machine one of them may take many connections in a row.
    let asked = 0;
    const answerers = new Set<number>();
    await until('both have answered', async () => {
      asked += 1;
      const answer = await ask(service, '/health/live', { headers: afresh });
      return answerers.add(await answererOf(service, answer)).size === 2;
    });
    await countIs(before + asked);

    const [victim = 0] = workersOf(service);
    process.kill(victim, 'SIGSTOP');
    afterTest(() => Promise.resolve(isAlive(victim) && process.kill(victim, 'SIGCONT')));
    let silent = await scrape(metricsUrl);
    await until('it alone is named as silent', async () => {
      silent = await scrape(metricsUrl);
      const up = [...silent.named('travel_worker_up')].map((series) => silent.series.get(series));
      return up.sort().join() === '0,1';
    });
    expect(liveCount(silent)).toBe(before + asked);

    process.kill(victim, 'SIGKILL');
    await until('it is gone', () => !workersOf(service).includes(victim));
    await twoWorkersListen(service);
    await until('both answer', async () => (await scrape(metricsUrl)).sum('travel_worker_up') === 2);
    expect(liveCount(await scrape(metricsUrl))).toBe(before + asked);

    // Whichever worker is asked, it has the metrics of both.
    for (const answer of [1, 2, 3, 4].map(() => fetch(`${service.url}/metrics`, { headers: afresh })))
      expect(liveCount(parseMetrics(await (await answer).text()))).toBe(before + asked);
  });

  it('are replaced also when one is asked to stop', async () => {
    const before = liveCount(await scrape(metricsUrl));
    await ask(service, '/health/live', { headers: afresh });
    const [victim = 0] = workersOf(service);

    process.kill(victim, 'SIGTERM');
    await until('it is gone', () => !workersOf(service).includes(victim));
    await twoWorkersListen(service);

    // It was not asked for what it had counted last, and has said so as it ended.
    await countIs(before + 1);

    expect(linesOf(service)).toContainEqual(
      expect.objectContaining({ worker: victim, reason: 'exit code 0' }),
    );
    expect(service.output.match(/Travel Recharge is ready/g)).toHaveLength(1);
  });

  it('stop in order at a Ctrl-C, which reaches every process', async () => {
    const workers = workersOf(service);

    [...workers, service.pid].forEach((pid) => process.kill(pid, 'SIGINT'));

    expect(await service.stop()).toEqual({ code: 0, signal: null });
    expect(workers.filter(isAlive)).toEqual([]);
  });
});

it('finish what is in flight when the process that keeps them is killed, or stopped, with its database', async () => {
  const dataDir = await createTempFolder();
  afterTest(() => removeFolder(dataDir));
  afterTest(() => stopLeftServer(dataDir));
  const start = () => startService({ redisUrl, env: { DATA_DIR: dataDir, DEMO_DATA: 'off', WORKERS: '2' } });
  const killed = await start();
  afterTest(() => killed.stop());
  const client = await connect((await findRunningPostgres(dataDir)) ?? '');
  afterTest(() => client.end());
  const card_id = await aCard(killed, 0);
  await twoWorkersListen(killed);
  const workers = workersOf(killed);

  const orphaned = await rechargesInFlight(killed, client, card_id);
  process.kill(killed.pid, 'SIGKILL');
  await until('the port is free', () => isRefused(killed));
  await orphaned.letGo();
  expect((await orphaned.answers).map(({ status }) => status)).toEqual([201, 201]);
  await until('the workers are gone', () => !workers.some(isAlive));

  const stopped = await start();
  afterTest(() => stopped.stop());
  expect(stopped.output).toContain('adopted');
  await twoWorkersListen(stopped);
  const inFlight = await rechargesInFlight(stopped, client, card_id);
  await stopped.kill('SIGTERM');
  await until('no new connection is taken', () => isRefused(stopped));
  await inFlight.letGo();
  const answers = await inFlight.answers;
  expect(answers.map(({ status, headers }) => [status, headers.get('connection')])).toEqual([
    [201, 'close'],
    [201, 'close'],
  ]);
  const balances = answers.map(({ body }) => (body as RechargeResponse).new_balance);
  expect(balances.sort()).toEqual([3_000, 4_000]);
  expect(await stopped.stop()).toEqual({ code: 0, signal: null });
  expect(await findLeftServer(dataDir)).toBeNull();
});

it('stay one process, which says so, where the cache is in its memory', async () => {
  const database = await createDatabase();
  afterTest(() => database.drop());
  const service = await startService({ databaseUrl: database.url, env: { WORKERS: '2' } });
  afterTest(() => service.stop());

  const answer = await ask(service, '/health', { headers: afresh });

  expect(await answererOf(service, answer)).toBe(service.pid);
  const warnings = linesOf(service).filter(({ level }) => level === 40);
  expect(warnings).toEqual([
    expect.objectContaining({ msg: expect.stringContaining('WORKERS=2 needs REDIS_URL') as unknown }),
    expect.objectContaining({ msg: expect.stringContaining('AUTH=trusted-network') as unknown }),
  ]);
});

it('go on while a replacement fails to start, however often, and are two again once it can', async () => {
  const folder = await createTempFolder();
  afterTest(() => removeFolder(folder));
  const [crash, trouble] = [join(folder, 'crash.cjs'), join(folder, 'trouble')];
  await writeFile(
    crash,
    `if (require('node:cluster').isWorker && require('node:fs').existsSync('${trouble}')) process.exit(3);`,
  );
  const database = await createDatabase();
  afterTest(() => database.drop());
  const service = await startService({
    databaseUrl: database.url,
    redisUrl,
    nodeOptions: ['--require', crash],
    env: { WORKERS: '2' },
  });
  afterTest(() => service.stop());
  await twoWorkersListen(service);
  const [victim = 0, other] = workersOf(service);

  await writeFile(trouble, '');
  process.kill(victim, 'SIGKILL');
  await until('five replacements have failed', () => failedStarts(service) >= 5);
  const answer = await ask(service, '/health', { headers: afresh });
  expect([answer.status, await answererOf(service, answer)]).toEqual([200, other]);

  await rm(trouble);
  await twoWorkersListen(service);
  expect(workersOf(service)).toContain(other);
});

function failedStarts(service: Service): number {
  return linesOf(service).filter(({ reason }) => reason === 'exit code 3').length;
}

it('give up when they end again and again before they listen', async () => {
  const folder = await createTempFolder();
  afterTest(() => removeFolder(folder));
  const crash = join(folder, 'crash.cjs');
  await writeFile(crash, `if (require('node:cluster').isWorker) process.exit(3);`);
  const database = await createDatabase();
  afterTest(() => database.drop());

  const started = startService({
    databaseUrl: database.url,
    redisUrl,
    nodeOptions: ['--require', crash],
    env: { WORKERS: '2', DATABASE_POOL_SIZE: '500' },
  });

  await expect(started).rejects.toThrow('2 workers may open 1006 connections');
  await expect(started).rejects.toThrow(
    // The other worker may exit while the process ends.
    /ended \(1\) before[^]*\ntravel-recharge: a worker exited 5 times before it listened; the last reason: exit code 3\n(\{.*"a worker exited"\}\n)*$/,
  );
});
