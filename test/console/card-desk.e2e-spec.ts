import type { Browser, Route } from 'playwright-core';
import type { Client } from 'pg';
import type { CardResponse, CardStatement, UserCards } from '../../src/modules/cards/dto/card-responses.dto';
import type { BoardingResponse } from '../../src/modules/trips/dto/trip-responses.dto';
import { revokeAccessKey } from '../../src/platform/access/access-key-store';
import { databaseOf } from '../../src/platform/access/program-database';
import { connect } from '../builders/connect';
import { insert } from '../builders/insert';
import { aKey, type TestKey } from '../builders/keys';
import { aRoute, aStation } from '../builders/network';
import { aLine, FARE, type Line } from '../builders/rides';
import { afterFile, afterTest } from '../setup/after-test';
import { ask, post } from '../setup/api';
import { startChromium } from '../setup/chromium';
import { createDatabase } from '../setup/database';
import { type Service, startService } from '../setup/service';
import { until } from '../setup/until';
import { Visitor } from './visitor';

/** What a page must show as it is. */
const NAME = `<script>alert("1")</script>`;
const RIGHT_TO_LEFT = 'مريم بنت عمران';
const LONG = 'Wolfeschlegelsteinhausen'.repeat(3);

type Card = Pick<CardResponse, 'card_id' | 'card_number'>;

let client: Client;
let service: Service;
let browser: Browser;
let agent: TestKey;
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
  agent = await aKey(client, 'agent');
  simulator = await aKey(client, 'simulator');
  line = await aLine(client);
});

/** A personalised card with money, which has taken a ride. */
async function aRiddenCard(balance = 20_000): Promise<Card> {
  const { headers } = simulator;
  const person = { first_name: NAME, last_name: `${RIGHT_TO_LEFT} ${LONG}` };
  const { status, body: user } = await post<{ user_id: number }>(service, '/users', person, headers);
  expect(status).toBe(201);
  const { body } = await post<CardResponse>(service, '/cards', { user_id: user.user_id }, headers);
  const { card_id, card_number } = body;
  await post(service, '/recharges', { card_id, amount: balance }, headers);
  await post<BoardingResponse>(service, '/trips/start', { card_id, ...line.boarding }, headers);
  return { card_id, card_number };
}

async function balanceOf({ card_id }: Card): Promise<number> {
  const { body } = await ask<CardResponse>(service, `/cards/${card_id}`, { headers: simulator.headers });
  return body.balance;
}

async function recharges({ card_id }: Card): Promise<number> {
  const path = `/cards/${card_id}/statement`;
  const { body } = await ask<CardStatement>(service, path, { headers: simulator.headers });
  return body.statement.filter(({ kind }) => kind === 'recharge').length;
}

async function aVisitor(options: Parameters<typeof Visitor.open>[2] = {}): Promise<Visitor> {
  const visitor = await Visitor.open(browser, service.url, options);
  afterTest(() => visitor.close());
  return visitor;
}

/** At a card, signed in. */
async function atCard(card: Card, key = agent, query = ''): Promise<Visitor> {
  const visitor = await aVisitor();
  await visitor.visit(`/cards/${card.card_id}${query}`);
  await visitor.signIn(key.text);
  await visitor.page.locator('[data-row]').first().waitFor();
  return visitor;
}

it('finds a card, explains its last fare, recharges and, after a mistake, reverses, without a mouse', async () => {
  const card = await aRiddenCard();
  const visitor = await aVisitor();
  await visitor.visit('/');
  await visitor.signIn(agent.text);

  await visitor.press('/');
  await visitor.page.keyboard.type(card.card_number);
  await visitor.press('Enter');
  await visitor.sees('$ 17.000');
  // Names of riders are text, whatever they look like.
  await visitor.sees(NAME);
  await visitor.sees(RIGHT_TO_LEFT);
  await visitor.sees('Le quedan 2 viajes a crédito');

  await visitor.page.locator('[data-row]').first().waitFor();
  await visitor.press('e');
  await visitor.sees('Pagó $ 3.000, el pasaje troncal completo.');
  await visitor.sees('Es el comienzo de un viaje');

  await visitor.press('r');
  await visitor.page.keyboard.type('5.000');
  await visitor.sees('Recargar $ 5.000');
  await visitor.press('Enter');
  await visitor.sees('Saldo nuevo: $ 22.000.');
  expect(await balanceOf(card)).toBe(20_000 - FARE + 5_000);

  await visitor.tabTo('Fue un error');
  await visitor.press('Enter');
  await visitor.sees('Reversar $ 5.000');
  await visitor.page.keyboard.type('Valor equivocado');
  await visitor.press('Enter');
  await visitor.sees('Se quitaron $ 5.000');
  expect(await balanceOf(card)).toBe(20_000 - FARE);

  // The rest of the statement is reached by arrows.
  await visitor.press('Enter', 'ArrowDown', 'ArrowDown', 'Enter');
  await visitor.sees('Reverso de una recarga');
  expect(visitor.complaints).toEqual([]);
});

it('shows what a card owes, and explains a fare that was adjusted', async () => {
  const { headers } = simulator;
  const stops = [await aStation(client), await aStation(client)];
  const { route_id } = await aRoute(client, stops, { route_type: 'ZONAL_UCE' });
  const { body: user } = await post<{ user_id: number }>(
    service,
    '/users',
    { first_name: 'Sintética', last_name: 'Persona' },
    headers,
  );
  const { body: card } = await post<CardResponse>(service, '/cards', { user_id: user.user_id }, headers);
  const tapped = async (place: { station_id?: number; route_id: number }, minutes: number): Promise<void> => {
    const validator = { number: `V-${place.route_id}`, ...place };
    const { validator_id } = await insert<{ validator_id: number }>(client, 'validators', validator);
    const tap = { sequence: 1, kind: 'entry', decision: 'accepted', card_number: card.card_number };
    const [sent_at, tapped_at] = [0, minutes].map((ago) => new Date(Date.now() - ago * 60_000).toISOString());
    const key = await aKey(client, 'validator', { validator_id });
    const { status } = await post(service, '/taps', { sent_at, taps: [{ ...tap, tapped_at }] }, key.headers);
    expect(status).toBe(200);
  };
  await tapped({ station_id: line.boarding.boarding_station_id, route_id: line.boarding.route_id }, 60);
  // A bus before it: it was a transfer.
  await tapped({ station_id: stops[0]?.station_id, route_id }, 90);
  const { body } = await ask<CardStatement>(service, `/cards/${card.card_id}/statement`, { headers });
  const adjustment = body.statement.find(({ kind }) => kind === 'fare_adjustment');

  const visitor = await atCard(card, agent, `?entry=${adjustment?.posting_id}`);

  await visitor.sees(/^Debe \$/);
  await visitor.sees('Ajuste de un pasaje');
  await visitor.sees('Deuda de un pasaje');
  await visitor.sees('Pagó $ 3.000, el pasaje troncal completo.');
  await visitor.sees('se supo de un uso anterior de la tarjeta. Se devolvieron $ 3.000.');
  await visitor.sees('Es un transbordo del viaje anterior.');
  expect(visitor.complaints).toEqual([]);
});

it('posts once for a double click, and once when the answer was lost', async () => {
  const card = await aRiddenCard();
  const visitor = await atCard(card, agent, '?do=recharge');
  const keys: string[] = [];
  let count = 0;
  let goOn = (): void => undefined;
  const isSeen = new Promise<void>((resolve) => (goOn = resolve));
  await visitor.page.route('**/recharges', async (route: Route) => {
    keys.push(route.request().headers()['idempotency-key'] ?? '');
    count += 1;
    // The first is posted, and its answer lost; the second is refused for a moment; the third says what the first did.
    if (count === 1) {
      await route.fetch();
      await route.abort('connectionreset');
    } else if (count === 2) {
      await route.fulfill({
        status: 503,
        headers: { 'retry-after': '1', 'content-type': 'application/problem+json' },
        body: JSON.stringify({
          status: 503,
          code: 'database_away',
          title: '',
          detail: '',
          request_id: 'x',
          type: '',
        }),
      });
    } else {
      await isSeen;
      await route.continue();
    }
  });
  await visitor.page.locator('form input').fill('20000');
  await visitor.page.getByRole('button', { name: 'Recargar $ 20.000' }).dblclick();
  await visitor.sees('No llegó respuesta');
  goOn();
  await visitor.sees('Saldo nuevo: $ 37.000.');

  expect(count).toBe(3);
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toMatch(/^console-[0-9a-f]{32}$/);
  expect(await recharges(card)).toBe(2);
});

it('issues one card for a double click, also when its answer was lost, and goes on to its recharge', async () => {
  const card = await aRiddenCard();
  const { rows } = await client.query<{ user_id: number }>('SELECT user_id FROM cards WHERE card_id = $1', [
    card.card_id,
  ]);
  const user_id = rows[0]?.user_id;
  const cardsOfRider = async (): Promise<CardResponse[]> => {
    const { body } = await ask<UserCards>(service, `/users/${user_id}/cards`, { headers: simulator.headers });
    return [...body.cards];
  };
  const visitor = await aVisitor();
  const { page } = visitor;
  await visitor.visit(`/cards?user=${user_id}`);
  await visitor.signIn(agent.text);
  await page.locator('[data-row]').first().waitFor();
  await page.getByRole('button', { name: 'Emitir tarjeta' }).click();
  await page.locator('form').getByText(NAME).waitFor();

  // The number of another card is refused; the person takes another one.
  await page.getByLabel('Número impreso').fill(card.card_number);
  await page.getByRole('button', { name: 'Emitir la tarjeta' }).click();
  await visitor.sees('Otra tarjeta ya tiene este número');
  await page.getByLabel('Número impreso').fill('4242 4242 0000 0001');

  const keys: string[] = [];
  await page.route('**/cards', async (route: Route) => {
    if (route.request().method() !== 'POST') return route.continue();
    keys.push(route.request().headers()['idempotency-key'] ?? '');
    if (keys.length > 1) return route.continue();
    await route.fetch();
    await route.abort('connectionreset');
  });
  await page.getByRole('button', { name: 'Emitir la tarjeta' }).dblclick();
  await visitor.sees('La tarjeta está emitida');
  expect([keys.length, new Set(keys).size]).toEqual([2, 1]);
  expect((await cardsOfRider()).map(({ card_number }) => card_number).sort()).toEqual(
    [card.card_number, '4242424200000001'].sort(),
  );

  await visitor.press('Enter');
  await visitor.sees('Valor de la recarga');
  expect(visitor.complaints).toEqual([]);
});

it('says why it was refused, and what to do', async () => {
  const card = await aRiddenCard();
  const visitor = await atCard(card);
  // The fare of a ride now, from the service, for somebody who is quicker than its answers.
  const { page } = visitor;
  const answers: (() => void)[] = [];
  const isHeld = async (route: Route): Promise<void> => {
    await new Promise<void>((goOn) => answers.push(goOn));
    await route.continue();
  };
  await page.route(/\/(routes|stations)(\?|$)/, isHeld);
  await visitor.press('c');
  await page.getByRole('combobox', { name: 'Ruta' }).focus();
  await visitor.press('ArrowDown', 'Enter', 'Tab');
  await until('the routes are asked for', () => answers.length === 1);
  answers[0]?.();
  await page.getByRole('combobox', { name: 'Estación donde sube' }).click();
  await page.locator('.field', { hasText: 'Estación' }).getByText('Cargando…').waitFor();
  await visitor.press('ArrowDown', 'Enter');
  await until('its stations are asked for', () => answers.length === 2);
  answers[1]?.();
  await visitor.sees('Costaría');

  // Money that was spent cannot be taken back.
  await visitor.page.locator('[data-row]').last().click();
  await visitor.page.getByRole('button', { name: 'Reversar' }).click();
  await visitor.sees('Faltan $ 3.000 en la tarjeta');
  await visitor.page.getByRole('button', { name: 'Pagada dos veces' }).click();
  await visitor.page.getByRole('button', { name: 'Reversar $ 20.000' }).click();
  await visitor.sees('El dinero de esta recarga ya se gastó');
  expect(await balanceOf(card)).toBe(20_000 - FARE);

  await visitor.press('Escape');
  await visitor.page.getByRole('button', { name: 'Cambiar estado' }).click();
  await visitor.page.getByLabel('Bloqueada').check();
  await visitor.page.getByRole('button', { name: 'Cambiar a bloqueada' }).click();
  await visitor.sees('Escoja un motivo.');
  await visitor.page.getByLabel('Motivo').selectOption('Se la robaron');
  await visitor.page.getByRole('button', { name: 'Cambiar a bloqueada' }).click();
  await visitor.sees('La tarjeta ahora está bloqueada');
  await visitor.sees('No se puede recargar ni usar');
  const { rows } = await client.query(
    `SELECT reason FROM audit_entries WHERE operation = 'PATCH /cards/{card_id}' AND object_id = $1`,
    [String(card.card_id)],
  );
  expect(rows).toEqual([{ reason: 'stolen' }]);
  expect(visitor.complaints).toEqual([]);
});

it('asks for another key when its own was revoked, and keeps what was written', async () => {
  const card = await aRiddenCard();
  const revoked = await aKey(client, 'agent');
  const visitor = await atCard(card, revoked, '?do=recharge');
  await visitor.page.locator('form input').fill('7000');
  await revokeAccessKey(databaseOf(client), revoked.id);

  await visitor.sees('Su sesión terminó');
  await visitor.sees('Esta clave fue revocada');
  expect(await visitor.findingsOfAxe()).toEqual([]);
  await visitor.signIn(agent.text);
  await visitor.page.getByRole('button', { name: 'Recargar $ 7.000' }).click();
  await visitor.sees('Se recargaron $ 7.000');
  expect(await balanceOf(card)).toBe(20_000 - FARE + 7_000);
});

it('shows the last figures while the service is away, and goes on when it is back', async () => {
  const card = await aRiddenCard();
  const visitor = await atCard(card);
  await visitor.page.context().setOffline(true);
  await visitor.sees('El servicio no responde desde');
  await visitor.sees('$ 17.000');
  await visitor.page.context().setOffline(false);
  await visitor.page.getByText('El servicio no responde desde').waitFor({ state: 'detached' });
});

it('shows a role only what it may see', async () => {
  const scraper = await aKey(client, 'scraper');
  const visitor = await aVisitor();
  await visitor.visit('/cards/1');
  await visitor.page.locator('input[type=password]').fill('not a key');
  await visitor.press('Enter');
  await visitor.sees('Esta clave no es de este servicio');
  await visitor.page.locator('input[type=password]').fill(scraper.text);
  await visitor.press('Enter');
  await visitor.sees('Esta dirección no lleva a ninguna pantalla');
  expect(await visitor.page.locator('nav a[href="/console/cards"]').count()).toBe(0);
});

describe('every screen and state', () => {
  /** Colours do not depend on the language, nor widths on the theme. */
  const LOOKS = [
    ['light', 'es-CO', 'Movimientos'],
    ['dark', 'en-GB', 'Statement'],
  ] as const;

  it('is fit for assistance, in both themes and languages, and cuts nothing off at 320 px and at 200 %', async () => {
    const card = await aRiddenCard();
    for (const [colorScheme, locale, statement] of LOOKS) {
      // 640 px at 200 % are as wide as 320.
      const visitor = await aVisitor({ locale, colorScheme, viewport: { width: 320, height: 900 } });
      await visitor.visit('/cards');
      expect(await visitor.findingsOfAxe()).toEqual([]);
      await visitor.signIn(agent.text);
      await visitor.page.locator('[data-row]').first().waitFor();
      expect([await visitor.findingsOfAxe(), await visitor.cutOff()]).toEqual([[], []]);

      await visitor.press('Tab');
      await visitor.page.locator(`[data-row="${card.card_id}"]`).click();
      await visitor.sees(statement);
      await visitor.page.locator('[data-row]').first().click();
      for (const key of ['r', 's', 'c']) {
        await visitor.press('Tab');
        await visitor.page.keyboard.press('Escape');
        await visitor.page.evaluate('document.activeElement.blur()');
        await visitor.press(key);
        await visitor.page.locator('section h2').nth(1).waitFor();
        expect([key, await visitor.findingsOfAxe(), await visitor.cutOff()]).toEqual([key, [], []]);
      }
      await visitor.page.evaluate('document.activeElement.blur()');
      await visitor.press('?');
      await visitor.page.locator('dialog').waitFor();
      expect([await visitor.findingsOfAxe(), await visitor.cutOff()]).toEqual([[], []]);
      expect(visitor.complaints).toEqual([]);
      await visitor.close();
    }
  });

  it('changes its language at once, and keeps it', async () => {
    const card = await aRiddenCard();
    const visitor = await atCard(card);
    await visitor.page.getByLabel('Idioma', { exact: true }).selectOption('en');
    await visitor.sees('Statement');
    await visitor.page.getByLabel('Appearance', { exact: true }).selectOption('dark');
    await visitor.page.locator('html[lang=en][data-theme=dark]').waitFor();
    await visitor.visit('/cards');
    await visitor.sees('Card desk');
  });
});

describe('a session', () => {
  const COOKIE =
    /^__Host-travel-recharge=trk_\w+; Max-Age=43200; Path=\/; Secure; HttpOnly; SameSite=Strict$/;

  it("outlives a reload, is no script's to read, and ends when the person signs out", async () => {
    const visitor = await aVisitor();
    await visitor.visit('/cards');
    await visitor.signIn(agent.text);
    await visitor.visit('/cards');
    await visitor.sees('a agent');
    expect(await visitor.page.evaluate('document.cookie + JSON.stringify(localStorage)')).not.toContain(
      'trk_',
    );
    await visitor.page.getByRole('button', { name: 'Salir' }).click();
    await visitor.page.locator('input[type=password]').waitFor();
    await visitor.visit('/cards');
    await visitor.page.locator('input[type=password]').waitFor();
    expect(visitor.complaints).toEqual([]);
  });

  it('is taken only from a page of this very origin', async () => {
    const begun = await fetch(`${service.url}/console/session`, { method: 'POST', headers: agent.headers });
    const [set = ''] = begun.headers.getSetCookie();
    const [cookie = ''] = set.split(';');
    const statusFrom = async (headers: Record<string, string>, method = 'GET'): Promise<number> =>
      (await fetch(`${service.url}/caller`, { method, headers })).status;

    expect([begun.status, set]).toEqual([204, expect.stringMatching(COOKIE)]);
    expect(await statusFrom({ cookie, 'sec-fetch-site': 'same-origin' })).toBe(200);
    for (const site of ['same-site', 'cross-site', 'none', 'SAME-ORIGIN'])
      expect([site, await statusFrom({ cookie, 'sec-fetch-site': site })]).toEqual([site, 401]);
    expect(await statusFrom({ cookie })).toBe(401);
    // What is shown comes before what is kept.
    const shown = { cookie, 'sec-fetch-site': 'same-origin', authorization: 'Bearer wrong' };
    expect(await statusFrom(shown)).toBe(401);
  });

  it('is begun by nothing but a key in force', async () => {
    const begin = async (headers: Record<string, string>): Promise<unknown[]> => {
      const { status, headers: answered } = await fetch(`${service.url}/console/session`, {
        method: 'POST',
        headers,
      });
      return [status, answered.getSetCookie()];
    };
    expect(await begin({})).toEqual([401, []]);
    expect(await begin({ authorization: 'Bearer trk_x' })).toEqual([401, []]);
  });
});

describe('its files', () => {
  it('are compressed before and never change; the page is asked for each time and leads from every address', async () => {
    const page = await fetch(`${service.url}/console/cards/1?do=recharge`);
    const text = await page.text();
    const [, script = ''] = /src="(\/console\/assets\/[^"]+\.js)"/.exec(text) ?? [];
    const file = await fetch(service.url + script, { headers: { 'accept-encoding': 'br;q=1, gzip' } });
    const etag = page.headers.get('etag') ?? '';
    const again = await fetch(`${service.url}/console/`, { headers: { 'if-none-match': etag } });
    const missing = await fetch(`${service.url}/console/assets/index.js`);

    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-cache']);
    expect(page.headers.get('content-security-policy')).toContain(`default-src 'self'`);
    expect(page.headers.get('content-security-policy')).not.toMatch(/unsafe|https?:|\*/);
    expect(text).not.toMatch(/<script(?![^>]*\bsrc=)|<style|style=|\son\w+=/);
    expect([file.headers.get('content-encoding'), file.headers.get('vary')]).toEqual([
      'br',
      'accept-encoding',
    ]);
    expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(
      (await fetch(service.url + script, { headers: { 'accept-encoding': 'br;q=0, gzip' } })).headers.get(
        'content-encoding',
      ),
    ).toBe('gzip');
    expect([again.status, missing.status]).toEqual([304, 404]);
    expect(service.output).toMatch(/Console +http:\/\/127\.0\.0\.1:\d+\/console/);
  });
});
