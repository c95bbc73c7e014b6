import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Client } from 'pg';
import type { Browser, BrowserContextOptions, Route } from 'playwright-core';
import type { CardResponse } from '../../src/modules/cards/dto/card-responses.dto';
import type { PriceResponse } from '../../src/modules/fares/dto/price.dto';
import type { RechargeSeries, RevenueSeries } from '../../src/modules/finance/dto/series.dto';
import type { ProofResponse } from '../../src/modules/proofs/dto/proofs.dto';
import type { RechargeResponse } from '../../src/modules/recharges/dto/recharge-responses.dto';
import type { Repricing } from '../../src/modules/trips/dto/repricing.dto';
import { connect } from '../builders/connect';
import { insert } from '../builders/insert';
import { aKey, type TestKey } from '../builders/keys';
import { letTimePass } from '../builders/past';
import { aLine, FARE, type Line } from '../builders/rides';
import { afterFile, afterTest } from '../setup/after-test';
import { ask, post } from '../setup/api';
import { startChromium } from '../setup/chromium';
import { createDatabase } from '../setup/database';
import { type Service, startService } from '../setup/service';
import { until } from '../setup/until';
import { Visitor } from './visitor';

/** What a page must show as it is. */
const SCRIPT = `<script>alert("1")</script>`;
const RIGHT_TO_LEFT = 'شركة النقل الحضري';
const LONG = 'Llanfairpwllgwyngyll '.repeat(9).trim();
const DAY_SECONDS = 86_400;
const PROOF_MS = 240_000;
const PROOF_TEST_MS = 2 * PROOF_MS + 120_000;
const NEW_DAY = '2099-01-05';

let client: Client;
let service: Service;
let browser: Browser;
let finance: TestKey;
let simulator: TestKey;
let line: Line;

beforeAll(async () => {
  const database = await createDatabase();
  afterFile(() => database.drop());
  client = await connect(database.url);
  afterFile(() => client.end());
  const env = { AUTH: 'required', SIMULATION: 'on' };
  [service, browser] = await Promise.all([startService({ databaseUrl: database.url, env }), startChromium()]);
  afterFile(() => service.stop());
  afterFile(() => browser.close());
  finance = await aKey(client, 'finance');
  simulator = await aKey(client, 'simulator');
  line = await aLine(client);
  await client.query('UPDATE concessionaires SET name = $1', [SCRIPT]);
  await client.query('UPDATE locations SET name = $1', [`${RIGHT_TO_LEFT} ${LONG}`]);
  await somethingHappens();
});

/** Three boardings yesterday and two today; recharges at a point, one of them reversed. */
async function somethingHappens(): Promise<void> {
  const { recharge_point_id } = await insert<{ recharge_point_id: number }>(client, 'recharge_points', {
    channel: 'online',
    name: LONG,
  });
  const yesterday = await aCardWith(50_000);
  for (let n = 0; n < 3; n += 1) await board(yesterday);
  await letTimePass(client, yesterday, DAY_SECONDS);
  const today = await aCardWith(40_000);
  for (let n = 0; n < 2; n += 1) await board(today);
  const { headers } = simulator;
  await post(service, '/recharges', { card_id: today, amount: 20_000, recharge_point_id }, headers);
  const reversed = await aRecharge(today, 10_000);
  await post(service, `/recharges/${reversed}/reversal`, { reason: 'a test' }, headers);
}

async function aCardWith(balance: number): Promise<number> {
  const { status, body } = await post<CardResponse>(service, '/cards', {}, simulator.headers);
  expect(status).toBe(201);
  await aRecharge(body.card_id, balance);
  return body.card_id;
}

async function aRecharge(card_id: number, amount: number): Promise<number> {
  const { status, body } = await post<RechargeResponse>(
    service,
    '/recharges',
    { card_id, amount },
    simulator.headers,
  );
  expect(status).toBe(201);
  return body.recharge_id;
}

async function board(card_id: number): Promise<void> {
  const { status } = await post(service, '/trips/complete', { card_id, ...line.ride }, simulator.headers);
  expect(status).toBe(200);
}

async function read<Body>(path: string) {
  const { status, body } = await ask<Body>(service, path, { headers: finance.headers });
  expect(status).toBe(200);
  return body;
}

async function countOf(sql: string): Promise<Record<string, number>> {
  const { rows } = await client.query<Record<string, number>>(sql);
  return rows[0] ?? {};
}

/** As the console writes it. */
function money(amount: number): string {
  const options = { style: 'currency', currency: 'COP', maximumFractionDigits: 0 } as const;
  return new Intl.NumberFormat('es-CO', options).format(amount).replace(/\s/g, ' ').replace('-', '−');
}

async function aVisitor(
  path: string,
  { key = finance, ...options }: BrowserContextOptions & { key?: TestKey } = {},
): Promise<Visitor> {
  const visitor = await Visitor.open(browser, service.url, options);
  afterTest(() => visitor.close());
  await visitor.visit(path);
  await visitor.signIn(key.text);
  return visitor;
}

/** The cells of a table, row by row, as they are read. */
async function tableOf({ page }: Visitor): Promise<string[][]> {
  return page.evaluate<string[][]>(`[...document.querySelectorAll('main table tbody tr')].map((row) =>
    [...row.children].map((cell) => cell.textContent.trim().replace(/\\s+/g, ' ')))`);
}

describe('money', () => {
  it('shows what the API and the rows themselves say, by time, place and company, and as CSV', async () => {
    const visitor = await aVisitor('/money?range=7d');
    const { page } = visitor;
    const counted = await countOf(
      'SELECT count(*)::int AS boardings, sum(fare_amount)::int AS revenue FROM trips',
    );
    expect(counted).toEqual({ boardings: 5, revenue: 5 * FARE });

    await page
      .locator('.figures')
      .getByText(money(5 * FARE))
      .waitFor();
    await page.locator('table').first().waitFor();
    const days = await read<RevenueSeries>('/finance/revenue/series');
    expect((await tableOf(visitor)).map((cells) => cells.slice(1, 3))).toEqual(
      [...days.rows].reverse().map(({ boardings, revenue }) => [String(boardings), money(revenue)]),
    );

    // A day is opened by the keyboard: its hours, and the comparison with the day before.
    const chart = page.getByRole('slider');
    await chart.focus();
    await visitor.press('End');
    await page.locator('[aria-valuetext*="El día no ha terminado"]').waitFor();
    expect(await chart.getAttribute('aria-valuetext')).toContain(money(2 * FARE).replace(' ', '\u00a0'));
    await visitor.press('ArrowLeft', 'Enter');
    await page.waitForURL(/by=hour/);
    await page.locator('table').getByText(':00 –').first().waitFor();
    await page
      .locator('.figures')
      .getByText(money(3 * FARE))
      .waitFor();
    await page.goBack();

    // Names are text, whatever they look like.
    await page.getByRole('button', { name: 'Concesionario', exact: true }).click();
    await page.locator('table').getByText(SCRIPT).waitFor();
    await page.getByRole('button', { name: 'Localidad', exact: true }).click();
    await page.locator('table').getByText(RIGHT_TO_LEFT).waitFor();
    const places = await read<RevenueSeries>('/finance/revenue/series?interval=total&by=locality');
    expect((await tableOf(visitor)).map((cells) => cells[2])).toEqual(
      places.rows.map(({ revenue }) => money(revenue)),
    );

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Descargar CSV' }).click(),
    ]);
    const saved = await readFile(await download.path(), 'utf8');
    const { from, to } = await read<RevenueSeries>('/finance/revenue/series?from=' + shifted(days.to, -6));
    const csv = await fetch(
      `${service.url}/finance/revenue/series?interval=total&by=locality&from=${from}&to=${to}`,
      { headers: { ...finance.headers, accept: 'text/csv' } },
    );
    expect(download.suggestedFilename()).toBe(`revenue-locality-${from}-${to}.csv`);
    expect(saved).toBe(await csv.text());

    // Days are divided, and the table is sorted as the address says.
    await page.getByRole('button', { name: 'Día', exact: true }).click();
    await page.getByLabel('Dividir por').selectOption('concessionaire');
    await page.locator('.legend').getByText(SCRIPT).waitFor();
    await page.getByRole('button', { name: 'Viajes pagados', exact: true }).click();
    await page.waitForURL(/sort=-boardings/);
    await until('the day with most boardings is first', async () =>
      isDeepStrictEqual(
        (await tableOf(visitor)).map((cells) => cells[2]),
        ['3', '2'],
      ),
    );
    expect(visitor.complaints).toEqual([]);
  });

  it('shows recharges by channel and point, leads from a point to its days, and keeps the range', async () => {
    const visitor = await aVisitor('/money/recharges?by=recharge_point&range=90d');
    const { page } = visitor;
    await page.locator('table').first().waitFor();
    const points = await read<RechargeSeries>('/finance/recharges/series?interval=total&by=recharge_point');
    expect((await tableOf(visitor)).map((cells) => cells[2])).toEqual(
      points.rows.map(({ recharged }) => money(recharged)),
    );
    await page.locator('table').getByRole('link', { name: LONG }).click();
    await page.waitForURL(/point=/);
    await visitor.sees(`Solo el punto de recarga ${LONG}`);
    await page.locator('.figures').getByText(money(20_000)).first().waitFor();

    await page.getByRole('link', { name: 'Todos los puntos' }).click();
    await page.getByRole('button', { name: 'Canal', exact: true }).click();
    await page.locator('table').getByText('online').waitFor();
    const { total } = await read<RechargeSeries>('/finance/recharges/series?by=channel');
    await page.locator('tfoot').getByText(money(total.recharged)).waitFor();
    const byHand = await countOf(
      `SELECT sum(amount)::int AS recharged FROM postings WHERE kind = 'recharge'`,
    );
    expect(total.recharged).toBe(byHand.recharged);

    // Another screen, and back: the days are the same.
    await page.getByRole('link', { name: 'Tarifas', exact: true }).click();
    await page.getByRole('heading', { name: 'Reglas por fecha' }).waitFor();
    await page.getByRole('link', { name: 'Dinero', exact: true }).click();
    await page.waitForURL(/range=90d/);
    await page.getByRole('button', { name: 'Hora del día' }).click();
    await visitor.sees('Por hora se ven hasta 31 días');
    expect(visitor.complaints).toEqual([]);
  });

  it(
    'proves the books, shows every check in the language of the person, and what others began',
    async () => {
      const auditor = await aKey(client, 'auditor');
      const visitor = await aVisitor('/money/books');
      const other = await aVisitor('/money/books', { key: auditor, locale: 'en-GB' });
      await visitor.sees('Todavía no se ha probado nada');

      // Another process has begun one just before.
      await visitor.page.route('**/proofs', (route: Route) =>
        route.request().method() === 'POST' ? route.fulfill(problem(409, 'proof_running')) : route.continue(),
      );
      const refused = visitor.page.waitForResponse((answer) => answer.status() === 409);
      await visitor.page.getByRole('button', { name: 'Probar ahora' }).click();
      await refused;
      await visitor.page.unroute('**/proofs');

      await visitor.page.getByRole('button', { name: 'Probar ahora' }).dblclick();
      // It gives way to everything else on the machine.
      const timeout = PROOF_MS;
      await visitor.page.getByRole('heading', { name: 'Los libros cuadran' }).waitFor({ timeout });
      await other.page.getByRole('heading', { name: 'The books are right' }).waitFor({ timeout });
      const proof = await read<ProofResponse>('/proofs/latest');
      const { proofs } = await countOf('SELECT count(*)::int AS proofs FROM proofs');
      expect([proofs, proof.status]).toEqual([1, 'right']);

      await visitor.page.locator('section[aria-labelledby^="part-"] li').first().waitFor();
      const checks = visitor.page.locator('section[aria-labelledby^="part-"] li');
      expect(await checks.count()).toBe(proof.checks.length);
      expect(
        await visitor.page.locator('section[aria-labelledby^="part-"] [lang=en]').allInnerTexts(),
      ).toEqual([]);
      await other.page.locator('section[aria-labelledby^="part-"] li').first().waitFor();
      expect(await other.page.locator('section[aria-labelledby^="part-"] li').count()).toBe(
        proof.checks.length,
      );
      await visitor.page.locator('[data-row]').first().click();
      await visitor.page.waitForURL(new RegExp(`proof=${proof.proof_id}`));
      expect([...visitor.complaints, ...other.complaints]).toEqual([]);
    },
    PROOF_TEST_MS,
  );
});

describe('fares', () => {
  it('announces a rule once, with what it changes shown before, however often it is asked to', async () => {
    const visitor = await aVisitor('/fares');
    const { page } = visitor;
    await page.locator('[data-rule="tariffs:trunk:2000-01-01"]').waitFor();
    await visitor.press('n');
    await page.getByRole('heading', { name: 'Regla nueva' }).waitFor();
    await page.getByLabel('Precio').fill('3.600');
    await page.getByLabel('Primer día').fill(NEW_DAY);
    const preview = page.getByRole('group', { name: 'Qué cambia' });
    await preview.getByText(money(3_600)).waitFor();
    await preview.getByText(money(FARE)).waitFor();

    // What yesterday would have cost, beside what it cost. A process prices one day at a time: the page comes first.
    const difference = page.locator('.difference');
    await difference.waitFor();
    const day = await dayBefore();
    const { body } = await post<Repricing>(
      service,
      '/fares/repricing',
      { day, tariffs: [{ component: 'trunk', valid_from: NEW_DAY, price: 3_600 }] },
      finance.headers,
    );
    expect([body.before, body.after]).toEqual([3 * FARE, 3 * 3_600]);
    await difference.getByText(`+${money(body.after - body.before)}`).waitFor();

    // The first is stored and its answer lost, then the service is away for a moment.
    let count = 0;
    const keys = new Set<string>();
    await page.route('**/fares/tariffs', async (route: Route) => {
      if (route.request().method() !== 'POST') return route.continue();
      keys.add(route.request().headers()['idempotency-key'] ?? '');
      count += 1;
      if (count === 1) {
        await route.fetch();
        await route.abort('connectionreset');
      } else if (count === 2) await route.fulfill(problem(503, 'database_away'));
      else await route.continue();
    });
    await page.getByRole('button', { name: 'Anunciar la regla' }).dblclick();
    await visitor.sees('No llegó respuesta');
    await visitor.sees('Anunciada: Tarifa troncal');
    expect([count, keys.size]).toEqual([3, 1]);
    const stored = await client.query(`SELECT component, price::int FROM tariffs WHERE valid_from = $1`, [
      NEW_DAY,
    ]);
    expect(stored.rows).toEqual([{ component: 'trunk', price: 3_600 }]);

    await visitor.press('Enter');
    await page.locator(`a.rule.announced[data-rule="tariffs:trunk:${NEW_DAY}"][aria-current]`).waitFor();
    await page.getByRole('heading', { name: 'Tarifa troncal' }).waitFor();
    // From rule to rule by arrows.
    await page.locator(`[data-rule="tariffs:trunk:${NEW_DAY}"]`).focus();
    await visitor.press('ArrowLeft', 'Enter');
    await page.waitForURL(/rule=tariffs%3Atrunk%3A2000-01-01/);
    expect(visitor.complaints).toEqual([]);
  });

  it('says what is wrong, what was refused and what to do; who may not announce can share the draft', async () => {
    const visitor = await aVisitor(
      '/fares/new?kind=concessions&price=1000&percent_off=10&valid_from=2020-01-01',
    );
    const { page } = visitor;
    await visitor.sees('O un precio o un descuento, no ambos.');
    await visitor.sees('Debe ser un día que no ha empezado');
    await page.getByRole('button', { name: 'Anunciar la regla' }).click();
    await page.getByLabel('Descuento en %').fill('');
    await page.getByLabel('Primer día').fill(NEW_DAY);
    for (const [status, code, seen] of [
      [409, 'already_exists', 'Eso ya existe'],
      [422, 'invalid_value', 'El servicio no acepta un valor'],
      [403, 'scope_missing', 'Su clave no puede hacer esto'],
    ] as const) {
      await page.route('**/fares/concessions', (route: Route) =>
        route.request().method() === 'POST' ? route.fulfill(problem(status, code)) : route.continue(),
      );
      await page.getByRole('button', { name: 'Anunciar la regla' }).click();
      await visitor.sees(seen);
      await page.unroute('**/fares/concessions');
    }
    await page.getByRole('button', { name: 'Anunciar la regla' }).click();
    await visitor.sees('Anunciada: Diferencial adulto mayor, troncal');

    const [agent, announced] = [
      await aKey(client, 'agent'),
      { component: 'trunk', valid_from: NEW_DAY, price: 3_600 },
    ];
    await post(service, '/fares/tariffs', announced, finance.headers);
    const reader = await aVisitor(`/fares/new?price=4000&valid_from=${NEW_DAY}`, { key: agent });
    await reader.sees('Su clave no puede anunciar reglas');
    await reader.sees('Ya hay una anunciada para ese día');
    expect(await reader.page.getByRole('button', { name: 'Anunciar la regla' }).count()).toBe(0);
    expect([...visitor.complaints, ...reader.complaints]).toEqual([]);
  });

  it('draws what boardings would cost, as the API prices them, and keeps them in the address', async () => {
    const visitor = await aVisitor('/fares/sequence?day=2025-06-02');
    const { page } = visitor;
    const { body } = await post<PriceResponse>(service, '/fares/price', {
      personalised: true,
      boardings: [
        {
          route_type: 'ALIMENTADORA',
          route: '6-3',
          station: 'Barrio Kennedy',
          at: '2025-06-02T07:00:00-05:00',
        },
        { route_type: 'TRONCAL', route: 'J74', station: 'Portal Américas', at: '2025-06-02T07:30:00-05:00' },
        { route_type: 'ZONAL_UCE', route: 'E17', station: 'Calle 100', at: '2025-06-02T08:20:00-05:00' },
        { route_type: 'ZONAL_UCE', route: 'H602', station: 'Calle 134', at: '2025-06-02T08:55:00-05:00' },
      ],
    });
    await page.locator('.total').getByText(money(body.total)).waitFor();
    const shown = async (): Promise<string[]> =>
      (await page.locator('.costs .amount').allInnerTexts()).map((text) => text.replace(/\s/g, ' '));
    expect(await shown()).toEqual(body.boardings.map(({ amount }) => money(amount)));
    await visitor.sees('Es un transbordo del viaje anterior.');
    await until('all is drawn', async () => (await page.locator('svg[role=img] circle.node').count()) === 4);
    expect(await page.locator('svg[role=img] rect.window:not(.over)').count()).toBe(2);

    await page.getByRole('button', { name: 'Añadir un viaje' }).click();
    await page.keyboard.type(`B11~;!${SCRIPT.slice(0, 20)}`);
    await visitor.press('Tab');
    await page.keyboard.type('Calle 26');
    await until('the fifth is priced', async () => (await shown()).length === 5);
    await page.reload();
    await page.locator('.costs .amount').nth(4).waitFor();
    expect(await page.locator('.boardings > li:last-child input[name=route]').inputValue()).toBe(
      `B11~;!${SCRIPT.slice(0, 20)}`,
    );

    // A cap, and a balance that is too low.
    const cap = { limit_name: 'daily_cap', valid_from: '2098-01-01', value: 4_000 };
    await post(service, '/fares/limits', cap, finance.headers);
    await visitor.visit('/fares/sequence?day=2098-03-03&balance=5000');
    await visitor.sees('el tope diario');
    await page.getByLabel('Tarjeta', { exact: true }).selectOption('basic');
    await visitor.sees('Una tarjeta básica no tiene transbordos');
    expect(visitor.complaints).toEqual([]);
  });
});

describe('every screen and state', () => {
  const PATHS = [
    ['/money?by=locality&range=7d', 'table'],
    ['/money/recharges?split=channel&range=30d', '.legend'],
    ['/money/books', 'section[aria-labelledby^="part-"], .note'],
    [`/fares?rule=transfer-rules:2025-01-18`, 'a.rule'],
    [`/fares/new?kind=transfer-rules&window=150&valid_from=${NEW_DAY}`, '.difference'],
    ['/fares/sequence', 'svg[role=img]'],
  ] as const;

  // Contrast depends on the theme, and what is cut off on the language: two of the four show both.
  it.each([
    ['light', 'es-CO'],
    ['dark', 'en-GB'],
  ] as const)(
    'is fit for assistance, and cuts nothing off at 320 px: %s, %s',
    async (colorScheme, locale) => {
      const viewport = { width: 320, height: 900 };
      const visitor = await aVisitor('/money', { colorScheme, locale, viewport });
      for (const [path, seen] of PATHS) {
        await visitor.visit(path);
        await visitor.page.locator('main').locator(seen).first().waitFor();
        await visitor.page.locator('main [aria-busy=true]').first().waitFor({ state: 'detached' });
        expect([path, await visitor.findingsOfAxe(), await visitor.cutOff()]).toEqual([path, [], []]);
      }
      expect(visitor.complaints).toEqual([]);
    },
  );

  it('says that there was nothing, that it may not be seen, and that the service is away', async () => {
    const visitor = await aVisitor('/money?range=2020-01-01..2020-01-31');
    await visitor.sees('No pasó nada en estos días');
    await visitor.page.locator('.range select').selectOption('7d');
    await visitor.page.locator('table').first().waitFor();
    // What was known stays; what was not is asked for again until it comes.
    await visitor.page.context().setOffline(true);
    await visitor.page.getByRole('button', { name: 'Localidad', exact: true }).click();
    await visitor.sees('El servicio no responde desde');
    await visitor.page
      .locator('.figures')
      .getByText(money(5 * FARE))
      .waitFor();
    await visitor.page.context().setOffline(false);
    await visitor.page.locator('table').getByText(RIGHT_TO_LEFT).waitFor();

    await visitor.page.route('**/finance/**', (route: Route) => route.fulfill(problem(403, 'scope_missing')));
    await visitor.visit('/money');
    await visitor.sees('Su clave no puede hacer esto');
    const agent = await aKey(client, 'agent');
    const stranger = await aVisitor('/money', { key: agent });
    await stranger.sees('Esta dirección no lleva a ninguna pantalla');
    expect(visitor.complaints).toEqual([]);
  });
});

function problem(status: number, code: string): Parameters<Route['fulfill']>[0] {
  const body = { status, code, title: code, detail: code, request_id: 'x', type: '', instance: '' };
  return {
    status,
    headers: { 'content-type': 'application/problem+json', 'retry-after': '1' },
    body: JSON.stringify(body),
  };
}

async function dayBefore(): Promise<string> {
  const { rows } = await client.query<{ day: string }>(
    `SELECT min((boarding_time AT TIME ZONE 'America/Bogota')::date)::text AS day FROM trips`,
  );
  return rows[0]?.day ?? '';
}

function shifted(day: string | Date, days: number): string {
  return new Date(Date.parse(String(day)) + days * DAY_SECONDS * 1_000).toISOString().slice(0, 10);
}
