import type { Client } from 'pg';
import { DataSource } from 'typeorm';
import type { CachedKeys } from '../../src/platform/cache/operations/dto/cache-responses.dto';
import { Route } from '../../src/modules/routes/route.entity';
import { RoutesRepository } from '../../src/modules/routes/routes.repository';
import { insert } from '../builders/insert';
import { minutesFromNow } from '../builders/moments';
import { aRoute, aStation, aVehicle } from '../builders/network';
import { afterTest } from '../setup/after-test';
import { ask, type Answer } from '../setup/api';
import type { TestDatabase } from '../setup/database';
import type { Service } from '../setup/service';
import { startOverDatabase } from '../setup/service-over-database';

/** RFC 3339 in UTC. */
const aTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown;

let database: TestDatabase;
let client: Client;
let service: Service;

const get = <Body = unknown>(path: string): Promise<Answer<Body>> => ask(service, path);

beforeAll(async () => {
  ({ database, client, service } = await startOverDatabase());
});

afterEach(async () => {
  await client.query('TRUNCATE stations, routes, vehicles RESTART IDENTITY CASCADE');
  await ask(service, '/cache/clear', { method: 'POST' });
});

describe('GET /routes/codes', () => {
  it('lists the codes of active routes, sorted by character', async () => {
    for (const code of ['H1', 'b1', '10-2', '1-1', 'B74']) await aRoute(client, [], { route_code: code });
    await aRoute(client, [], { route_code: 'A1', is_active: false });

    expect((await get('/routes/codes')).body).toEqual({ route_codes: ['1-1', '10-2', 'B74', 'H1', 'b1'] });
  });

  it('is empty without routes', async () => {
    expect(await get('/routes/codes')).toMatchObject({ status: 200, body: { route_codes: [] } });
  });
});

describe('the stops of a route', () => {
  beforeEach(async () => {
    const portal = await aStation(client, { name: 'Portal', station_code: 'P', station_type: 'PORTAL' });
    const middle = await aStation(client, { name: 'Centro', station_code: 'C', is_active: false });
    await aRoute(client, [portal, middle, portal], {
      route_code: '10-2',
      route_name: 'Circular',
      route_type: 'ALIMENTADORA',
    });
  });

  it('are in travel order at /routes/:code/details, a station that is passed twice included', async () => {
    expect((await get('/routes/10-2/details')).body).toEqual({
      route_code: '10-2',
      route_name: 'Circular',
      route_type: 'ALIMENTADORA',
      stations: [
        { sequence: 1, station_code: 'P', station_name: 'Portal', station_type: 'PORTAL' },
        { sequence: 2, station_code: 'C', station_name: 'Centro', station_type: 'ESTACION' },
        { sequence: 3, station_code: 'P', station_name: 'Portal', station_type: 'PORTAL' },
      ],
    });
  });

  it('are in travel order at /trips/routes/:route_id/stations', async () => {
    expect((await get('/trips/routes/1/stations')).body).toEqual({
      route: {
        route_id: 1,
        route_code: '10-2',
        route_name: 'Circular',
        route_type: 'ALIMENTADORA',
        is_active: true,
      },
      stations: [
        { station_id: 1, name: 'Portal', station_type: 'PORTAL', is_active: true, sequence_order: 1 },
        { station_id: 2, name: 'Centro', station_type: 'ESTACION', is_active: false, sequence_order: 2 },
        { station_id: 1, name: 'Portal', station_type: 'PORTAL', is_active: true, sequence_order: 3 },
      ],
      total_stations: 3,
    });
  });

  it('are cached under the names that operators know', async () => {
    await get('/api/v1/routes/10-2/details');
    await get('/trips/routes/1/stations/');
    const { body } = await get<CachedKeys>('/cache/keys');

    expect(body.keys.map(({ key }) => key)).toEqual(['route:10-2:details', 'route:1:stations']);
  });
});

describe('current location', () => {
  async function aPosition(vehicle_id: number, route_id: number, minutesAgo: number, latitude: number) {
    await insert(client, 'vehicle_positions', {
      vehicle_id,
      route_id,
      latitude,
      longitude: -74.1,
      speed: 26.5,
      observed_at: minutesFromNow(-minutesAgo),
    });
  }

  it.each(['/routes/J74/current-location', '/route/J74/current-location'])(
    'at %s is the latest of each vehicle that is still on the route',
    async (path) => {
      const { route_id: route } = await aRoute(client, [], { route_code: 'J74' });
      const { route_id: other } = await aRoute(client);
      for (let count = 0; count < 4; count += 1) await aVehicle(client);
      await aPosition(1, route, 3, 4.1);
      await aPosition(1, route, 1, 4.2);
      await aPosition(1, route, 2, 4.3);
      await aPosition(2, route, 5, 4.4);
      await aPosition(3, route, 2, 4.5);
      await aPosition(3, other, 1, 4.6);
      await aPosition(4, other, 1, 4.7);

      expect((await get(path)).body).toEqual({
        route_code: 'J74',
        vehicles: [
          {
            vehicle_id: 1,
            latitude: 4.2,
            longitude: -74.1,
            speed: 26.5,
            timestamp: aTime,
          },
          {
            vehicle_id: 2,
            latitude: 4.4,
            longitude: -74.1,
            speed: 26.5,
            timestamp: aTime,
          },
        ],
      });
    },
  );

  it('is found in a few rows, however long positions are kept', async () => {
    const { route_id: route } = await aRoute(client);
    const { route_id: other } = await aRoute(client);
    for (let count = 0; count < 100; count += 1) await aVehicle(client);
    await client.query(
      `INSERT INTO vehicle_positions (vehicle_id, route_id, latitude, longitude, observed_at)
       SELECT vehicle, CASE WHEN vehicle <= 2 THEN $1::bigint ELSE $2 END, 4.1, -74.1, now() - n * interval '10 s'
       FROM generate_series(1, 200) n, generate_series(1, 100) vehicle`,
      [route, other],
    );
    await client.query('ANALYZE vehicle_positions');
    const dataSource = await new DataSource({
      type: 'postgres',
      url: database.url,
      entities: [Route],
    }).initialize();
    afterTest(() => dataSource.destroy());

    const rows = await dataSource.transaction(async (manager) => {
      await new RoutesRepository(manager.getRepository(Route)).findPositions(route);
      const [read] = await manager.query<{ rows: string }[]>(
        `SELECT seq_tup_read + idx_tup_fetch AS rows FROM pg_stat_xact_user_tables WHERE relname = 'vehicle_positions'`,
      );
      return Number(read?.rows);
    });

    expect(rows).toBeLessThanOrEqual(4);
  });

  it('is nowhere while no vehicle was seen', async () => {
    await aRoute(client, [], { route_code: 'J74' });

    expect(await get('/routes/J74/current-location')).toMatchObject({
      status: 200,
      body: { route_code: 'J74', vehicles: [] },
    });
  });
});

it.each([
  '/routes/NOPE/details',
  '/routes/%00/details',
  '/routes/NOPE/current-location',
  '/route/NOPE/current-location',
  '/trips/routes/999/stations',
  '/trips/routes/abc/stations',
])('%s is not found', async (path) => {
  expect(await get(path)).toMatchObject({ status: 404, body: { code: 'route_not_found' } });
});
