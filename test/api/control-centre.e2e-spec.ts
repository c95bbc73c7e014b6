import type { Client } from 'pg';
import type { Problem } from '../../src/common/http/problem/problem.dto';
import type { Alerts } from '../../src/modules/alerts/dto/alert-responses.dto';
import type { RouteLocation } from '../../src/modules/routes/dto/route-responses.dto';
import { connect } from '../builders/connect';
import { insert } from '../builders/insert';
import { minutesFromNow } from '../builders/moments';
import { aRoute, aStation, aVehicle, type RouteRow, type StationRow } from '../builders/network';
import { afterFile, afterTest } from '../setup/after-test';
import { ask, post, send, type Answer } from '../setup/api';
import { askCached, sourceOf } from '../setup/ask-cached';
import { checksumOf } from '../setup/checksum';
import { createDatabase, type TestDatabase } from '../setup/database';
import { startRedis } from '../setup/redis-server';
import { type Service, startService } from '../setup/service';
import { until } from '../setup/until';
import { untilTrusted } from '../setup/until-trusted';

/** Nothing expires while a test runs. */
const STEADY = { TTL_ROUTE_LOCATION: '300' };
const LARGEST_BATCH = 500;

const at = (minutes: number): string => minutesFromNow(minutes).toISOString();

describe.each(['in the process', 'in Redis'])('what a control centre sends, with the cache %s', (where) => {
  let database: TestDatabase;
  let client: Client;
  let service: Service;
  let station: StationRow;
  let other: StationRow;
  let route: RouteRow;
  let elsewhere: RouteRow;
  let vehicle_id: number;
  /** What is refused comes to no cache: once is enough. */
  const refuses = where === 'in the process';

  beforeAll(async () => {
    database = await createDatabase();
    afterFile(() => database.drop());
    client = await connect(database.url);
    afterFile(() => client.end());
    const redis = where === 'in Redis' ? await startRedis() : undefined;
    if (redis) afterFile(() => redis.stop());
    service = await startService({ databaseUrl: database.url, redisUrl: redis?.url, env: STEADY });
    afterFile(() => service.stop());
    await untilTrusted(service);
  });

  beforeEach(async () => {
    [station, other] = [await aStation(client), await aStation(client)];
    [route, elsewhere] = [await aRoute(client, [station, other]), await aRoute(client, [other])];
    ({ vehicle_id } = await aVehicle(client));
  });

  afterEach(async () => {
    await client.query('TRUNCATE stations, routes, vehicles RESTART IDENTITY CASCADE');
    await ask(service, '/cache/clear', { method: 'POST' });
  });

  const get = <Body = unknown>(path: string): Promise<Answer<Body>> => ask(service, path);

  /** Reads them until they come from the cache; then writes; then each must be loaded again. */
  async function evictedBy(paths: readonly string[], write: () => Promise<Answer>): Promise<string[]> {
    for (const path of paths) {
      await askCached(service, path);
      expect([path, sourceOf(await askCached(service, path))]).toEqual([path, 'HIT']);
    }
    expect((await write()).status).toBeLessThan(300);
    const missed: string[] = [];
    for (const path of paths) if (sourceOf(await askCached(service, path)) === 'MISS') missed.push(path);
    return missed;
  }

  /** A refusal says where, and changes nothing. */
  async function refused(answer: () => Promise<Answer>): Promise<unknown[]> {
    const before = await checksumOf(client);
    const { status, body } = await answer();
    expect(await checksumOf(client)).toEqual(before);
    const { code, errors = [] } = body as Problem;
    return [status, code, ...errors.map(({ pointer }) => pointer)];
  }

  describe('alerts', () => {
    const ALERT = { type: 'RETRASO', message: 'Demoras', severity: 'WARNING' };
    const alertsAt = (id: number): string[] => [
      `/stations/${id}/alerts`,
      `/stations/${id}/alerts?active_only=false`,
    ];
    const OF_SYSTEM = ['/system/alerts', '/system/alerts?active_only=false', '/alerts'];
    const evictedAt = (id: number): string[] => [...alertsAt(id), '/alerts'];
    const allAlerts = (): string[] => [
      ...alertsAt(station.station_id),
      ...alertsAt(other.station_id),
      ...OF_SYSTEM,
    ];
    const messagesAt = async (path: string): Promise<string[]> =>
      (await get<Alerts>(path)).body.alerts.map(({ message }) => message);

    it('of a station is seen at once there, and nowhere else anything is evicted', async () => {
      const alert = { ...ALERT, station_id: station.station_id };

      expect(await evictedBy(allAlerts(), () => post(service, '/alerts', alert))).toEqual(
        evictedAt(station.station_id),
      );
      for (const path of evictedAt(station.station_id)) expect(await messagesAt(path)).toEqual(['Demoras']);
    });

    it.each(['of a route', 'of the whole system'])('%s is seen at once in the system', async (whose) => {
      const alert = whose === 'of a route' ? { ...ALERT, route_id: route.route_id } : ALERT;

      expect(await evictedBy(allAlerts(), () => post(service, '/alerts', alert))).toEqual(OF_SYSTEM);
      for (const path of OF_SYSTEM) expect(await messagesAt(path)).toEqual(['Demoras']);
    });

    it('is answered as it is stored', async () => {
      const start_time = '2026-01-14T07:00:00-05:00';
      const alert = { ...ALERT, station_id: station.station_id, route_id: route.route_id };

      const { status, body } = await post(service, '/alerts', { ...alert, start_time, end_time: start_time });

      expect([status, body]).toEqual([
        201,
        {
          alert_id: 1,
          ...alert,
          start_time: '2026-01-14T12:00:00.000Z',
          end_time: '2026-01-14T12:00:00.000Z',
        },
      ]);
      const { body: listed } = await get(`/stations/${station.station_id}/alerts?active_only=false`);
      expect(listed).toEqual({ alerts: [body] });
    });

    it('begins now, and has no end, unless it says so', async () => {
      const { body } = await post(service, '/alerts', ALERT);
      const { start_time, ...rest } = body as { start_time: string };

      expect(rest).toEqual({ alert_id: 1, station_id: null, route_id: null, ...ALERT, end_time: null });
      expect(Math.abs(Date.parse(start_time) - Date.now())).toBeLessThan(60_000);
    });

    it('is changed, and ended, which is seen at once', async () => {
      await post(service, '/alerts', { ...ALERT, station_id: station.station_id, start_time: at(-10) });

      const changed = (body: object) => () => send(service, 'PATCH', '/alerts/1', body);
      expect(await evictedBy(allAlerts(), changed({ message: 'Peor', severity: 'CRITICAL' }))).toEqual(
        evictedAt(station.station_id),
      );
      expect((await get(`/stations/${station.station_id}/alerts`)).body).toMatchObject({
        alerts: [{ message: 'Peor', severity: 'CRITICAL', type: 'RETRASO', end_time: null }],
      });

      const end_time = at(-1);
      expect(await evictedBy(allAlerts(), changed({ end_time }))).toEqual(evictedAt(station.station_id));
      for (const path of [`/stations/${station.station_id}/alerts`, '/alerts'])
        expect(await messagesAt(path)).toEqual([]);
      expect((await get(`/stations/${station.station_id}/alerts?active_only=false`)).body).toMatchObject({
        alerts: [{ message: 'Peor', end_time }],
      });
    });

    it('that concerns the system is changed there', async () => {
      await post(service, '/alerts', ALERT);

      const write = () => send(service, 'PATCH', '/alerts/1', { message: 'Ya no' });
      expect(await evictedBy(allAlerts(), write)).toEqual(OF_SYSTEM);
    });

    it('is announced once, however often its request is repeated', async () => {
      const key = { 'idempotency-key': 'alert-1' };
      const first = await post(service, '/alerts', ALERT, key);
      const second = await post(service, '/alerts', ALERT, key);

      expect([second.status, second.text]).toEqual([201, first.text]);
      expect(second.headers.get('idempotency-replayed')).toBe('true');
      expect(await messagesAt('/system/alerts')).toEqual(['Demoras']);
    });

    if (refuses)
      it.each([
        [{ station_id: 999 }, [404, 'station_not_found']],
        [{ route_id: 999 }, [404, 'route_not_found']],
        [{ station_id: '1' }, [422, 'invalid_value', '/station_id']],
        [{ type: ' ' }, [422, 'invalid_value', '/type']],
        [{ message: undefined }, [422, 'invalid_value', '/message']],
        [{ message: 'x'.repeat(1_001) }, [422, 'invalid_value', '/message']],
        [{ severity: 'FATAL' }, [422, 'invalid_value', '/severity']],
        [{ start_time: '2026-01-14T12:00:00' }, [422, 'invalid_value', '/start_time']],
        [{ start_time: '2026-02-30T12:00:00Z' }, [422, 'invalid_value', '/start_time']],
        [{ end_time: 1768392000000 }, [422, 'invalid_value', '/end_time']],
        [{ end_time: '2020-01-01T00:00:00Z' }, [422, 'invalid_value', '/end_time']],
        [{ color: 'red' }, [422, 'invalid_value', '/color']],
      ])('with %j is refused', async (member, refusal) => {
        expect(await refused(() => post(service, '/alerts', { ...ALERT, ...member }))).toEqual(refusal);
      });

    if (refuses)
      it.each([
        ['/alerts/999', {}, [404, 'alert_not_found']],
        ['/alerts/abc', {}, [404, 'alert_not_found']],
        ['/alerts/1', { severity: 'x' }, [422, 'invalid_value', '/severity']],
        ['/alerts/1', { station_id: 1 }, [422, 'invalid_value', '/station_id']],
        ['/alerts/1', { end_time: '2020-01-01T00:00:00Z' }, [422, 'invalid_value', '/end_time']],
      ])('changed at %s to %j is refused', async (path, body, refusal) => {
        await post(service, '/alerts', ALERT);

        expect(await refused(() => send(service, 'PATCH', path, body))).toEqual(refusal);
      });
  });

  describe('arrivals', () => {
    const arrival = (minutes = 5): Record<string, unknown> => ({
      station_id: station.station_id,
      route_id: route.route_id,
      estimated_arrival: at(minutes),
    });
    const shown = ({ station_id, station_code }: StationRow): string[] => [
      `/stations/${station_id}/arrivals`,
      `/stations/${station_code}/realtime-arrivals`,
    ];
    const both = (): string[] => [...shown(station), ...shown(other)];
    const change = (body: object): Promise<Answer> => send(service, 'PATCH', '/arrivals/1', body);

    it('are seen at once at their station, by its id and its code', async () => {
      const estimated_arrival = at(5);
      const body = { ...arrival(), vehicle_id, estimated_arrival };

      expect(await evictedBy(both(), () => post(service, '/arrivals', body))).toEqual(shown(station));
      for (const path of shown(station)) {
        expect((await get(path)).body).toEqual({
          arrivals: [
            {
              station_id: station.station_id,
              line: route.route_code,
              destination: other.name,
              estimated_arrival,
              status: 'EXPECTED',
            },
          ],
        });
      }
    });

    it('are answered as they are stored', async () => {
      const { status, body } = await post(service, '/arrivals', { ...arrival(), vehicle_id });

      expect(status).toBe(201);
      expect(body).toMatchObject({
        ...arrival(),
        arrival_id: 1,
        estimated_arrival: expect.any(String) as unknown,
        vehicle_id,
        actual_arrival: null,
        status: 'EXPECTED',
      });
    });

    it('that are late have another time, at once', async () => {
      await post(service, '/arrivals', arrival());
      const estimated_arrival = at(20);

      const write = () => change({ status: 'DELAYED', estimated_arrival });
      expect(await evictedBy(both(), write)).toEqual(shown(station));
      expect((await get(shown(station)[0] ?? '')).body).toMatchObject({
        arrivals: [{ status: 'DELAYED', estimated_arrival }],
      });
    });

    it.each(['ARRIVED', 'CANCELLED'])('that are %s are no longer expected, at once', async (status) => {
      await post(service, '/arrivals', arrival());

      expect(await evictedBy(both(), () => change({ status }))).toEqual(shown(station));
      expect((await get(shown(station)[0] ?? '')).body).toEqual({ arrivals: [] });
    });

    it('have the time at which they came while they have arrived', async () => {
      await post(service, '/arrivals', arrival());
      const came = at(-3);
      const times: unknown[] = [];
      for (const body of [
        { status: 'ARRIVED', actual_arrival: came },
        { status: 'ARRIVED' },
        { status: 'EXPECTED' },
        { status: 'ARRIVED' },
      ]) {
        times.push(((await change(body)).body as { actual_arrival: unknown }).actual_arrival);
      }

      expect(times).toEqual([came, came, null, expect.any(String)]);
    });

    it('are announced once, however often their request is repeated', async () => {
      const body = arrival();
      const key = { 'idempotency-key': 'arrival-1' };
      const answers = [
        await post(service, '/arrivals', body, key),
        await post(service, '/arrivals', body, key),
      ];

      expect(answers.map(({ body: stored }) => stored)).toEqual([answers[0]?.body, answers[0]?.body]);
      expect((await client.query('SELECT FROM arrivals')).rowCount).toBe(1);
    });

    if (refuses)
      it.each([
        [{ station_id: 999 }, [404, 'station_not_found']],
        [{ route_id: 999 }, [404, 'route_not_found']],
        [{ vehicle_id: 999 }, [404, 'vehicle_not_found']],
        [{ route_id: 2 }, [422, 'station_not_on_route']],
        [{ station_id: undefined }, [422, 'invalid_value', '/station_id']],
        [{ estimated_arrival: 'soon' }, [422, 'invalid_value', '/estimated_arrival']],
        [{ status: 'ARRIVED' }, [422, 'invalid_value', '/status']],
      ])('with %j are refused', async (member, refusal) => {
        expect(await refused(() => post(service, '/arrivals', { ...arrival(), ...member }))).toEqual(refusal);
      });

    if (refuses)
      it.each([
        ['/arrivals/999', {}, [404, 'arrival_not_found']],
        ['/arrivals/0', {}, [404, 'arrival_not_found']],
        ['/arrivals/1', { status: 'LOST' }, [422, 'invalid_value', '/status']],
        ['/arrivals/1', { route_id: 1 }, [422, 'invalid_value', '/route_id']],
        [
          '/arrivals/1',
          { actual_arrival: '2026-01-14T12:00:00Z' },
          [422, 'invalid_value', '/actual_arrival'],
        ],
        [
          '/arrivals/1',
          { status: 'ARRIVED', actual_arrival: '2099-01-14T12:00:00Z' },
          [422, 'invalid_value', '/actual_arrival'],
        ],
      ])('changed at %s to %j are refused', async (path, body, refusal) => {
        await post(service, '/arrivals', arrival());

        expect(await refused(() => send(service, 'PATCH', path, body))).toEqual(refusal);
      });
  });

  describe('positions', () => {
    const observation = (minutes: number, more: object = {}): Record<string, unknown> => ({
      vehicle_id,
      route_id: route.route_id,
      latitude: 4.6,
      longitude: -74.1,
      observed_at: at(minutes),
      ...more,
    });
    const sendAll = (...positions: object[]): Promise<Answer> =>
      post(service, '/vehicle-positions', { positions });
    const locationOf = ({ route_code }: RouteRow): string => `/routes/${route_code}/current-location`;
    const seenOn = async (on: RouteRow): Promise<unknown[]> =>
      (await get<RouteLocation>(locationOf(on))).body.vehicles.map(({ latitude }) => latitude);

    it('are seen at once on their route, the latest whatever their order', async () => {
      const write = () =>
        sendAll(
          observation(-3, { latitude: 4.1 }),
          observation(-1, { latitude: 4.2, speed: 30.5 }),
          observation(-2, { latitude: 4.3 }),
        );

      expect(await evictedBy([locationOf(route), locationOf(elsewhere)], write)).toEqual([locationOf(route)]);
      expect((await get(locationOf(route))).body).toMatchObject({
        vehicles: [{ vehicle_id, latitude: 4.2, longitude: -74.1, speed: 30.5 }],
      });

      expect((await sendAll(observation(-4, { latitude: 4.4 }))).body).toEqual({ received: 1, stored: 1 });
      expect(await seenOn(route)).toEqual([4.2]);
    });

    it('of a vehicle that is on another route now are gone from the first one at once', async () => {
      await sendAll(observation(-2));
      const write = () => sendAll(observation(-1, { route_id: elsewhere.route_id }));

      expect(await evictedBy([locationOf(route), locationOf(elsewhere)], write)).toEqual([
        locationOf(route),
        locationOf(elsewhere),
      ]);
      expect([await seenOn(route), await seenOn(elsewhere)]).toEqual([[], [4.6]]);
    });

    it('that are sent again are not stored again, in a batch or by another', async () => {
      const batch = [observation(-2), observation(-1)];

      expect((await sendAll(...batch, ...batch)).body).toEqual({ received: 4, stored: 2 });
      expect((await sendAll(...batch)).body).toEqual({ received: 2, stored: 0 });
      expect((await client.query('SELECT FROM vehicle_positions')).rowCount).toBe(2);
    });

    it(`come by up to ${LARGEST_BATCH}, over many routes`, async () => {
      const routes = 100;
      for (let n = 2; n < routes; n += 1) await aRoute(client);
      await client.query(
        `INSERT INTO vehicles (license_plate, vehicle_type) SELECT 'B' || n, 'BUS' FROM generate_series(2, $1::int) n`,
        [LARGEST_BATCH],
      );
      const batch = Array.from({ length: LARGEST_BATCH }, (_, n) =>
        observation(-1, { vehicle_id: n + 1, route_id: (n % routes) + 1 }),
      );

      expect((await sendAll(...batch)).body).toEqual({ received: LARGEST_BATCH, stored: LARGEST_BATCH });
      expect(await seenOn(route)).toHaveLength(LARGEST_BATCH / routes);
    });

    it('of two batches at once for the same vehicles, in opposite order, are all stored', async () => {
      const fleet = [vehicle_id];
      for (let n = 1; n < 20; n += 1) fleet.push((await aVehicle(client)).vehicle_id);
      const batch = (on: RouteRow, minutes: number): object[] =>
        fleet.map((id) => observation(minutes, { vehicle_id: id, route_id: on.route_id }));

      for (let round = 0; round < 5; round += 1) {
        await Promise.all([seenOn(route), seenOn(elsewhere)]);
        const later = -10 + round;
        const answers = await Promise.all([
          sendAll(...batch(route, later)),
          sendAll(...batch(elsewhere, later + 0.5).reverse()),
        ]);

        expect(answers.map(({ body }) => body)).toEqual([
          { received: 20, stored: 20 },
          { received: 20, stored: 20 },
        ]);
        expect([await seenOn(route), (await seenOn(elsewhere)).length]).toEqual([[], 20]);
      }
    });

    it('of batches that move a vehicle on at the same time leave no route behind with it', async () => {
      const routes = [route, elsewhere, await aRoute(client), await aRoute(client)];
      for (let round = 0; round < 10; round += 1) {
        await Promise.all([
          ...routes.map((on, n) =>
            sendAll(observation(-60 + round + n / 10, { route_id: on.route_id, latitude: round })),
          ),
          ...routes.map((on) => seenOn(on)),
        ]);

        const seen: unknown[] = [];
        for (const on of routes) seen.push(await seenOn(on));
        expect(seen).toEqual([[], [], [], [round]]);
      }
    });

    it('of a batch that waits know of a batch that moved the vehicle meanwhile', async () => {
      const { vehicle_id: companion } = await aVehicle(client);
      const third = await aRoute(client);
      await sendAll(observation(-9));
      const held = observation(-1, { vehicle_id: companion, route_id: third.route_id });
      const waiting = async (): Promise<number> => {
        const { rows } = await client.query<{ waiting: number }>(
          `SELECT count(*) AS waiting FROM pg_stat_activity
           WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return rows[0]?.waiting ?? 0;
      };
      const blocker = await connect(database.url);
      afterTest(() => blocker.end());
      await blocker.query('BEGIN ISOLATION LEVEL READ COMMITTED');
      await insert(blocker, 'vehicle_positions', held);

      const second = sendAll(observation(-2, { route_id: third.route_id }), held);
      await until('the second batch waits', async () => (await waiting()) === 1);
      const first = sendAll(observation(-3, { route_id: elsewhere.route_id }));
      await Promise.race([first, until('the first one waits', async () => (await waiting()) === 2)]);
      await seenOn(elsewhere);
      await blocker.query('ROLLBACK');

      expect([(await first).status, (await second).status]).toEqual([200, 200]);
      expect([await seenOn(route), await seenOn(elsewhere)]).toEqual([[], []]);
      expect(await seenOn(third)).toHaveLength(2);
    });

    it('a minute ahead of the clock here are those of another clock', async () => {
      expect((await sendAll(observation(0.5))).body).toEqual({ received: 1, stored: 1 });
    });

    if (refuses)
      it.each([
        [{ vehicle_id: 999 }, [404, 'vehicle_not_found']],
        [{ route_id: 999 }, [404, 'route_not_found']],
        [{ vehicle_id: '1' }, [422, 'invalid_value', '/positions/1/vehicle_id']],
        [{ latitude: 90.1 }, [422, 'invalid_value', '/positions/1/latitude']],
        [{ latitude: '4.6' }, [422, 'invalid_value', '/positions/1/latitude']],
        [{ longitude: -180.1 }, [422, 'invalid_value', '/positions/1/longitude']],
        [{ longitude: null }, [422, 'invalid_value', '/positions/1/longitude']],
        [{ speed: -1 }, [422, 'invalid_value', '/positions/1/speed']],
        [{ observed_at: '2026-01-14' }, [422, 'invalid_value', '/positions/1/observed_at']],
        [{ observed_at: '2099-01-14T12:00:00Z' }, [422, 'invalid_value', '/positions/1/observed_at']],
        [{ heading: 90 }, [422, 'invalid_value', '/positions/1/heading']],
      ])('with %j are refused, and those beside them too', async (member, refusal) => {
        const write = () => sendAll(observation(-1), observation(-2, member));

        expect(await refused(write)).toEqual(refusal);
      });

    if (refuses)
      it.each([
        ['none', []],
        ['no list', { 0: 1 }],
        ['too many', Array.from({ length: LARGEST_BATCH + 1 }, () => ({}))],
      ])('that are %s are refused', async (_, positions) => {
        expect(await refused(() => post(service, '/vehicle-positions', { positions }))).toEqual(
          expect.arrayContaining([422, 'invalid_value']),
        );
      });
  });
});
