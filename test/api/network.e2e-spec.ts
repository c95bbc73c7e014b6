import { AbstractLogger, DataSource } from 'typeorm';
import type { Client } from 'pg';
import type { StationPage } from '../../src/modules/stations/dto/station-responses.dto';
import { RechargePointsRepository } from '../../src/modules/recharge-points/recharge-points.repository';
import { Route } from '../../src/modules/routes/route.entity';
import { RoutesRepository } from '../../src/modules/routes/routes.repository';
import { Station } from '../../src/modules/stations/station.entity';
import { StationsRepository } from '../../src/modules/stations/stations.repository';
import { insert, unique } from '../builders/insert';
import { aLocality, aRoute, aStation, aVehicle } from '../builders/network';
import { afterFile } from '../setup/after-test';
import { ask, type Answer } from '../setup/api';
import { createDatabase } from '../setup/database';
import type { Service } from '../setup/service';
import { startOverDatabase } from '../setup/service-over-database';

let client: Client;
let service: Service;

const get = (path: string): Promise<Answer> => ask(service, path);

beforeAll(async () => {
  ({ client, service } = await startOverDatabase());
});

afterEach(async () => {
  await client.query(
    `TRUNCATE stations, routes, locations, recharge_points, vehicles, drivers, depots RESTART IDENTITY CASCADE;
     DELETE FROM accounts WHERE concessionaire_id IS NOT NULL;
     DELETE FROM concessionaires`,
  );
  await ask(service, '/cache/clear', { method: 'POST' });
});

/** The rows of a list, whatever it is called. */
function rowsOf({ status, body }: Answer): Record<string, unknown>[] {
  expect(status).toBe(200);
  const { next_cursor: _, ...lists } = body as Record<string, Record<string, unknown>[]>;
  return Object.values(lists).flat();
}

const namesAt = async (path: string): Promise<unknown[]> => rowsOf(await get(path)).map(({ name }) => name);
const cursorOf = ({ body }: Answer): string =>
  (body as Pick<StationPage, 'next_cursor'>).next_cursor ?? 'none';

/** Hears every statement. */
class Listener extends AbstractLogger {
  constructor(private readonly hear: (statement: string, parameters: unknown[]) => void) {
    super('all');
  }

  override logQuery(statement: string, parameters: unknown[] = []): void {
    this.hear(statement, parameters);
  }

  protected writeLog(): void {
    return;
  }
}

/** One degree of latitude, in metres. */
const DEGREE = 111_195;
const north = (metres: number): number => metres / DEGREE;

const aConcessionaire = (given: object = {}): Promise<{ concessionaire_id: number }> =>
  insert(client, 'concessionaires', { name: `Concesionario ${unique()}`, ...given });
const aRechargePoint = (given: object = {}): Promise<{ recharge_point_id: number }> =>
  insert(client, 'recharge_points', { name: `Punto ${unique()}`, ...given });

describe('search by name', () => {
  const NAMES = [
    'Usaquén',
    'USAQUEN Sur',
    'Ñuñoa',
    'Portal Norte',
    '100% Café_Ü',
    'Av. Américas \\ 7',
    'O’Hara',
  ];

  const FOUND: readonly (readonly [text: string, names: readonly string[]])[] = [
    ['usaquen', ['Usaquén', 'USAQUEN Sur']],
    ['USAQUÉN', ['Usaquén', 'USAQUEN Sur']],
    ['Usaque\u0301n', ['Usaquén', 'USAQUEN Sur']],
    ['nuno', ['Ñuñoa']],
    ['ñuñ', ['Ñuñoa']],
    ['tal nor', ['Portal Norte']],
    ['us', ['Usaquén', 'USAQUEN Sur']],
    ['ü', ['Ñuñoa', 'Usaquén', 'USAQUEN Sur', '100% Café_Ü'].sort()],
    ['0%', ['100% Café_Ü']],
    ['%', ['100% Café_Ü']],
    ['cafe_', ['100% Café_Ü']],
    ['americas \\ 7', ['Av. Américas \\ 7']],
    ['norte portal', []],
    ["' OR 1=1 --", []],
    ['', NAMES],
  ];

  it.each<[string, (name: string) => Promise<unknown>]>([
    ['/stations', (name) => aStation(client, { name })],
    ['/recharge-points', (name) => aRechargePoint({ name })],
    ['/locations', (name) => aLocality(client, { name })],
    ['/concessionaires', (name) => aConcessionaire({ name })],
  ])(
    'at %s finds a part of it, however it is written, and what means something in SQL as it is',
    async (path, add) => {
      for (const name of NAMES) await add(name);

      for (const [text, names] of FOUND) {
        const found = await namesAt(`${path}?name=${encodeURIComponent(text)}`);
        expect([text, found.sort()]).toEqual([text, [...names].sort()]);
      }
    },
  );

  it('finds routes too', async () => {
    await aRoute(client, [], { route_name: 'Portal Usmé - Héroes' });
    await aRoute(client, [], { route_name: 'Portal Sur' });

    expect(rowsOf(await get('/routes?name=usme%20-%20her'))).toMatchObject([
      { route_name: 'Portal Usmé - Héroes' },
    ]);
  });

  it.each(['/stations', '/routes', '/recharge-points', '/locations', '/concessionaires'])(
    'at %s refuses what no name contains',
    async (path) => {
      for (const text of ['%20', '%00', 'x'.repeat(101), 'a&name=b']) {
        expect(await get(`${path}?name=${text}`)).toMatchObject({
          status: 422,
          body: { errors: [{ pointer: '/name' }] },
        });
      }
    },
  );
});

describe.each(['/stations', '/recharge-points'])('nearness at %s', (path) => {
  const place = (
    name: string,
    latitude: number | null,
    longitude: number | null,
    more: object = {},
  ): Promise<unknown> =>
    path === '/stations'
      ? aStation(client, { name, latitude, longitude, ...more })
      : aRechargePoint({ name, latitude, longitude, ...more });
  const near = async (centre: string, radius: number): Promise<unknown[]> =>
    rowsOf(await get(`${path}?near=${centre}&radius=${radius}`)).map(({ name, distance_m }) => [
      name,
      distance_m,
    ]);

  it('shows the nearest first, each with its distance, within the radius only', async () => {
    await place('300 m', 4.6 + north(300), -74.1);
    await place('here', 4.6, -74.1);
    await place('100 m', 4.6 - north(100), -74.1);
    await place('501 m', 4.6 + north(501), -74.1);
    // In the box around the circle, outside of the circle.
    await place('corner', 4.6 + north(490), -74.1 + north(490));
    await place('nowhere', null, null);

    expect(await near('4.6,-74.1', 500)).toEqual([
      ['here', 0],
      ['100 m', 100],
      ['300 m', 300],
    ]);
  });

  it('has the distance of a great circle', async () => {
    // By the haversine formula with a mean radius of 6,371,008.8 m, worked out apart from the service.
    await place('Portal Sur', 4.5969, -74.1697);

    expect(await near('4.7546,-74.0460', 50_000)).toEqual([['Portal Sur', 22_258]]);
  });

  it('is 1,000 m without a radius', async () => {
    await place('999 m', north(999), 0);
    await place('1001 m', north(1_001), 0);

    expect(await namesAt(`${path}?near=0,0`)).toEqual(['999 m']);
  });

  it.each([
    ['-16.5,179.999', -16.5, -179.999],
    ['-16.5,-179.999', -16.5, 179.999],
    ['-16.5,180', -16.5, -180],
    ['0,-180', 0, 180],
  ])('does not end at the antimeridian: %s', async (centre, latitude, longitude) => {
    await place('beyond', latitude, longitude);

    expect(await near(centre, 500)).toEqual([['beyond', expect.any(Number)]]);
  });

  it.each([
    ['89.9999,0', 89.9999, 180],
    ['90,0', 89.999, -123],
    ['-90,77', -89.999, 12],
    ['-89.9999,-90', -89.9999, 90],
  ])('does not end at a pole: %s', async (centre, latitude, longitude) => {
    await place('over there', latitude, longitude);

    expect(await near(centre, 500)).toEqual([['over there', expect.any(Number)]]);
  });

  it('pages by distance and id, each place once, also while places are added', async () => {
    for (const metres of [50, 10, 30, 10, 20, 10]) await place(`${metres} m`, north(metres), 0);
    const first = await get(`${path}?near=0,0&radius=100&limit=2`);
    await place('new, nearer', 0, 0);
    await place('new, farther', north(40), 0);
    const pages = [first];
    for (let cursor = cursorOf(first); cursor !== 'none'; cursor = cursorOf(pages.at(-1) ?? first))
      pages.push(await get(`${path}?near=0,0&radius=100&limit=2&cursor=${cursor}`));

    expect(pages.flatMap((page) => rowsOf(page).map(({ name }) => name))).toEqual([
      '10 m',
      '10 m',
      '10 m',
      '20 m',
      '30 m',
      'new, farther',
      '50 m',
    ]);
    expect(pages.map((page) => rowsOf(page).length)).toEqual([2, 2, 2, 1]);
  });

  it('goes together with the other filters', async () => {
    const { location_id } = await aLocality(client, { name: 'Suba' });
    await place('Portal Suba', 0, 0, { location_id });
    await place('Portal Norte', 0, 0);
    await place('Calle 100', 0, 0, { location_id });

    expect(await namesAt(`${path}?near=0,0&locality=Suba&name=portal`)).toEqual(['Portal Suba']);
  });

  it('is not shown where no point is named', async () => {
    await place('somewhere', 0, 0);

    expect(Object.keys(rowsOf(await get(path))[0] ?? {})).not.toContain('distance_m');
  });

  it.each([
    ['near=', '/radius', '&radius=5'],
    ['near=4.6', '/near'],
    ['near=91,0', '/near'],
    ['near=0,181', '/near'],
    ['near=a,b', '/near'],
    ['near=4.6,-74.1,3', '/near'],
    ['near=1,1&near=2,2', '/near'],
    ['near=0,0&radius=0', '/radius'],
    ['near=0,0&radius=50001', '/radius'],
    ['near=0,0&radius=1.5', '/radius'],
    ['near=0,0&radius=-5', '/radius'],
    ['radius=100', '/radius'],
    ['near=0,0&cursor=aWQ6MQ', '/cursor'],
    ['cursor=YXQ6MSxpZDox', '/cursor'],
    ['near=0,0&cursor=YXQ6MSxpZDoxIA', '/cursor'],
    ['near=0,0&cursor=x', '/cursor'],
  ])('refuses ?%s', async (query, pointer, more = '') => {
    expect(await get(`${path}?${query}${more}`)).toMatchObject({
      status: 422,
      body: { code: 'invalid_value', errors: [{ pointer }] },
    });
  });
});

it('stations that are searched are not cached', async () => {
  for (const query of ['?near=0,0', '?name=x']) {
    await get(`/stations${query}`);
    expect((await get(`/stations${query}`)).headers.get('x-cache')).toBeNull();
  }
});

describe('the lists', () => {
  const status = { active: 'active', inactive: 'inactive' };

  it('of routes are filtered by type and status', async () => {
    const { concessionaire_id } = await aConcessionaire();
    await aRoute(client, [], { route_code: 'A', route_name: 'Uno', concessionaire_id });
    await aRoute(client, [], { route_code: 'B', route_type: 'CABLE' });
    await aRoute(client, [], { route_code: 'C', is_active: false });
    const codesAt = async (query: string): Promise<unknown[]> =>
      rowsOf(await get(`/routes${query}`)).map(({ route_code }) => route_code);

    expect(rowsOf(await get('/routes?limit=1'))).toEqual([
      {
        route_id: 1,
        route_code: 'A',
        route_name: 'Uno',
        route_type: 'TRONCAL',
        concessionaire_id,
        status: status.active,
      },
    ]);
    expect(await codesAt('')).toEqual(['A', 'B', 'C']);
    expect(await codesAt('?type=CABLE')).toEqual(['B']);
    expect(await codesAt('?status=inactive')).toEqual(['C']);
    expect(await codesAt('?type=TRONCAL&status=active')).toEqual(['A']);
    expect(await codesAt('?type=&status=')).toEqual(['A', 'B', 'C']);
  });

  it('of recharge points are filtered by locality and channel', async () => {
    const { location_id } = await aLocality(client, { name: 'Suba' });
    const counter = {
      name: 'Taquilla',
      address: 'Calle 1',
      latitude: 4.6,
      longitude: -74.1,
      operator: 'Recaudo',
    };
    await aRechargePoint({ ...counter, location_id });
    await aRechargePoint({ name: 'Aplicación', channel: 'online' });

    expect(rowsOf(await get('/recharge-points?locality=Suba'))).toEqual([
      { recharge_point_id: 1, ...counter, locality: 'Suba', channel: 'default' },
    ]);
    expect(rowsOf(await get('/recharge-points?channel=online'))).toMatchObject([
      { name: 'Aplicación', locality: null, latitude: null },
    ]);
    expect(await namesAt('/recharge-points?channel=online&locality=Suba')).toEqual([]);
  });

  it('of vehicles are filtered by concessionaire and status', async () => {
    const { concessionaire_id } = await aConcessionaire();
    await aVehicle(client, {
      license_plate: 'SYN1',
      concessionaire_id,
      capacity: 80,
      technology: 'Eléctrico',
      model_year: 2_024,
    });
    await aVehicle(client, { concessionaire_id, status: 'maintenance' });
    await aVehicle(client);
    const idsAt = async (query: string): Promise<unknown[]> =>
      rowsOf(await get(`/vehicles${query}`)).map(({ vehicle_id }) => vehicle_id);

    expect(rowsOf(await get('/vehicles?limit=1'))).toEqual([
      {
        vehicle_id: 1,
        license_plate: 'SYN1',
        vehicle_type: 'ARTICULADO',
        capacity: 80,
        technology: 'Eléctrico',
        model_year: 2_024,
        concessionaire_id,
        current_depot_id: null,
        status: 'active',
      },
    ]);
    expect(await idsAt('')).toEqual([1, 2, 3]);
    expect(await idsAt(`?concessionaire_id=${concessionaire_id}`)).toEqual([1, 2]);
    expect(await idsAt('?status=active')).toEqual([1, 3]);
    expect(await idsAt(`?concessionaire_id=${concessionaire_id}&status=maintenance`)).toEqual([2]);
    expect(await idsAt('?concessionaire_id=999')).toEqual([]);
  });

  it('of drivers say no more than their name, whom they work for and whether they work', async () => {
    const { concessionaire_id } = await aConcessionaire();
    // Synthetic.
    const person = { first_name: 'Persona', last_name: 'Sintética' };
    const secret = { license_number: 'L-1', license_expiry_date: '2030-01-01', hire_date: '2020-01-01' };
    await insert(client, 'drivers', { employee_id: 'E1', concessionaire_id, ...person, ...secret });
    await insert(client, 'drivers', { employee_id: 'E2', ...person, status: 'on_leave' });

    expect(rowsOf(await get('/drivers'))).toEqual([
      { driver_id: 1, concessionaire_id, ...person, status: 'active' },
      { driver_id: 2, concessionaire_id: null, ...person, status: 'on_leave' },
    ]);
    expect(rowsOf(await get(`/drivers?concessionaire_id=${concessionaire_id}`))).toMatchObject([
      { driver_id: 1 },
    ]);
    expect(rowsOf(await get('/drivers?status=on_leave'))).toMatchObject([{ driver_id: 2 }]);
  });

  it('of localities, concessionaires and depots say what they are', async () => {
    const { location_id } = await aLocality(client, { name: 'Suba', description: 'Localidad 11' });
    const { concessionaire_id } = await aConcessionaire({ name: 'Norte', operates_troncal: true });
    const depot = { name: 'Patio', address: 'Calle 1', depot_type: 'PATIO', capacity_vehicles: 120 };
    await insert(client, 'depots', { ...depot, location_id, concessionaire_id });
    await insert(client, 'depots', { name: 'Otro', depot_type: 'PATIO' });

    expect(rowsOf(await get('/locations'))).toEqual([
      { location_id, name: 'Suba', description: 'Localidad 11' },
    ]);
    expect(rowsOf(await get('/concessionaires'))).toEqual([
      {
        concessionaire_id,
        name: 'Norte',
        operates_troncal: true,
        operates_zonal_uce: false,
        operates_zonal_alimentacion: false,
        operates_cable: false,
      },
    ]);
    expect(rowsOf(await get(`/depots?concessionaire_id=${concessionaire_id}`))).toEqual([
      { depot_id: 1, ...depot, locality: 'Suba', concessionaire_id },
    ]);
    expect(await namesAt('/depots')).toEqual(['Patio', 'Otro']);
  });

  const builders: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['/routes', () => aRoute(client)],
    ['/recharge-points', () => aRechargePoint()],
    ['/locations', () => aLocality(client)],
    ['/concessionaires', () => aConcessionaire()],
    ['/vehicles', () => aVehicle(client)],
    ['/depots', () => insert(client, 'depots', { name: 'Patio', depot_type: 'PATIO' })],
    [
      '/drivers',
      () =>
        insert(client, 'drivers', {
          employee_id: `E${unique()}`,
          first_name: 'Persona',
          last_name: 'Sintética',
        }),
    ],
  ];

  it.each(builders)('at %s are paged, each row once, also while rows are added', async (path, add) => {
    for (let n = 0; n < 3; n += 1) await add();
    const whole = rowsOf(await get(path));
    const first = await get(`${path}?limit=2`);
    await add();
    const second = await get(`${path}?limit=2&cursor=${cursorOf(first)}`);

    expect([...rowsOf(first), ...rowsOf(second)]).toEqual([...whole, ...rowsOf(second).slice(1)]);
    expect(rowsOf(second)).toHaveLength(2);
    expect([cursorOf(first) === 'none', cursorOf(second)]).toEqual([false, 'none']);
  });

  it.each(builders.map(([path]) => path))('at %s refuse what they do not know', async (path) => {
    for (const query of ['limit=0', 'limit=101', 'cursor=MQ', 'cursor=YXQ6MSxpZDox', 'color=red']) {
      expect([query, (await get(`${path}?${query}`)).status]).toEqual([query, 422]);
    }
  });

  it.each([
    '/routes?type=BUS',
    '/routes?status=gone',
    '/vehicles?status=gone',
    '/vehicles?concessionaire_id=abc',
    '/vehicles?concessionaire_id=0',
    '/drivers?status=maintenance',
    '/depots?concessionaire_id=1.5',
    '/recharge-points?channel=%00',
  ])('refuse %s', async (path) => {
    expect(await get(path)).toMatchObject({ status: 422, body: { code: 'invalid_value' } });
  });
});

describe('the indexes', () => {
  const MANY = 20_000;
  const ALL = { locality: null, channel: null, is_active: null, type: null, name: null };
  const CIRCLE = { latitude: 4.55, longitude: -74.15, radius: 300 };
  let dataSource: DataSource;
  let sent: { statement: string; parameters: unknown[] };

  beforeAll(async () => {
    const large = await createDatabase();
    afterFile(() => large.drop());
    dataSource = await new DataSource({
      type: 'postgres',
      url: large.url,
      entities: [Station, Route],
      logger: new Listener((statement, parameters) => (sent = { statement, parameters })),
    }).initialize();
    afterFile(() => dataSource.destroy());
    await dataSource.query(
      `INSERT INTO stations (name, station_code, station_type, latitude, longitude)
       SELECT 'Estación ' || md5(n::text), 'E' || n, 'PARADERO', 4.5 + (n % 200) * 0.001, -74.2 + (n / 200) * 0.001
       FROM generate_series(1, $1::int) n`,
      [MANY],
    );
    await dataSource.query(
      'INSERT INTO recharge_points (name, latitude, longitude) SELECT name, latitude, longitude FROM stations',
    );
    await dataSource.query(
      `INSERT INTO routes (route_code, route_name, route_type) SELECT station_code, name, 'ZONAL_UCE' FROM stations`,
    );
    await dataSource.query('ANALYZE');
  });

  /** How PostgreSQL goes about the statement that finds this. */
  async function planOf(found: Promise<unknown[]>): Promise<string> {
    expect((await found).length).toBeGreaterThan(0);
    const { statement, parameters } = sent;
    const lines = await dataSource.query<Record<string, string>[]>(`EXPLAIN ${statement}`, parameters);
    return lines.map((line) => line['QUERY PLAN']).join('\n');
  }

  it('find stations near a point', async () => {
    const stations = new StationsRepository(dataSource.getRepository(Station));
    const plan = await planOf(stations.findNear(ALL, CIRCLE, null, 20));

    expect(plan).toContain('stations_place_idx');
    expect(plan).not.toContain('Seq Scan on stations');
  });

  it('find recharge points near a point', async () => {
    const plan = await planOf(new RechargePointsRepository(dataSource).findNear(ALL, CIRCLE, null, 20));

    expect(plan).toContain('recharge_points_place_idx');
    expect(plan).not.toContain('Seq Scan on recharge_points');
  });

  // The MD5 of 1: c4ca4238a0b923820dcc509a6f75849b.
  it.each(['Estacion C4CA42', 'c4ca4238a', '75849b'])('find %s by its name', async (name) => {
    const named = { ...ALL, name };
    const stations = new StationsRepository(dataSource.getRepository(Station));
    const routes = new RoutesRepository(dataSource.getRepository(Route));
    const points = new RechargePointsRepository(dataSource);

    expect(await planOf(stations.find(named, null, 20))).toContain('stations_name_search_idx');
    expect(await planOf(routes.find(named, null, 20))).toContain('routes_route_name_search_idx');
    expect(await planOf(points.find(named, null, 20))).toContain('recharge_points_name_search_idx');
  });
});
