import type { Browser } from 'playwright-core';
import type { Client } from 'pg';
import type {
  ActivityByMinute,
  ActivityByStation,
} from '../../src/modules/activity/dto/activity-responses.dto';
import type {
  CacheStats,
  CacheTemplateList,
} from '../../src/platform/cache/operations/dto/cache-responses.dto';
import type { ValidatorResponse } from '../../src/modules/validators/dto/validators.dto';
import type { CardResponse } from '../../src/modules/cards/dto/card-responses.dto';
import type { NetworkDocument } from '../../console/src/api/schema';
import { toNetworkMap } from '../../console/src/screens/city/map/network-map';
import {
  project,
  toMap,
  toScreen,
  unproject,
  zoomAround,
} from '../../console/src/screens/city/map/projection';
import { niceTicks, timeTicks } from '../../console/src/ui/line-chart';
import { connect } from '../builders/connect';
import { insert } from '../builders/insert';
import { aKey, type TestKey } from '../builders/keys';
import { aRoute, aStation, aVehicle, type StationRow } from '../builders/network';
import { afterFile, afterTest } from '../setup/after-test';
import { ask, post } from '../setup/api';
import { startChromium } from '../setup/chromium';
import { createDatabase } from '../setup/database';
import { type RedisServer, startRedis } from '../setup/redis-server';
import { type Service, startService } from '../setup/service';
import { until } from '../setup/until';
import { Visitor } from './visitor';

/** What a page must show as it is. */
const NAME = `<script>alert("1")</script>`;
const RIGHT_TO_LEFT = 'محطة النور';
const LONG = 'Wolfeschlegelsteinhausen'.repeat(8);
const FARE = 3_000;

let client: Client;
let redis: RedisServer;
let service: Service;
let browser: Browser;
let simulator: TestKey;
let stations: StationRow[];
let routeId: number;
let card: CardResponse;

beforeAll(async () => {
  const database = await createDatabase();
  afterFile(() => database.drop());
  client = await connect(database.url);
  afterFile(() => client.end());
  redis = await startRedis();
  afterFile(() => redis.stop());
  const env = { AUTH: 'required', SIMULATION: 'on', REDIS_TIMEOUT_MS: '2000' };
  [service, browser] = await Promise.all([
    startService({ databaseUrl: database.url, redisUrl: redis.url, env }),
    startChromium(),
  ]);
  afterFile(() => service.stop());
  afterFile(() => browser.close());
  simulator = await aKey(client, 'simulator');
  await aCity();
  await untilTrusted();
});

/** Three stations with hostile names on a line, and an alert. */
async function aCity(): Promise<void> {
  await client.query(`DELETE FROM tariffs WHERE component = 'trunk'`);
  await insert(client, 'tariffs', { component: 'trunk', valid_from: '2000-01-01', price: FARE });
  stations = [
    await aStation(client, { name: NAME, latitude: 4.6, longitude: -74.1 }),
    await aStation(client, { name: RIGHT_TO_LEFT, latitude: 4.65, longitude: -74.08 }),
    await aStation(client, { name: LONG, latitude: 4.7, longitude: -74.05 }),
  ];
  ({ route_id: routeId } = await aRoute(client, stations, { route_name: `${NAME} ${RIGHT_TO_LEFT}` }));
  await insert(client, 'alerts', {
    station_id: station(1).station_id,
    alert_type: 'CIERRE',
    message: `${NAME} ${LONG}`,
    severity: 'CRITICAL',
    start_time: '2026-01-01T00:00:00Z',
  });
  ({ body: card } = await post<CardResponse>(service, '/cards', {}, simulator.headers));
  await post(service, '/recharges', { card_id: card.card_id, amount: 90_000 }, simulator.headers);
}

function station(index: number): StationRow {
  const found = stations[index];
  if (!found) throw new RangeError(`there is no station ${index}`);
  return found;
}

/** A validator at the first station, of which two taps are missing. */
async function aLateValidator(): Promise<void> {
  const place = { number: 'V-000001', station_id: station(0).station_id };
  const { body } = await post<ValidatorResponse>(service, '/validators', place, simulator.headers);
  const now = new Date().toISOString();
  const tap = { sequence: 3, kind: 'entry', card_number: '1', tapped_at: now, decision: 'refused' };
  const batch = { validator_id: body.validator_id, sent_at: now, taps: [tap] };
  expect((await post(service, '/taps', batch, simulator.headers)).status).toBe(200);
}

/** A vehicle that was seen now, and one that was seen long ago. */
async function drive(): Promise<void> {
  for (const ageSeconds of [0, 600]) {
    const { vehicle_id } = await aVehicle(client);
    const place = { route_id: routeId, latitude: 4.62, longitude: -74.09, speed: 20 };
    const observed_at = new Date(Date.now() - ageSeconds * 1_000).toISOString();
    const body = { positions: [{ vehicle_id, ...place, observed_at }] };
    expect((await post(service, '/vehicle-positions', body, simulator.headers)).status).toBeLessThan(300);
  }
}

function rideFrom(index: number): object {
  return {
    card_id: card.card_id,
    route_id: routeId,
    boarding_station_id: station(index).station_id,
    disembarking_station_id: station(2).station_id,
  };
}

async function board(): Promise<void> {
  const { status } = await post(service, '/trips/complete', rideFrom(0), simulator.headers);
  expect(status).toBe(200);
}

const get = async <Body>(path: string) =>
  (await ask<Body>(service, path, { headers: simulator.headers })).body;

const untilTrusted = (): Promise<void> =>
  until('the cache is trusted', async () => (await get<CacheStats>('/cache/stats')).cache_stats.trusted);

/** Boardings of the last hour, and those of the last minutes at each station, as the service says. */
async function boardings(): Promise<[ofHour: number, atStation: number]> {
  const { minutes } = await get<ActivityByMinute>('/activity/minutes');
  const { frames } = await get<ActivityByStation>('/activity/stations');
  const here = frames[0]?.stations.find(({ station_id: id }) => id === station(0).station_id);
  return [minutes.reduce((sum, minute) => sum + minute.boardings, 0), here?.boardings ?? 0];
}

async function aVisitor(
  path: string,
  key: TestKey,
  options: Parameters<typeof Visitor.open>[2] = {},
): Promise<Visitor> {
  const visitor = await Visitor.open(browser, service.url, options);
  afterTest(() => visitor.close());
  await visitor.visit(path);
  await visitor.signIn(key.text);
  return visitor;
}

const figure = (visitor: Visitor, name: string): Promise<string> =>
  visitor.page.locator(`[data-figure=${name}]`).innerText();

const untilFigure = (visitor: Visitor, name: string, value: string): Promise<void> =>
  until(`${name} is ${value}`, async () => (await figure(visitor, name)) === value);

describe('the map', () => {
  const at = (
    station_id: number,
    latitude: number,
    longitude: number,
  ): NetworkDocument['stations'][number] => ({
    station_id,
    station_code: `E${station_id}`,
    name: `Estación ${station_id}`,
    station_type: 'ESTACION',
    locality: null,
    status: 'active',
    latitude,
    longitude,
  });
  const route = (route_id: number, stops: number[]): NetworkDocument['routes'][number] => ({
    route_id,
    route_code: `R${route_id}`,
    route_name: `Ruta ${route_id}`,
    route_type: 'TRONCAL',
    concessionaire_id: null,
    status: 'active',
    stations: stops,
  });

  it('draws an express where the others stop, and another street where it is one', () => {
    const document: NetworkDocument = {
      stations: [at(1, 4.6, -74.1), at(2, 4.61, -74.1), at(3, 4.62, -74.1), at(4, 4.6, -74.05)],
      routes: [route(1, [1, 2, 3]), route(2, [3, 1]), route(3, [1, 4]), route(4, [2, 1])],
      concessionaires: [],
    };
    const { lines, byId } = toNetworkMap(document);
    const pointOf = (id: number): unknown => byId.get(id)?.point;

    expect(lines.trunk.map(([from, to]) => [from, to])).toHaveLength(3);
    expect(lines.trunk).toEqual(
      expect.arrayContaining([
        [pointOf(1), pointOf(2)],
        [pointOf(2), pointOf(3)],
        [pointOf(1), pointOf(4)],
      ]),
    );
  });

  it('finds each place again, and keeps the place under the pointer when it is zoomed', () => {
    const size = { width: 800, height: 600 };
    const place = project(4.65, -74.08);
    const back = unproject(place);
    expect(back.latitude).toBeCloseTo(4.65, 9);
    expect(back.longitude).toBeCloseTo(-74.08, 9);

    const view = { ...project(4.6, -74.1), zoom: 12 };
    const pointer = toScreen(place, view, size);
    const under = toMap(pointer, view, size);
    expect(under.x).toBeCloseTo(place.x, 12);
    expect(under.y).toBeCloseTo(place.y, 12);
    const zoomed = toScreen(place, zoomAround(view, 1.5, pointer, size), size);
    expect(zoomed.x).toBeCloseTo(pointer.x, 4);
    expect(zoomed.y).toBeCloseTo(pointer.y, 4);
  });

  it('writes round times and values beside lines', () => {
    const minutes = Array.from({ length: 60 }, (_, index) => Date.UTC(2026, 10, 28, 12, 7) + index * 60_000);
    const written = (time: number): string => new Date(time).toISOString().slice(11, 16);

    expect(timeTicks(minutes, written, 5).map((index) => written(minutes[index] ?? 0))).toEqual([
      '12:15',
      '12:30',
      '12:45',
      '13:00',
    ]);
    expect([niceTicks(0, 3), niceTicks(7, 3), niceTicks(950, 4)]).toEqual([
      [0, 1],
      [0, 5, 10],
      [0, 500, 1_000],
    ]);
  });
});

describe('the city', () => {
  it('shows what the service says, as it happens', async () => {
    await aLateValidator();
    const visitor = await aVisitor('/city', simulator);
    await visitor.page.locator('[data-state=live]').waitFor();
    await drive();
    await untilFigure(visitor, 'vehicles', '2');
    await visitor.sees('1 sin noticias');
    await untilFigure(visitor, 'alerts', '1');
    const late = visitor.page.locator('[data-validator]', { hasText: 'V-000001' });
    await late.getByText('faltan 2 pasos').waitFor();
    await late.getByRole('link', { name: NAME }).waitFor();

    await board();
    await board();
    const unknown = { ...rideFrom(0), card_id: 999_999 };
    expect((await post(service, '/trips/complete', unknown, simulator.headers)).status).toBe(404);
    const [ofHour] = await boardings();
    await untilFigure(visitor, 'boardings', String(ofHour));
    await until('the refusals are those of the service', async () => {
      const { minutes } = await get<ActivityByMinute>('/activity/minutes');
      const refusals = minutes.reduce((sum, minute) => sum + (minute.refusals ?? 0), 0);
      return refusals > 0 && (await figure(visitor, 'refusals')) === String(refusals);
    });

    // The table says what the map draws.
    await visitor.page.getByText('Estaciones como tabla').click();
    const row = visitor.page.locator('[data-table=stations] tr', { hasText: NAME });
    await until('the table has the boardings', async () => {
      const [, atStation] = await boardings();
      return (await row.locator('td').nth(2).innerText()) === String(atStation);
    });
    await visitor.page.getByText('Vehículos como tabla').click();
    const vehicles = visitor.page.locator('[data-table=vehicles] tbody tr');
    await until('the table has both vehicles', async () => (await vehicles.count()) === 2);
    expect(visitor.complaints).toEqual([]);
  });

  it('is moved and picked from by keyboard alone, and its address says where it stands', async () => {
    const visitor = await aVisitor('/city', simulator);
    const { page } = visitor;
    const map = page.getByRole('application');
    await until('the map is shown', async () => (await map.getAttribute('data-view')) !== null);

    const field = page.getByRole('combobox', { name: 'Estación o ruta' });
    await field.focus();
    await page.keyboard.type(RIGHT_TO_LEFT);
    await page.getByRole('listbox').getByRole('option').first().waitFor();
    await visitor.press('Enter');
    await page.getByRole('heading', { name: RIGHT_TO_LEFT }).waitFor();
    await visitor.sees('No hay llegadas anunciadas');
    await page.getByRole('button', { name: 'Cerrar' }).click();

    // The chosen station is in the middle of the map: Enter picks it again.
    await map.focus();
    await visitor.press('Enter');
    await page.getByRole('heading', { name: RIGHT_TO_LEFT }).waitFor();
    await visitor.press('ArrowLeft', '+');
    await page.waitForURL(/map=4\.\d+%2C-74\.\d+%2C14\.5/);
    expect(new URL(page.url()).searchParams.get('station')).toBe(String(station(1).station_id));

    // The address brings all of it back, in another browser as well.
    const view = await map.getAttribute('data-view');
    const address = page.url().slice(page.url().indexOf('/console') + '/console'.length);
    const other = await aVisitor(address, simulator);
    await other.page.getByRole('heading', { name: RIGHT_TO_LEFT }).waitFor();
    const numbers = (text: string | null): number[] => (text ?? '').split(',').map(Number);
    await until('it stands there', async () => {
      const shown = numbers(await other.page.getByRole('application').getAttribute('data-view'));
      return numbers(view).every((each, index) => Math.abs(each - (shown[index] ?? NaN)) < 1e-6);
    });
    expect([visitor.complaints, other.complaints]).toEqual([[], []]);
  });

  it('is drawn in colours that stand out from its ground, also for who wants no motion', async () => {
    const { page } = await aVisitor('/city', simulator);
    await page.locator('[data-state=live]').waitFor();
    // The darkest that is drawn: names and stations are nearly black in the light theme.
    const darkest = (): Promise<number> =>
      page.evaluate<number>(`Math.min(...[...document.querySelectorAll('canvas')].map((canvas) => {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        let least = 255;
        for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 255) least = Math.min(least, data[at]);
        return least;
      }))`);
    await until('the map is drawn', async () => (await darkest()) < 100);
  });

  it('is picked from and dragged by the mouse', async () => {
    const visitor = await aVisitor(`/city?map=4.6,-74.1,14`, simulator);
    const { page } = visitor;
    const map = page.getByRole('application');
    await until('the map is shown', async () => (await map.getAttribute('data-view')) !== null);
    await map.click();
    await page.getByRole('heading', { name: NAME }).waitFor();
    // The page has settled: the panel beside the map may have moved it.
    const before = await map.getAttribute('data-view');
    const box = await map.boundingBox();
    if (!box) throw new Error('the map is not shown');
    await page.mouse.move(box.x + 100, box.y + 100);
    await page.mouse.down();
    await page.mouse.move(box.x + 200, box.y + 160, { steps: 4 });
    await page.mouse.up();
    await until('it moved', async () => (await map.getAttribute('data-view')) !== before);
    await page.mouse.wheel(0, -400);
    await until(
      'it is larger',
      async () => Number((await map.getAttribute('data-view'))?.split(',')[2]) > 14,
    );
    expect(visitor.complaints).toEqual([]);
  });

  it('is picked from by a tap, dragged by a finger, and zoomed by two, while the page stands still', async () => {
    const touched = { hasTouch: true, viewport: { width: 390, height: 844 } };
    const visitor = await aVisitor(`/city?map=4.6,-74.1,14`, simulator, touched);
    const { page } = visitor;
    const map = page.getByRole('application');
    await until('the map is shown', async () => (await map.getAttribute('data-view')) !== null);
    const cdp = await page.context().newCDPSession(page);
    /** Fingers on the map, from its left upper corner. */
    const touch = async (type: 'touchStart' | 'touchMove' | 'touchEnd', ...fingers: [number, number][]) => {
      const box = await map.boundingBox();
      if (!box) throw new Error('the map is not shown');
      const touchPoints = fingers.map(([x, y], id) => ({ id, x: box.x + x, y: box.y + y }));
      await cdp.send('Input.dispatchTouchEvent', { type, touchPoints });
    };
    const view = async (): Promise<number[]> =>
      ((await map.getAttribute('data-view')) ?? '').split(',').map(Number);
    const far = async (): Promise<number> => Number(await page.evaluate('scrollY'));

    await map.scrollIntoViewIfNeeded();
    const { width = 0, height = 0 } = (await map.boundingBox()) ?? {};
    await touch('touchStart', [width / 2, height / 2]);
    await touch('touchEnd');
    await page.getByRole('heading', { name: NAME }).waitFor();

    // What lies under the finger goes with it.
    await map.scrollIntoViewIfNeeded();
    const [x = 0, y = 0, zoom = 0] = await view();
    const scrolled = await far();
    await touch('touchStart', [100, 100]);
    await touch('touchMove', [130, 120]);
    await touch('touchMove', [160, 150]);
    await touch('touchEnd');
    await until('it moved', async () => (await view()).join() !== [x, y, zoom].join());
    const [movedX = 0, movedY = 0, same = 0] = await view();
    expect([movedX < x, movedY < y, same]).toEqual([true, true, zoom]);

    // Twice as far from each other is one level nearer.
    await touch('touchStart', [120, 150], [180, 150]);
    await touch('touchMove', [90, 150], [210, 150]);
    await touch('touchEnd');
    await until('it is nearer', async () => Math.abs(((await view())[2] ?? 0) - zoom - 1) < 0.01);
    expect([await far(), visitor.complaints]).toEqual([scrolled, []]);
  });

  it('stands still when paused, and plays the last hour again', async () => {
    const visitor = await aVisitor('/city', simulator);
    const { page } = visitor;
    await page.locator('[data-state=live]').waitFor();
    const [ofHour] = await boardings();
    await untilFigure(visitor, 'boardings', String(ofHour));
    await visitor.press('p');
    await page.locator('[data-state=paused]').waitFor();
    await until(
      'nothing is being asked',
      async () => (await page.locator('main [aria-busy=true]').count()) === 0,
    );
    await board();
    expect(await figure(visitor, 'boardings')).toBe(String(ofHour));
    await visitor.press('p');
    await untilFigure(visitor, 'boardings', String(ofHour + 1));

    // A minute of the hour that is over, from the service.
    await visitor.press('u');
    await page.locator('[data-state=replay]').waitFor();
    const slider = page.getByRole('slider', { name: 'Repetir la hora' });
    await page.getByRole('button', { name: 'Pausa' }).click();
    await slider.focus();
    await visitor.press('End');
    await page.waitForURL(/at=59/);
    const start = new URL(page.url()).searchParams.get('replay') ?? '';
    const to = new Date(Date.parse(start) + 60 * 60_000).toISOString();
    const { minutes } = await get<ActivityByMinute>(`/activity/minutes?from=${start}&to=${to}`);
    await untilFigure(visitor, 'boardings', String(minutes[59]?.boardings));
    await page.getByRole('button', { name: 'Volver al presente' }).click();
    await page.locator('[data-state=live]').waitFor();
    expect(visitor.complaints).toEqual([]);
  });

  it('shows the last figures while the service is away, asks where events do not pass, and says what is missing', async () => {
    const visitor = await aVisitor('/city', simulator);
    const { page } = visitor;
    await page.locator('[data-state=live]').waitFor();
    const [ofHour] = await boardings();
    await untilFigure(visitor, 'boardings', String(ofHour));
    await page.context().setOffline(true);
    await page.locator('[data-state=stale]').waitFor();
    expect(await figure(visitor, 'boardings')).toBe(String(ofHour));
    await page.context().setOffline(false);
    await page.locator('[data-state=live]').waitFor({ timeout: 60_000 });

    const behindProxy = await aVisitor('/operations', simulator);
    await behindProxy.page.route(/\/events\?/, (route) => route.abort());
    await behindProxy.visit('/city');
    await behindProxy.page.locator('[data-state=broken]').waitFor();
    await board();
    await untilFigure(behindProxy, 'boardings', String(ofHour + 1));

    const control = await aVisitor('/city', await aKey(client, 'agent'));
    await control.sees('Su clave no ve las cifras de la ciudad');
    await untilFigure(control, 'vehicles', '2');
    expect(control.complaints).toEqual([]);
  });

  it('hangs on a wall without a menu, with large figures and no pointer', async () => {
    const visitor = await aVisitor('/city?kiosk', simulator, { viewport: { width: 1920, height: 1080 } });
    const { page } = visitor;
    await page.locator('[data-state=live]').waitFor();
    await page.waitForURL(/kiosk=1/);
    expect(await page.locator('header, aside, nav, .controls').count()).toBe(0);
    expect(await page.evaluate(`getComputedStyle(document.querySelector('[role=application]')).cursor`)).toBe(
      'none',
    );
    expect([await visitor.findingsOfAxe(), await visitor.cutOff()]).toEqual([[], []]);
    expect(await page.evaluate('document.documentElement.scrollHeight <= innerHeight')).toBe(true);
    await visitor.press('k');
    await page.locator('header').waitFor();
    expect(visitor.complaints).toEqual([]);
  });
});

describe('the cache', () => {
  it('shows keys and counts as the service says, and why responses were not stored', async () => {
    const visitor = await aVisitor('/cache', simulator);
    const { page } = visitor;
    await get(`/cards/${card.card_id}/balance`);
    await get(`/cards/${card.card_id}/balance`);
    const template = 'card:{card_id}:balance';
    const row = page.locator(`[data-row="${template}"]`);
    await row.click();
    await until('the counts are those of the service', async () => {
      const { templates } = await get<CacheTemplateList>('/cache/templates');
      const counts = templates.find((each) => each.template === template);
      return (await page.locator('[data-count=hits]').innerText()) === String(counts?.hits);
    });
    await visitor.sees('POST /recharges');
    await page.reload();
    await page.getByText(`card:${card.card_id}:balance`, { exact: true }).waitFor();
    await row.focus();
    await visitor.press('ArrowDown', 'Enter');
    await until(
      'another is open',
      async () =>
        (await page.locator('[data-row][aria-expanded=true]').count()) === 1 &&
        (await row.getAttribute('aria-expanded')) === 'false',
    );
    expect(visitor.complaints).toEqual([]);
  });

  it('watches a write: each key is marked, released, and filled again, in that order, by keyboard alone', async () => {
    const visitor = await aVisitor('/cache/write', simulator);
    const { page } = visitor;
    await page.getByLabel('Tarjeta', { exact: true }).focus();
    await page.keyboard.type(card.card_number);
    await visitor.press('Enter');
    await page.locator('[data-phase=ready]').waitFor();
    await page.getByLabel('Valor de la recarga').focus();
    await visitor.press('Enter');
    await page.locator('[data-phase=done]').waitFor();

    const { templates } = await get<CacheTemplateList>('/cache/templates');
    const keys = templates
      .filter(
        ({ template, evicted_by: writes, parameters }) =>
          writes.includes('POST /recharges') &&
          !parameters.includes('user_id') &&
          // Only a card that owes has a place there that a recharge may change.
          !['hotlist', 'validators:late'].includes(template),
      )
      .map((each) => each.template.replace('{card_id}', String(card.card_id)));
    for (const key of keys) {
      const steps = page.locator(`[data-key="${key}"] [data-step]`);
      const names = async (): Promise<string[]> => {
        const all = await steps.all();
        return Promise.all(all.map(async (each) => (await each.getAttribute('data-step')) ?? ''));
      };
      // What the service tells and what the page reads itself come by different ways, so one may be shown before the other.
      let order: string[] = [];
      await until(`${key} is filled again`, async () => {
        order = await names();
        const after = order.slice(order.indexOf('released'));
        return (
          order.includes('marked') && ['leased', 'filled', 'read-HIT'].every((step) => after.includes(step))
        );
      });
      const [marked, released] = [order.indexOf('marked'), order.indexOf('released')];
      expect([key, order.slice(0, marked).includes('read-HIT'), released > marked]).toEqual([
        key,
        true,
        true,
      ]);
      expect(order.slice(released)).toContain('read-MISS');
    }
    await visitor.sees('Se recargaron $ 5.000');
    const { status } = await ask(service, `/events?keys=${keys.join(',')}`, {
      headers: (await aKey(client, 'administrator')).headers,
    });
    expect(status).toBe(403);
    expect(visitor.complaints).toEqual([]);
  });

  it('draws epochs on a time line, and says what a role does not see', async () => {
    const visitor = await aVisitor('/cache/epochs', simulator);
    await visitor.sees('caché encendida');
    const { rows } = await client.query<{ epoch: string }>('SELECT epoch FROM cache_epoch');
    await visitor.sees(`Época ${rows[0]?.epoch}`);
    await redis.restart();
    await until('the epoch changed', async () => {
      const now = await client.query<{ epoch: string }>('SELECT epoch FROM cache_epoch');
      return now.rows[0]?.epoch !== rows[0]?.epoch;
    });
    const changed = await client.query<{ epoch: string }>('SELECT epoch FROM cache_epoch');
    await visitor.sees(`Época ${changed.rows[0]?.epoch}`);
    await untilTrusted();

    const auditor = await aVisitor(`/cache/write?card=${card.card_id}`, await aKey(client, 'auditor'));
    await auditor.sees('Su clave no recarga');
    await auditor.page.locator('[data-phase=ready]').waitFor();
    await post(service, '/recharges', { card_id: card.card_id, amount: 5_000 }, simulator.headers);
    await auditor.page.locator('[data-phase=done]').waitFor();
    const administrator = await aVisitor('/cache', await aKey(client, 'administrator'));
    await administrator.page.locator('[data-row]').first().waitFor();
    expect(await administrator.page.getByText('Observar una escritura').count()).toBe(0);
    expect([visitor.complaints, auditor.complaints, administrator.complaints]).toEqual([[], [], []]);
  });
});

// Contrast depends on the theme, and what is cut off on the language: two of the four show both.
it.each([
  ['light', 'es-CO'],
  ['dark', 'en-GB'],
] as const)(
  'is fit for assistance, %s and in %s, and cuts nothing off at 320 px',
  async (colorScheme, locale) => {
    const options = { locale, colorScheme, viewport: { width: 320, height: 900 } };
    const visitor = await aVisitor('/city', simulator, options);
    const { page } = visitor;
    const places: readonly [string, string][] = [
      [`/city?station=${station(1).station_id}`, '[data-state=live]'],
      [`/city?route=${routeId}`, '[data-state=live]'],
      ['/cache?template=card%3A%7Bcard_id%7D%3Abalance', '[data-count=hits]'],
      [`/cache/write?card=${card.card_id}`, '[data-phase=ready]'],
      ['/cache/epochs', 'h2#epochs'],
    ];
    for (const [path, shown] of places) {
      await visitor.visit(path);
      await page.locator(shown).first().waitFor();
      for (const summary of await page.locator('summary').all()) await summary.click();
      expect([path, await visitor.findingsOfAxe(), await visitor.cutOff()]).toEqual([path, [], []]);
    }
    expect(visitor.complaints).toEqual([]);
    await visitor.close();
  },
);
