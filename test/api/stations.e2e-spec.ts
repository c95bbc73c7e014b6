import type { Client } from 'pg';
import type { Alerts } from '../../src/modules/alerts/dto/alert-responses.dto';
import type { Arrivals } from '../../src/modules/arrivals/dto/arrival-responses.dto';
import type { StationPage } from '../../src/modules/stations/dto/station-responses.dto';
import type { CachedKeys } from '../../src/platform/cache/operations/dto/cache-responses.dto';
import { insert } from '../builders/insert';
import { minutesFromNow } from '../builders/moments';
import { aLocality, aRoute, aStation, type StationRow } from '../builders/network';
import { ask, type Answer } from '../setup/api';
import { askCached, sourceOf } from '../setup/ask-cached';
import type { Service } from '../setup/service';
import { startOverDatabase } from '../setup/service-over-database';

/** RFC 3339 in UTC. */
const aTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown;

let client: Client;
let service: Service;

const get = <Body = unknown>(path: string): Promise<Answer<Body>> => ask(service, path);

beforeAll(async () => {
  ({ client, service } = await startOverDatabase());
});

afterEach(async () => {
  await client.query('TRUNCATE stations, routes, locations RESTART IDENTITY CASCADE');
  await ask(service, '/cache/clear', { method: 'POST' });
});

describe('GET /stations', () => {
  it('shows a station with its locality and status', async () => {
    const { location_id } = await aLocality(client, { name: 'Suba' });
    await aStation(client, { name: 'Portal Suba', station_code: 'P1', station_type: 'PORTAL', location_id });
    await aStation(client, { name: 'Cerrada', station_code: 'C1', is_active: false });

    expect(await get('/stations')).toMatchObject({
      status: 200,
      body: {
        stations: [
          {
            station_id: 1,
            name: 'Portal Suba',
            station_code: 'P1',
            station_type: 'PORTAL',
            locality: 'Suba',
            status: 'active',
          },
          {
            station_id: 2,
            name: 'Cerrada',
            station_code: 'C1',
            station_type: 'ESTACION',
            locality: null,
            status: 'inactive',
          },
        ],
        next_cursor: null,
      },
    });
  });

  it.each([
    ['?locality=Suba', ['A', 'B']],
    ['?status=inactive', ['B', 'C']],
    ['?locality=Suba&status=inactive', ['B']],
    ['?locality=suba', []],
    ['?locality=&status=', ['A', 'B', 'C']],
  ])('answers %s with %j, from the cache too', async (query, codes) => {
    const { location_id } = await aLocality(client, { name: 'Suba' });
    await aStation(client, { station_code: 'A', location_id });
    await aStation(client, { station_code: 'B', location_id, is_active: false });
    await aStation(client, { station_code: 'C', is_active: false });

    const first = await askCached<StationPage>(service, `/stations${query}`);
    const second = await askCached(service, `/stations${query}`);

    expect(codesOf(first)).toEqual(codes);
    expect(second.body).toEqual(first.body);
    expect([sourceOf(first), sourceOf(second)]).toEqual(['MISS', 'HIT']);
  });

  it('pages through all of them, also while stations are added', async () => {
    for (const code of ['A', 'B', 'C']) await aStation(client, { station_code: code });
    const first = await get<StationPage>('/stations?limit=2');
    await aStation(client, { station_code: 'D' });
    const second = await get<StationPage>(`/stations?limit=2&cursor=${first.body.next_cursor}`);

    expect(codesOf(first)).toEqual(['A', 'B']);
    expect(codesOf(second)).toEqual(['C', 'D']);
    expect(second.body).toMatchObject({ next_cursor: null });
  });

  it.each([
    'status=closed',
    'status=active&status=inactive',
    'locality=%00',
    'color=red',
    'limit=0',
    'limit=101',
    'limit=1.5',
    'cursor=MQ',
  ])('refuses ?%s', async (query) => {
    expect(await get(`/stations?${query}`)).toMatchObject({ status: 422, body: { code: 'invalid_value' } });
  });
});

describe('GET /stations/identifiers', () => {
  it('lists the active ones by name', async () => {
    await aStation(client, { name: 'Beta', station_code: 'B' });
    await aStation(client, { name: 'Alfa', station_code: 'Z' });
    await aStation(client, { name: 'Cerrada', station_code: 'C', is_active: false });

    expect((await get('/stations/identifiers')).body).toEqual({
      stations: [
        { code: 'Z', name: 'Alfa' },
        { code: 'B', name: 'Beta' },
      ],
    });
  });
});

describe('GET /stations/:code/details', () => {
  it('names each active route that stops there once', async () => {
    const station = await aStation(client, {
      name: 'Centro',
      station_code: 'TM 1/2',
      address: 'Calle 1',
      latitude: 4.6,
      longitude: -74.1,
    });
    await aRoute(client, [station, station], { route_code: 'B2', route_name: 'Norte', route_type: 'DUAL' });
    await aRoute(client, [station], { route_code: 'A1', route_name: 'Sur' });
    await aRoute(client, [station], { route_code: 'C3', is_active: false });
    await aRoute(client, [await aStation(client)], { route_code: 'D4' });

    expect((await get(`/stations/${encodeURIComponent('TM 1/2')}/details`)).body).toEqual({
      station_code: 'TM 1/2',
      station_name: 'Centro',
      station_type: 'ESTACION',
      address: 'Calle 1',
      latitude: 4.6,
      longitude: -74.1,
      routes_serving: [
        { route_code: 'A1', route_name: 'Sur', route_type: 'TRONCAL' },
        { route_code: 'B2', route_name: 'Norte', route_type: 'DUAL' },
      ],
    });
  });

  it.each(['NOPE', '%00', 'x'.repeat(101)])('does not know %s', async (code) => {
    expect(await get(`/stations/${code}/details`)).toMatchObject({ status: 404 });
  });
});

describe('arrivals', () => {
  let station: StationRow;
  let routeId: number;

  beforeEach(async () => {
    station = await aStation(client, { station_code: 'CENTRO' });
    const end = await aStation(client, { name: 'Portal Sur' });
    ({ route_id: routeId } = await aRoute(client, [station, end], { route_code: 'H1' }));
  });

  function anArrival(minutes: number, status = 'EXPECTED'): Promise<unknown> {
    return insert(client, 'arrivals', {
      station_id: station.station_id,
      route_id: routeId,
      estimated_arrival: minutesFromNow(minutes),
      status,
      created_at: minutesFromNow(-30),
    });
  }

  it.each(['/stations/1/arrivals', '/stations/CENTRO/realtime-arrivals', '/api/v1/stations/1/arrivals/'])(
    'at %s are those still to come, soonest first',
    async (path) => {
      await anArrival(9);
      await anArrival(3, 'DELAYED');
      await anArrival(-1);
      await anArrival(5, 'CANCELLED');
      await anArrival(5, 'ARRIVED');

      const { status, body } = await get(path);

      expect(status).toBe(200);
      expect(body).toEqual({
        arrivals: [
          {
            station_id: 1,
            line: 'H1',
            destination: 'Portal Sur',
            estimated_arrival: aTime,
            status: 'DELAYED',
          },
          expect.objectContaining({ status: 'EXPECTED' }),
        ],
      });
    },
  );

  it('are the next 10', async () => {
    for (let minute = 12; minute > 0; minute -= 1) await anArrival(minute);

    const { body } = await get<Arrivals>('/stations/1/arrivals');
    const times = body.arrivals.map((arrival) => arrival.estimated_arrival);

    expect(times).toHaveLength(10);
    expect(times).toEqual([...times].sort());
    expect(Date.parse(times[9] ?? '')).toBeLessThan(minutesFromNow(10).getTime());
  });

  it.each([
    '/stations/999/arrivals',
    '/stations/CENTRO/arrivals',
    '/stations/99999999999999999999/arrivals',
    '/stations/-1/arrivals',
    '/stations/1/realtime-arrivals',
  ])('are not found at %s', async (path) => {
    expect(await get(path)).toMatchObject({ status: 404, body: { code: 'station_not_found' } });
  });
});

describe('alerts', () => {
  function anAlert(message: string, given: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    return insert(client, 'alerts', {
      alert_type: 'STATION_ISSUE',
      severity: 'WARNING',
      start_time: minutesFromNow(-10),
      message,
      ...given,
    });
  }

  beforeEach(async () => {
    await aStation(client);
    await aStation(client);
    const { route_id } = await aRoute(client);
    await anAlert('now', { station_id: 1, start_time: minutesFromNow(-30), end_time: minutesFromNow(30) });
    await anAlert('open', { station_id: 1, start_time: minutesFromNow(-20) });
    await anAlert('over', { station_id: 1, end_time: minutesFromNow(-1) });
    await anAlert('announced', { station_id: 1, start_time: minutesFromNow(10) });
    await anAlert('elsewhere', { station_id: 2 });
    await anAlert('everywhere');
    await anAlert('of a route', { route_id, start_time: minutesFromNow(-5) });
    await anAlert('was everywhere', { start_time: minutesFromNow(-60), end_time: minutesFromNow(-50) });
  });

  it.each([
    ['/stations/1/alerts', ['open', 'now']],
    ['/stations/1/alerts?active_only=true', ['open', 'now']],
    ['/stations/1/alerts?active_only=false', ['announced', 'over', 'open', 'now']],
    ['/system/alerts', ['of a route', 'everywhere']],
    ['/system/alerts?active_only=false', ['of a route', 'everywhere', 'was everywhere']],
  ])('at %s are %j', async (path, messages) => {
    for (const cache of ['MISS', 'HIT']) {
      const answer = await askCached<Alerts>(service, path);

      expect([answer.status, sourceOf(answer)]).toEqual([200, cache]);
      expect(answer.body.alerts.map((alert) => alert.message)).toEqual(messages);
    }
  });

  it('say all there is to know', async () => {
    const { body } = await get('/stations/2/alerts');

    expect(body).toEqual({
      alerts: [
        {
          alert_id: 5,
          station_id: 2,
          route_id: null,
          type: 'STATION_ISSUE',
          message: 'elsewhere',
          severity: 'WARNING',
          start_time: aTime,
          end_time: null,
        },
      ],
    });
  });

  it('have a key for each variant', async () => {
    await get('/stations/1/alerts');
    await get('/stations/1/alerts?active_only=false');
    await get('/system/alerts');
    const { body } = await get<CachedKeys>('/cache/keys');

    expect(body.keys.map(({ key }) => key)).toEqual([
      'station:1:alerts:true',
      'station:1:alerts:false',
      'system:alerts:true',
    ]);
  });

  it.each(['active_only=maybe', 'active_only=', 'active_only=true&active_only=false', 'since=1'])(
    'refuse ?%s',
    async (query) => {
      expect(await get(`/stations/1/alerts?${query}`)).toMatchObject({ status: 422 });
      expect(await get(`/system/alerts?${query}`)).toMatchObject({ status: 422 });
    },
  );

  it('of the system are not those of a station called system', async () => {
    await get('/system/alerts');

    expect(await get('/stations/system/alerts')).toMatchObject({ status: 404 });
  });

  it('are not found for an unknown station', async () => {
    expect(await get('/stations/999/alerts')).toMatchObject({
      status: 404,
      body: { code: 'station_not_found' },
    });
  });
});

function codesOf({ body }: Answer<StationPage>): string[] {
  return body.stations.map((station) => station.station_code);
}
