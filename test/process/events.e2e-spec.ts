import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { findRunningPostgres } from '../../src/platform/postgres/embedded/running-postgres';
import { connect } from '../builders/connect';
import { aKey, type TestKey } from '../builders/keys';
import { aLine, type Line } from '../builders/rides';
import { insert } from '../builders/insert';
import { afterFile } from '../setup/after-test';
import { EventStream } from '../setup/event-stream';
import { type RedisServer, startRedis } from '../setup/redis-server';
import { type Service, startService } from '../setup/service';
import { createTempFolder, removeFolder } from '../setup/temp-folder';
import { until } from '../setup/until';

const WATCHERS = 50;
const AMOUNT = 90_000;

let folder: string;
let redis: RedisServer;
let service: Service;
let client: Client;
let line: Line;
let keys: Readonly<Record<'auditor' | 'finance' | 'control_centre' | 'simulator' | 'administrator', TestKey>>;
let card_id: number;

/** With a database server of its own, because it is killed. */
beforeAll(async () => {
  folder = await createTempFolder();
  afterFile(() => removeFolder(folder));
  redis = await startRedis();
  afterFile(() => redis.stop());
  service = await start();
  afterFile(() => service.stop());
  const url = await findRunningPostgres(folder);
  client = await connect(url ?? '');
  client.on('error', () => undefined);
  afterFile(() => client.end().catch(() => undefined));
  line = await aLine(client);
  keys = {
    auditor: await aKey(client, 'auditor'),
    finance: await aKey(client, 'finance'),
    control_centre: await aKey(client, 'control_centre'),
    simulator: await aKey(client, 'simulator'),
    administrator: await aKey(client, 'administrator'),
  };
  ({ card_id } = (await post('/cards', {})) as { card_id: number });
  await post('/recharges', { card_id, amount: AMOUNT });
});

function start(): Promise<Service> {
  return startService({
    redisUrl: redis.url,
    env: {
      DATA_DIR: folder,
      DEMO_DATA: 'off',
      AUTH: 'required',
      SIMULATION: 'on',
      EVENT_WATCHERS: String(WATCHERS + 5),
      EVENT_WATCHERS_PER_CLIENT: String(WATCHERS),
    },
  });
}

async function post(path: string, body: object, key = keys.simulator): Promise<unknown> {
  const response = await fetch(service.url + path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...key.headers },
  });
  return response.json();
}

const board = async (): Promise<number> =>
  ((await post('/trips/complete', { card_id, ...line.ride })) as { trip_id: number }).trip_id;

const watch = (key: TestKey, query = '', headers: Readonly<Record<string, string>> = {}) =>
  EventStream.open(service, `/events${query}`, { ...key.headers, ...headers });

const tripsOf = (stream: EventStream): unknown[] => stream.rows('boardings').map(({ trip_id }) => trip_id);

describe('GET /events', () => {
  it(`tells ${WATCHERS} who watch what happens, each what it may see, and refuses more`, async () => {
    const auditors = await Promise.all(Array.from({ length: WATCHERS }, () => watch(keys.auditor)));
    const finance = await watch(keys.finance);
    const control = await watch(keys.control_centre);
    const all = [...auditors, finance, control];
    await Promise.all(all.map((stream) => stream.untilReceived('hello')));
    expect(auditors[0]?.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(auditors[0]?.headers.get('x-accel-buffering')).toBe('no');
    const refused = await watch(keys.auditor);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10']);
    for (let n = 0; n < 3; n += 1) expect((await watch(keys.administrator)).status).toBe(200);
    expect((await watch(keys.administrator)).status).toBe(503);
    expect((await watch(keys.finance, '?types=evictions')).status).toBe(403);
    expect((await watch(keys.finance, '?types=secrets')).status).toBe(422);
    expect((await watch(keys.simulator, '?types=evictions')).status).toBe(503);

    const trip = await board();
    await post('/trips/complete', { card_id: 999_999, ...line.ride });
    await insert(client, 'alerts', {
      alert_type: 'DELAY',
      message: 'line 1\n\ndata: forged',
      severity: 'INFO',
      start_time: '2026-01-01T00:00:00Z',
    });

    await until('all auditors see the boarding', () =>
      auditors.every((each) => tripsOf(each).includes(trip)),
    );
    await until('finance sees it', () => tripsOf(finance).includes(trip));
    expect(auditors[0]?.rows('boardings')[0]).toMatchObject({ trip_id: trip, card_id, fare_amount: 3_000 });
    expect(finance.rows('boardings')[0]).not.toHaveProperty('card_id');
    await finance.untilReceived('refusals');
    expect(finance.rows('refusals')).toContainEqual({
      operation: 'POST /trips/complete',
      code: 'card_not_found',
      count: 1,
    });
    await control.untilReceived('alerts');
    await control.untilReceived('refusals');
    await until('the control centre sees it', () => tripsOf(control).includes(trip));
    expect(control.rows('alerts')).toMatchObject([{ message: 'line 1\n\ndata: forged' }]);
    await auditors[0]?.untilReceived('evictions');
    expect(auditors[0]?.of('evictions')[0]?.data).toMatchObject({
      templates: { 'card:{card_id}:balance': 1, 'trips:total': 1 },
      keys: expect.arrayContaining([`card:${card_id}:balance`]) as string[],
    });
    expect(control.rows('boardings')[0]).not.toHaveProperty('card_id');
    expect(control.types).toEqual(['alerts', 'boardings', 'figures', 'hello', 'refusals']);
    expect(finance.types).toEqual(['boardings', 'figures', 'hello', 'refusals']);
    all.forEach((stream) => stream.close());
    await until('places are free again', async () => (await watch(keys.auditor)).status === 200);
  });

  it('ends when the key is revoked, also where nothing is to be told', async () => {
    const key = await aKey(client, 'auditor');
    const streams = [await watch(key), await watch(key, '?types=alerts')];
    const other = await watch(keys.auditor);
    await Promise.all(streams.map((stream) => stream.untilReceived('hello')));

    await post(`/keys/${key.id}/revocation`, {}, keys.administrator);

    await until('they are ended', () => streams.every(({ isOver }) => isOver));
    expect(streams.map((stream) => stream.of('bye')[0]?.data)).toEqual([
      { reason: 'access' },
      { reason: 'access' },
    ]);
    expect(other.isOver).toBe(false);
  });

  it('goes on while PostgreSQL and Redis are killed and come back', async () => {
    const stream = await watch(keys.auditor);
    await stream.untilReceived('figures', 2);

    const pid = (await readFile(join(folder, 'postgres/data/postmaster.pid'), 'utf8')).split('\n')[0];
    process.kill(Number(pid), 'SIGKILL');
    await redis.kill();
    await stream.untilReceived('database');
    await redis.start();
    await stream.untilReceived('database', 2);
    const [first, second] = stream.of('database');
    expect([first?.data, second?.data]).toEqual([{ away: true }, { away: false }]);
    await until('boardings are taken again', async () => {
      const trip = await board().catch(() => 0);
      return trip > 0;
    });
    await stream.untilReceived('boardings');
    await stream.untilReceived('epochs', 2);
    expect(stream.isOver).toBe(false);
  });

  it('holds no stream for HEAD', async () => {
    const response = await fetch(`${service.url}/events`, { method: 'HEAD', headers: keys.auditor.headers });

    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ]);
  });

  it('ends at once on SIGTERM, and the next process goes on behind the last event', async () => {
    const streams = await Promise.all(Array.from({ length: WATCHERS }, () => watch(keys.auditor)));
    await Promise.all(streams.map((stream) => stream.untilReceived('figures')));
    const seen = await board();
    const [first] = streams;
    await until('it is seen', () => first !== undefined && tripsOf(first).includes(seen));
    const lastId = first?.lastId ?? '';

    await service.kill('SIGTERM');
    expect((await service.exited).code).toBe(0);
    expect(streams.map((stream) => stream.of('bye')[0]?.data)).toEqual(
      streams.map(() => ({ reason: 'stopping' })),
    );

    service = await start();
    const missed = [await board(), await board()];
    const resumed = await watch(keys.auditor, '', { 'last-event-id': lastId });
    const [hello] = await resumed.untilReceived('hello');
    expect(hello?.data).toMatchObject({ resumed: true, skipped: false });
    const next = await board();
    await until('it goes on', () => tripsOf(resumed).includes(next));
    // At least once: ids that were drawn and not committed keep the place back for some seconds.
    expect(tripsOf(resumed).filter((id) => Number(id) > seen)).toEqual([...missed, next]);
    const unknown = await watch(keys.auditor, '?last_event_id=9999999.1');
    const [begun] = await unknown.untilReceived('hello');
    expect(begun?.data).toMatchObject({ resumed: false });
  });
});
