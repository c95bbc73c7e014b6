import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { startEmbeddedPostgres } from '../../src/platform/postgres/embedded/embedded-postgres';
import { connect } from '../builders/connect';
import { aStation } from '../builders/network';
import { aCard } from '../builders/rides';
import { afterFile, afterTest } from '../setup/after-test';
import { ask, type Answer } from '../setup/api';
import { demotePostgres, pausePostgres } from '../setup/paused-postgres';
import { type RedisServer, startRedis } from '../setup/redis-server';
import { type Service, startService } from '../setup/service';
import { startProxy, type TcpProxy } from '../setup/tcp-proxy';
import { createTempFolder, removeFolder } from '../setup/temp-folder';
import { until } from '../setup/until';

/** Longer than a test may take: what is answered meanwhile was not ended by these. */
const FOR_EVER = '60000';
const POOL_SIZE = 3;
const AMOUNT = 1_000;
/** A write is bounded by its transaction, not by the silence (milliseconds). */
const WRITE_TIMEOUT_MS = 30_000;
/** The silence that is allowed, and several times that, in milliseconds. */
const SILENCE = 1_000;
const SLOW = 3_000;
/** PostgreSQL says it together with being ready, when it has let a connection in. */
const LET_IN = 'server_version';

let folder: string;
let databaseUrl: string;
let client: Client;
let redis: RedisServer;
/** Between PostgreSQL and the service that was started last. */
let proxy: TcpProxy;
/** Bounded by nothing but the silence. */
let service: Service;

beforeAll(async () => {
  folder = await createTempFolder();
  afterFile(() => removeFolder(folder));
  const settings = { fsync: 'off', synchronous_commit: 'off' };
  const postgres = await startEmbeddedPostgres({ dataDir: folder, settings, log: () => undefined });
  afterFile(() => postgres.stop());
  databaseUrl = postgres.url;
  client = await connect(databaseUrl);
  afterFile(() => client.end());
  redis = await startRedis();
  afterFile(() => redis.stop());
  service = await aService(
    { DATABASE_STATEMENT_TIMEOUT_MS: FOR_EVER, DATABASE_CONNECT_TIMEOUT_MS: FOR_EVER },
    afterFile,
  );
  await aStation(client);
});

/** @param after stops it after the test, or after the file. */
async function aService(env: Readonly<Record<string, string>>, after = afterTest): Promise<Service> {
  const own = await startProxy(databaseUrl);
  after(() => own.stop());
  proxy = own;
  const started = await startService({
    databaseUrl: proxy.url,
    redisUrl: redis.url,
    env: {
      DATABASE_POOL_SIZE: String(POOL_SIZE),
      DATABASE_SILENCE_MS: String(SILENCE),
      CACHE_STALE: 'on',
      ...env,
    },
  });
  after(() => started.stop());
  return started;
}

/** Another key each time, so that nothing is there. */
async function readSomethingNew(service: Service): Promise<Answer> {
  return ask(service, `/trips/${Math.ceil(Math.random() * 1_000_000_000)}`);
}

async function expectRefused(read: Promise<Answer>): Promise<void> {
  const { status, headers, body } = await read;
  expect({ status, body }).toMatchObject({ status: 503, body: { code: 'database_away' } });
  expect(headers.get('retry-after')).not.toBeNull();
}

/** The only recharge of a card is taken, whatever became of the request before this one. */
async function rechargeOnce(service: Service, card_id: number, key: string): Promise<Answer> {
  return ask(service, '/recharges', {
    method: 'POST',
    body: JSON.stringify({ card_id, amount: AMOUNT }),
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    signal: AbortSignal.timeout(WRITE_TIMEOUT_MS),
  });
}

async function connectionsOf(application: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    'SELECT count(*) AS count FROM pg_stat_activity WHERE application_name = $1',
    [application],
  );
  return rows[0]?.count ?? 0;
}

interface Silence {
  readonly what: string;
  /** Answers how to end it. */
  readonly begin: () => Promise<() => Promise<void>>;
}

const silences: readonly Silence[] = [
  { what: 'the server stands still', begin: () => pausePostgres(folder, client) },
  {
    what: 'the network says nothing',
    begin: () => {
      proxy.silence();
      return Promise.resolve(() => Promise.resolve(proxy.resume()));
    },
  },
  {
    what: 'the server is a standby, which answers',
    begin: async () => {
      const promote = await demotePostgres(folder, client);
      client = await connectAgain();
      return promote;
    },
  },
];

/** The embedded server is started again by who holds it. */
async function connectAgain(): Promise<Client> {
  const answers = (): Promise<boolean> =>
    connect(databaseUrl).then(
      (connection) => connection.end().then(() => true),
      () => false,
    );
  await until('the server answers', answers);
  const connection = await connect(databaseUrl);
  afterFile(() => connection.end());
  return connection;
}

describe.each(silences)('while $what', ({ begin }) => {
  it('reads are refused at once, or stale, and writes are done once; then all is as before', async () => {
    const card_id = await aCard(service, 0);
    const stations = await ask(service, '/stations');
    await until('reads are answered', async () => (await readSomethingNew(service)).status === 404);

    const end = await begin();
    let isOver = false;
    const goOn = async (): Promise<void> => {
      if (!isOver) await end();
      isOver = true;
    };
    afterTest(goOn);
    const key = randomUUID();
    // Sent while nobody knows of the silence, more than the pool has connections: they wait, and are given up.
    const reads = Array.from({ length: 3 * POOL_SIZE }, () => readSomethingNew(service));
    const write = rechargeOnce(service, card_id, key);
    await Promise.all(reads.map(expectRefused));
    await expectRefused(ask(service, `/cards/${card_id}`));
    await expectRefused(ask(service, '/trips/total'));
    await until('the cache is not trusted', async () => {
      const answer = await ask(service, '/stations');
      expect(answer).toMatchObject({ status: 200, text: stations.text });
      return answer.headers.get('x-cache') === 'STALE';
    });
    expect((await ask(service, '/health/live')).status).toBe(200);
    // Everything so far was answered in the silence.
    expect(isOver).toBe(false);
    await goOn();

    const first = await write;
    if (first.status !== 201) expect(first.headers.get('retry-after')).not.toBeNull();
    await until('the recharge is taken', async () => {
      return (await rechargeOnce(service, card_id, key)).status === 201;
    });
    await until('answers are kept', async () => {
      const answer = await ask(service, `/cards/${card_id}/balance`);
      if (answer.status === 200) expect(answer.body).toMatchObject({ balance: AMOUNT });
      return answer.headers.get('x-cache') === 'HIT';
    });
    await until('many reads at once are answered', async () => {
      const many = Array.from({ length: 5 * POOL_SIZE }, () => readSomethingNew(service));
      return (await Promise.all(many)).every(({ status }) => status === 404);
    });
    expect(await connectionsOf('travel-recharge')).toBeLessThanOrEqual(POOL_SIZE);
    // The look, and the two connections of the keeper.
    await until('no look is left over', async () => (await connectionsOf('travel-recharge-cache')) <= 3);
  });
});

it('a statement that is slow in a database that answers is waited for', async () => {
  const usual = await aService({});
  const holder = await connect(databaseUrl);
  afterTest(() => holder.end());
  await holder.query('BEGIN ISOLATION LEVEL READ COMMITTED');
  await holder.query('LOCK TABLE users IN ACCESS EXCLUSIVE MODE');
  const slow = ask(usual, '/users/count');
  await until('it has waited for long', async () => {
    const { rows } = await client.query(
      `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'travel-recharge'
                                      AND clock_timestamp() - query_start > $1 * interval '1 ms'`,
      [SLOW],
    );
    return rows.length > 0;
  });
  await holder.query('COMMIT');

  expect((await slow).status).toBe(200);
});

it('connections that the network forgot are replaced', async () => {
  const bounded = await aService({ DATABASE_STATEMENT_TIMEOUT_MS: '500' });
  // As many as the pool has.
  await Promise.all(Array.from({ length: 5 * POOL_SIZE }, () => readSomethingNew(bounded)));

  proxy.silence();
  await Promise.all(Array.from({ length: 3 * POOL_SIZE }, () => expectRefused(readSomethingNew(bounded))));
  proxy.forget();

  await until('reads are answered again', async () => {
    const reads = Array.from({ length: 3 * POOL_SIZE }, () => readSomethingNew(bounded));
    return (await Promise.all(reads)).every(({ status }) => status === 404);
  });
});

it('connections that are ended in the moment in which they were let in are replaced', async () => {
  const usual = await aService({});
  proxy.detain(LET_IN);
  const endConnections = (): Promise<unknown> =>
    client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'travel-recharge'`,
    );
  // What the service does in the background may have left it one.
  await endConnections();
  let isAnswered = false;
  const read = readSomethingNew(usual).finally(() => (isAnswered = true));
  await until('the only connections that it could have are ended', async () => {
    await endConnections();
    return isAnswered;
  });

  await expectRefused(read);
  proxy.detain(null);
  await until('reads are answered again', async () => (await readSomethingNew(usual)).status === 404);
});
