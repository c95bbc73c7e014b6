import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { connect } from '../builders/connect';
import { aKey, type TestKey } from '../builders/keys';
import { afterFile, afterTest } from '../setup/after-test';
import { createDatabase } from '../setup/database';
import { type Service, startService } from '../setup/service';
import { startProxy, type TcpProxy } from '../setup/tcp-proxy';
import { until } from '../setup/until';

/** Milliseconds that each load goes on after a revocation was acknowledged: longer than any look is believed. */
const AFTERWARDS = 2_500;
/** Milliseconds that each visitor rests, so that four of them ask a process each 10 ms, and the machine is not full. */
const BETWEEN_REQUESTS = 40;
/** A look that is so late is still young when it is received, by its receipt for longer than it should be. */
const LATE_LOOK = 450;

let client: Client;
let card_id: number;
let admin: TestKey;
let services: readonly Service[];
let proxies: readonly TcpProxy[];

/** Three processes over one database, each by a way of its own. */
beforeAll(async () => {
  const database = await createDatabase();
  afterFile(() => database.drop());
  client = await connect(database.url);
  afterFile(() => client.end());
  admin = await aKey(client, 'administrator');
  proxies = await Promise.all([0, 1, 2].map(() => startProxy(database.url)));
  afterFile(() => Promise.all(proxies.map((proxy) => proxy.stop())));
  services = await Promise.all(
    proxies.map(({ url }) =>
      startService({ databaseUrl: url, env: { AUTH: 'required', DATABASE_SILENCE_MS: '1000' } }),
    ),
  );
  afterFile(() => Promise.all(services.map((service) => service.stop())));
  const agent = await aKey(client, 'agent');
  const response = await fetch(`${services[0]?.url}/cards`, {
    method: 'POST',
    body: '{}',
    headers: { ...agent.headers, 'content-type': 'application/json' },
  });
  ({ card_id } = (await response.json()) as { card_id: number });
});

interface Heard {
  readonly service: number;
  readonly beganAt: number;
  readonly status: number;
}

/** Asks every process again and again with a key, over several connections each, until it is ended. */
function load(key: TestKey): { readonly heard: Heard[]; end(): Promise<void> } {
  const heard: Heard[] = [];
  let isOver = false;
  const visitors = services.flatMap(({ url }, service) =>
    Array.from({ length: 4 }, async () => {
      while (!isOver) {
        const beganAt = performance.now();
        const status = await fetch(`${url}/cards/${card_id}/balance`, {
          headers: key.headers,
          signal: AbortSignal.timeout(30_000),
        }).then(
          async (response) => {
            await response.arrayBuffer();
            return response.status;
          },
          () => 0,
        );
        heard.push({ service, beganAt, status });
        await sleep(BETWEEN_REQUESTS);
      }
    }),
  );
  return {
    heard,
    end: async () => {
      isOver = true;
      await Promise.all(visitors);
    },
  };
}

/** Revokes by the first process; resolves when that is acknowledged, with the moment. */
async function revoke({ id }: TestKey): Promise<number> {
  const { status } = await fetch(`${services[0]?.url}/keys/${id}/revocation`, {
    method: 'POST',
    headers: admin.headers,
  });
  expect(status).toBe(200);
  return performance.now();
}

async function isUsedEverywhere({ heard }: { heard: readonly Heard[] }): Promise<void> {
  await until('every process accepts the key', () =>
    services.every(
      (_, index) => heard.filter(({ service, status }) => service === index && status === 200).length > 20,
    ),
  );
}

function acceptedAfter(heard: readonly Heard[], moment: number): Heard[] {
  return heard.filter(({ beganAt, status }) => beganAt > moment && status < 400 && status > 0);
}

const faults: readonly (readonly [string, () => (() => void) | Promise<() => void>])[] = [
  ['nothing is wrong', () => () => undefined],
  [
    'the looks of one process are late',
    () => {
      proxies[1]?.delayBy(LATE_LOOK);
      return () => proxies[1]?.delayBy(0);
    },
  ],
  [
    'one process does not hear PostgreSQL',
    () => {
      proxies[1]?.silence();
      return () => proxies[1]?.resume();
    },
  ],
  [
    'one process is stopped in between, and goes on later',
    () => {
      void services[2]?.kill('SIGSTOP');
      const timer = setTimeout(() => void services[2]?.kill('SIGCONT'), 1_500 + randomInt(1_000));
      return () => {
        clearTimeout(timer);
        void services[2]?.kill('SIGCONT');
      };
    },
  ],
];

describe.each(faults)('a revoked key, while %s', (_, begin) => {
  it('is accepted by no process in a request that begins after the revocation was acknowledged', async () => {
    const key = await aKey(client, 'agent');
    const running = load(key);
    afterTest(() => running.end());
    await isUsedEverywhere(running);

    const end = await begin();
    afterTest(() => Promise.resolve(end()));
    const acknowledgedAt = await revoke(key);
    await sleep(AFTERWARDS);
    end();
    const { heard } = running;
    // The load went on: each process was asked, and has said no.
    await until('every process has refused it', () =>
      services.every((__, index) =>
        heard.some(
          ({ service, beganAt, status }) => service === index && beganAt > acknowledgedAt && status === 401,
        ),
      ),
    );
    await running.end();

    expect(acceptedAfter(heard, acknowledgedAt)).toEqual([]);
  });
});

it('is no reason to accept a key for longer when PostgreSQL is silent: it is 503, as reads are', async () => {
  const key = await aKey(client, 'agent');
  const running = load(key);
  afterTest(() => running.end());
  await isUsedEverywhere(running);
  proxies[2]?.silence();
  afterTest(() => Promise.resolve(proxies[2]?.resume()));

  const silentSince = performance.now();
  // No look is believed for longer than a second.
  const later = (): Heard[] =>
    running.heard.filter(({ service, beganAt }) => service === 2 && beganAt > silentSince + 1_100);
  await until('it has refused for a while', () => later().length > 50);
  const statuses = later().map(({ status }) => status);
  proxies[2]?.resume();
  await running.end();

  expect(new Set(statuses)).toEqual(new Set([503]));
});
