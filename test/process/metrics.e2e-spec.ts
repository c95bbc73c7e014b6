import { readFileSync } from 'node:fs';
import { METHODS } from 'node:http';
import { join } from 'node:path';
import type { Client } from 'pg';
import { POSTING_KINDS } from '../../src/modules/ledger/posting.entity';
import { connect } from '../builders/connect';
import { aCard, aLine, type Line } from '../builders/rides';
import { afterFile, afterTest } from '../setup/after-test';
import { createDatabase } from '../setup/database';
import { aMetricsPort, type Metrics, parseMetrics, scrape } from '../setup/open-metrics';
import { MONITORING, Prometheus, promtool } from '../setup/prometheus';
import { exchange } from '../setup/raw-connection';
import { type Service, startService } from '../setup/service';
import { until } from '../setup/until';
import { untilTrusted } from '../setup/until-trusted';

const REQUESTS = 'http_server_request_duration_seconds_count';
/** Short, as the load waits for a write that takes longer; but what is no such write has to end within it on a crowded machine. */
const TRANSACTION_LIMIT_MS = '4000';
const RULE_TESTS = ['alerts.test.yml', 'alerts.hours.test.yml'];

let client: Client;
let service: Service;
let metricsUrl: string;
let line: Line;

beforeAll(async () => {
  const database = await createDatabase();
  afterFile(() => database.drop());
  client = await connect(database.url);
  afterFile(() => client.end());
  const { url, env } = await aMetricsPort();
  metricsUrl = url;
  service = await startService({
    databaseUrl: database.url,
    env: { ...env, CACHE_SAMPLE_ONE_IN: '0', DATABASE_TRANSACTION_TIMEOUT_MS: TRANSACTION_LIMIT_MS },
  });
  afterFile(() => service.stop());
  await untilTrusted(service);
  line = await aLine(client);
});

/** Sends a request past `ask`, which reads the OpenAPI document too. */
async function send(method: string, path: string, body?: object): Promise<number> {
  const response = await fetch(service.url + path, {
    method,
    body: body && JSON.stringify(body),
    headers: body && { 'content-type': 'application/json' },
  });
  await response.arrayBuffer();
  return response.status;
}

async function sendAll(requests: readonly (readonly [string, string, object?])[]): Promise<void> {
  for (const [method, path, body] of requests) await send(method, path, body);
}

/** What is there when nothing more comes of what was sent before: a response is counted when it is sent, which its caller may hear before. */
async function settled(): Promise<Metrics> {
  let now = await scrape(metricsUrl);
  await until('nothing more is counted', async () => {
    const before = now;
    now = await scrape(metricsUrl);
    return now.sum(REQUESTS) === before.sum(REQUESTS);
  });
  return now;
}

/** @returns what is there when so many more are counted. */
async function untilGrown(before: Metrics, name: string, by: number): Promise<Metrics> {
  let now = before;
  await until(`${name} grew by ${by}`, async () => {
    now = await scrape(metricsUrl);
    return Object.values(now.since(before, name)).reduce((sum, growth) => sum + growth, 0) >= by;
  });
  return now;
}

const labels = (method: string, route: string, status: number): string =>
  `{http_request_method="${method}",http_route="${route}",http_response_status_code="${status}"}`;

describe('the metrics of a service', () => {
  it('count each request once: hits, misses, writes, and refusals of every hook', async () => {
    const card_id = await aCard(service, 0);
    const before = await settled();

    await sendAll([
      ['GET', `/cards/${card_id}/balance`],
      ['GET', `/cards/${card_id}/balance`],
      ['GET', `/api/v1/cards/${card_id}/balance/`],
      ['HEAD', `/cards/${card_id}/balance`],
      ['POST', '/recharges', { card_id, amount: 20_000 }],
      ['POST', '/recharges', { card_id, amount: 5_000 }],
      ['POST', '/recharges', { card_id, amount: -5_000 }],
      ['POST', '/trips/start', { card_id, ...line.boarding }],
      ['GET', '/cards/999999999/balance'],
      ['GET', '/no/such/path'],
      ['GET', '/nor/this'],
      ['DELETE', '/recharges'],
      ['GET', '/trips/start'],
    ]);
    await exchange(service, 'GET /stations HTTP/1.1\r\nConnection: close\r\n\r\n');
    await exchange(service, 'this is no HTTP\r\n\r\n');

    const after = await untilGrown(before, REQUESTS, 15);
    expect(after.since(before, REQUESTS)).toEqual({
      [labels('GET', '/cards/:card_id/balance', 200)]: 3,
      [labels('HEAD', '/cards/:card_id/balance', 200)]: 1,
      [labels('POST', '/recharges', 201)]: 2,
      [labels('POST', '/recharges', 422)]: 1,
      [labels('POST', '/trips/start', 200)]: 1,
      [labels('GET', '/cards/:card_id/balance', 404)]: 1,
      [labels('GET', '', 404)]: 2,
      [labels('DELETE', '', 405)]: 1,
      // Fastify takes it for the trip with the id `start`, before the service refuses it.
      [labels('GET', '/trips/:trip_id', 405)]: 1,
      [labels('GET', '/stations', 400)]: 1,
      [labels('_OTHER', '', 400)]: 1,
    });
    expect(after.since(before, 'travel_cache_reads_total')).toEqual({
      '{key="card:{card_id}:balance",source="hit"}': 3,
      '{key="card:{card_id}:balance",source="miss"}': 2,
    });
    expect(after.since(before, 'travel_cache_hit_duration_seconds_count')).toEqual({ '': 3 });
    expect(after.since(before, 'travel_writes_total')).toEqual({
      '{kind="POST /recharges",outcome="committed"}': 2,
      '{kind="POST /recharges",outcome="refused"}': 1,
      '{kind="POST /trips/start",outcome="committed"}': 1,
    });
    expect(after.since(before, 'travel_problems_total')).toEqual({
      '{code="invalid_value"}': 1,
      '{code="card_not_found"}': 1,
      '{code="not_found"}': 2,
      '{code="method_not_allowed"}': 2,
      '{code="invalid_host"}': 1,
      '{code="malformed_request"}': 1,
    });
  });

  it('have each duration in the buckets that are as long or longer', async () => {
    const now = await scrape(metricsUrl);
    const ofBoardings = now
      .named('http_server_request_duration_seconds_bucket')
      .filter((series) => series.includes('/trips/start') && series.includes('"200"'))
      .map((series) => now.series.get(series) ?? 0);

    expect(ofBoardings).toHaveLength(17);
    expect([...ofBoardings].sort((one, other) => one - other)).toEqual(ofBoardings);
    expect(ofBoardings.at(-1)).toBe(
      now.sum(REQUESTS, { http_route: '/trips/start', http_response_status_code: '200' }),
    );
  });

  it('get no series by what callers write', async () => {
    const methods = METHODS.filter((method) => !['CONNECT', 'HEAD'].includes(method));
    const sendHostile = async (round: number): Promise<void> => {
      for (const [index, method] of methods.entries()) {
        const target = `/${round}/${index}"\\n{evil="1"}`.replaceAll('"', '%22');
        await exchange(
          service,
          `${method} ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
        );
      }
      await send('GET', `/cards/${round}000000/balance?x=${round}`);
      await send('GET', `/stations?locality=${round}`);
    };
    const start = await settled();
    await sendHostile(1);
    const before = await untilGrown(start, REQUESTS, methods.length + 2);

    await sendHostile(2);
    await sendHostile(3);
    const after = await untilGrown(before, REQUESTS, 2 * (methods.length + 2));

    expect([...after.series.keys()]).toEqual([...before.series.keys()]);
    const unrouted = after.named(REQUESTS).filter((series) => series.includes('http_route=""'));
    const used = new Set(unrouted.map((series) => /http_request_method="(\w+)"/.exec(series)?.[1]));
    expect([...used].sort()).toEqual(['DELETE', 'GET', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE', '_OTHER']);
  });

  it('say what the database counts: money, open trips, and when the jobs of the operator succeeded', async () => {
    const card_id = await aCard(service, 10_000);
    await send('POST', '/trips/start', { card_id, ...line.boarding });
    await client.query(documentedStatement('backup'));
    const {
      rows: [inDatabase],
    } = await client.query<{ recharged: number; open: number }>(
      `SELECT (SELECT sum(amount)::int FROM postings WHERE kind = 'recharge') AS recharged,
              (SELECT count(*)::int FROM open_trips) AS open`,
    );

    // Scrapes that come soon after each other share what the database said.
    let now = await scrape(metricsUrl);
    await until('the metrics say the same', async () => {
      const { recharged, open } = inDatabase ?? {};
      now = await scrape(metricsUrl);
      return (
        now.sum('travel_money_moved_total', { kind: 'recharge' }) === recharged &&
        now.sum('travel_open_trips') === open &&
        now.sum('travel_backup_timestamp_seconds') > 0
      );
    });

    expect(now.named('travel_money_moved_total')).toEqual(
      POSTING_KINDS.map((kind) => `travel_money_moved_total{kind="${kind}",currency="COP"}`),
    );
    expect(now.sum('travel_backup_timestamp_seconds')).toBeGreaterThan(1.7e9);
    expect(now.sum('travel_restore_drill_timestamp_seconds')).toBe(0);
    expect(now.sum('travel_ready')).toBe(1);
    expect(now.sum('travel_worker_up')).toBe(1);
    expect(
      Math.min(...now.named('travel_partition_ids_left').map((series) => now.series.get(series) ?? 0)),
    ).toBeGreaterThan(5e6);
  });

  it('are the same on the port of the service, for a scraper', async () => {
    const response = await fetch(`${service.url}/metrics`);

    expect(response.headers.get('content-type')).toBe(
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    );
    expect(parseMetrics(await response.text()).named('travel_ready')).toEqual(['travel_ready']);
  });

  it('are all that their own port serves, and are read only', async () => {
    const answers = await Promise.all([
      fetch(metricsUrl, { method: 'HEAD' }),
      fetch(metricsUrl, { method: 'POST' }),
      fetch(metricsUrl.replace('/metrics', '/cards/1/balance')),
      fetch(metricsUrl.replace('/metrics', '//')),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([200, 405, 404, 404]);
  });
});

/** The statement by which a job says that it has succeeded, from the guide. */
function documentedStatement(job: string): string {
  const [, statement = ''] =
    /(INSERT INTO operator_jobs .*? DEFAULT)/.exec(
      readFileSync(join(MONITORING, '../../DEPLOYMENT.md'), 'utf8'),
    ) ?? [];
  return statement.replace(/'\w+'/, `'${job}'`);
}

describe('the alerts', () => {
  it('are rules that Prometheus takes, and fire when they should, and only then', async () => {
    expect(await promtool('check', 'rules', 'alerts.yml')).toContain('SUCCESS');
    expect(await promtool('check', 'config', 'prometheus.yml')).toContain('SUCCESS');
    expect(await promtool('test', 'rules', ...RULE_TESTS)).toContain('SUCCESS');
  });

  it('and the dashboard ask for what the service shows, and each alert has a paragraph in the guide and a test', async () => {
    const card_id = await aCard(service, 50_000);
    await client.query(
      `INSERT INTO proofs (source, started_by, started_at, heard_at, ended_at, outcome, checks)
         VALUES ('program', 'test', now(), now(), now(), 'right',
                 '[{"part":"ledger","holds":true},{"part":"fares","holds":true},{"part":"audit","holds":true}]')`,
    );
    const prometheus = await Prometheus.start(new URL(metricsUrl).host);
    afterTest(() => prometheus.stop());
    let isOver = false;
    const load = keepBusy(card_id, () => isOver);
    afterTest(() => {
      isOver = true;
      return load;
    });

    const rules = await prometheus.rules();
    const expressions = [...rules.flatMap(sidesOf), ...panelExpressions()];
    for (const expression of expressions)
      await until(`there is a series of ${expression}`, async () => (await prometheus.count(expression)) > 0);

    expect((await prometheus.rules()).filter(({ lastError }) => lastError)).toEqual([]);
    const guide = readFileSync(join(MONITORING, '../../DEPLOYMENT.md'), 'utf8');
    const tests = RULE_TESTS.map((name) => readFileSync(join(MONITORING, name), 'utf8')).join('');
    const alerts = rules.filter(({ type }) => type === 'alerting');
    expect(alerts.length).toBeGreaterThan(12);
    for (const { name, annotations } of alerts) {
      const [, heading = ''] = annotations?.runbook?.split('#') ?? [];
      expect(guide.toLowerCase()).toContain(`\n#### ${heading}\n`);
      expect(tests).toMatch(new RegExp(`alertname: ${name}\\n +exp_alerts: \\[\\]`));
      expect(tests).toMatch(new RegExp(`alertname: ${name}\\n +exp_alerts:\\n`));
    }
  });
});

/** Requests of each kind that the dashboard shows, also one that fails: its card is locked for longer than a write may take. */
async function keepBusy(card_id: number, isOver: () => boolean): Promise<void> {
  const locked = await aCard(service, 0);
  await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
  await client.query('SELECT FROM cards WHERE card_id = $1 FOR NO KEY UPDATE', [locked]);
  while (!isOver()) {
    await send('POST', '/trips/start', { card_id, ...line.boarding });
    await send('POST', '/recharges', { card_id, amount: 1_000 });
    for (let read = 0; read < 3; read += 1) await send('GET', `/cards/${card_id}/balance`);
    await send('POST', '/recharges', { card_id: locked, amount: 1_000 });
  }
  await client.query('ROLLBACK');
}

/** The expression of a recording rule; of an alert, what is compared. */
function sidesOf({ type, query }: { type: string; query: string }): string[] {
  if (type === 'recording') return [query];
  return query.split(/ and | or /).map((condition) => condition.replace(/ (>|<|==) [\d.e+* ]+$/, ''));
}

function panelExpressions(): string[] {
  const { panels } = JSON.parse(readFileSync(join(MONITORING, 'grafana/travel-recharge.json'), 'utf8')) as {
    panels: { targets?: { expr: string }[] }[];
  };
  return panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
}
