import { aCard } from '../builders/rides';
import { afterFile } from '../setup/after-test';
import { ask } from '../setup/api';
import { breaksOf } from '../setup/ledger';
import { PostgresPair } from '../setup/postgres-pair';
import { RechargeTraffic } from '../setup/recharge-traffic';
import { startRedis } from '../setup/redis-server';
import { type Service, startService } from '../setup/service';
import { until } from '../setup/until';

/** Writes use four of them; two unanswered commits are too many. */
const POOL_SIZE = 6;
const CARDS = 6;
/** Each may have begun before it was known: totals, seals, entries of the audit trail, the row of the process. */
const BACKGROUND_WRITERS = 4;

let pair: PostgresPair;
let services: readonly Service[];
let traffic: RechargeTraffic;

beforeAll(async () => {
  pair = await PostgresPair.start();
  afterFile(() => pair.stop());
  const redis = await startRedis();
  afterFile(() => redis.stop());
  const start = (): Promise<Service> =>
    startService({
      databaseUrl: pair.url,
      redisUrl: redis.url,
      env: {
        DATABASE_POOL_SIZE: String(POOL_SIZE),
        // A caller is told soon, as by default: no answer at all is a failure.
        DATABASE_CONNECT_TIMEOUT_MS: '3000',
        DATABASE_STATEMENT_TIMEOUT_MS: '5000',
        DATABASE_SILENCE_MS: '2000',
        DATABASE_TRANSACTION_TIMEOUT_MS: '2000',
        IDEMPOTENCY_WAIT_MS: '500',
        REDIS_TIMEOUT_MS: '2000',
        MAX_CARD_BALANCE: '1000000000',
        LOG_LEVEL: 'warn',
      },
    });
  // One after the other: the first migrates.
  services = [await start(), await start()];
  for (const service of services) afterFile(() => service.stop());
  const [first] = services;
  if (!first) throw new Error('no service was started');
  const cards: number[] = [];
  while (cards.length < CARDS) cards.push(await aCard(first, 0));
  traffic = new RechargeTraffic(
    services.map(({ url }) => url),
    cards,
  );
  traffic.start();
  await traffic.flows();
  traffic.report();
});

afterEach(() => {
  console.log(`${expect.getState().currentTestName}\n  ${traffic.report()}`);
  // The referee: no read was older than it may be, and nothing failed but was refused for now.
  expect(traffic.violations).toEqual([]);
  expect(traffic.failures).toEqual([]);
});

afterAll(async () => {
  await traffic.stop();
});

async function areReady(status: 'healthy' | 'degraded'): Promise<void> {
  for (const service of services)
    await until(`the service is ${status}`, async () => {
      const answer = await ask<{ status: string }>(service, '/health/ready');
      return answer.status === 200 && answer.body.status === status;
    });
}

it('the primary is killed, and the standby takes its place', async () => {
  await pair.failOver();
  await traffic.flows();
  await pair.rejoin();

  await traffic.flows();
});

it('the standby takes the place of a primary that stops in order, and gives it back', async () => {
  for (let time = 0; time < 2; time += 1) {
    await pair.switchOver();
    await traffic.flows();
  }
});

it('the only standby goes away: writes are refused at once and reads go on, until it is back', async () => {
  await pair.standby.stop();
  await areReady('degraded');

  const refused = traffic.refusedWrites;
  await until('further writes are refused', () => traffic.refusedWrites > refused + 2 * CARDS);
  await traffic.readsFlow();
  const [done] = traffic.acknowledged;
  for (const service of services) {
    expect(await ask(service, `/recharges/${done?.rechargeId}`)).toMatchObject({ status: 200 });
    expect(await ask(service, '/health')).toMatchObject({ status: 200, body: { status: 'degraded' } });
  }
  // A session that waits for the standby keeps its connection, so there are not more and more of them.
  const [sessions] = await pair.primary.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'travel-recharge'`,
  );
  expect(sessions?.count).toBeLessThanOrEqual(services.length * (POOL_SIZE + BACKGROUND_WRITERS));

  // Who ends the wait has the recharges committed here alone. Nobody is told that they are done, also when asked again.
  const { length } = traffic.acknowledged;
  await pair.primary.query(
    `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'`,
  );
  await areReady('degraded');
  expect(traffic.acknowledged).toHaveLength(length);

  await pair.standby.start();
  await areReady('healthy');
  await traffic.flows();
});

it('the standby takes the place of a primary that still answers over the connections it has', async () => {
  await pair.promote(true);
  await traffic.flows();
  // The balancer takes the old primary for the primary once more, as when its Patroni wakes up.
  pair.balancer.leadTo(pair.standby.url);
  const refused = traffic.refusedReads;
  await until('reads are refused', () => traffic.refusedReads > refused + CARDS);
  pair.balancer.leadTo(pair.primary.url);
  await traffic.flows();
  await pair.rejoin();

  await traffic.flows();
});

it('no acknowledged recharge is lost, none is there twice, and the books are right', async () => {
  await traffic.stop();

  expect(await traffic.faultsIn(pair.primary.url)).toEqual([]);
  expect(await breaksOf(pair.primary.url)).toEqual({});
});
