import type { Browser, Page } from 'playwright-core';
import type { Client } from 'pg';
import { findFreePort } from '../../src/platform/postgres/embedded/free-port';
import { connect } from '../builders/connect';
import { aKey, bearer, type TestKey } from '../builders/keys';
import { afterFile, afterTest } from '../setup/after-test';
import { startChromium } from '../setup/chromium';
import { createDatabase } from '../setup/database';
import { aSigningKey, AUDIENCE, IdentityProvider, NOBODY } from '../setup/identity-provider';
import { type Service, startService } from '../setup/service';
import { until } from '../setup/until';
import { Visitor } from './visitor';

let client: Client;
let service: Service;
let browser: Browser;
let administrator: TestKey;
let provider: IdentityProvider;

beforeAll(async () => {
  const database = await createDatabase();
  afterFile(() => database.drop());
  client = await connect(database.url);
  afterFile(() => client.end());
  // Another site than the console, as in the world.
  const people = { administrator: { roles: 'travel-administrators' }, stranger: {} };
  provider = await IdentityProvider.start(people, await aSigningKey('one'), 'localhost');
  afterFile(() => provider.stop());
  const port = await findFreePort();
  const env = {
    ...(await provider.openTo(`http://127.0.0.1:${port}`)),
    AUTH: 'required',
    OIDC_ISSUER: provider.issuer,
    OIDC_AUDIENCE: AUDIENCE,
    OIDC_ROLES: 'travel-administrators=administrator',
  };
  [service, browser] = await Promise.all([
    startService({ databaseUrl: database.url, port, env }),
    startChromium(),
  ]);
  afterFile(() => service.stop());
  afterFile(() => browser.close());
  administrator = await aKey(client, 'administrator');
});

async function statusOf(key: string): Promise<number> {
  return (await fetch(`${service.url}/caller`, { headers: bearer(key) })).status;
}

it('makes a key, replaces it and revokes it', async () => {
  const visitor = await Visitor.open(browser, service.url);
  afterTest(() => visitor.close());
  const { page } = visitor;
  const shown = async (): Promise<string> =>
    (await page.locator('.note.good .copy span').first().innerText()).trim();
  await visitor.visit('/operations/keys');
  await visitor.signIn(administrator.text);
  await page.locator('[data-row]').first().waitFor();

  await visitor.press('n');
  await page.keyboard.type('Ventanilla "3" <b>');
  await page.getByLabel('Cliente').fill('recaudo-norte');
  await page.getByRole('button', { name: 'Crear la clave' }).dblclick();
  await visitor.sees('La clave nueva');
  const first = await shown();
  expect(await statusOf(first)).toBe(200);
  const made = await client.query(`SELECT name, role FROM access_keys WHERE client = 'recaudo-norte'`);
  expect(made.rows).toEqual([{ name: 'Ventanilla "3" <b>', role: 'agent' }]);

  await page.getByRole('button', { name: 'Listo' }).click();
  await page.locator('[data-row]', { hasText: 'Ventanilla' }).click();
  await page.getByRole('button', { name: 'Reemplazar', exact: true }).click();
  await page.getByRole('button', { name: 'Reemplazar la clave' }).click();
  await visitor.sees('La clave nueva');
  const second = await shown();
  expect([await statusOf(first), await statusOf(second)]).toEqual([200, 200]);

  await page.getByRole('button', { name: 'Listo' }).click();
  // It is still the old one that is unfolded.
  await page.getByRole('button', { name: 'Revocar', exact: true }).click();
  await page.getByRole('button', { name: 'Revocar para siempre' }).click();
  await visitor.sees('La clave ya no sirve en ningún proceso');
  expect([await statusOf(first), await statusOf(second)]).toEqual([401, 200]);
  expect(visitor.complaints).toEqual([]);
});

it('is fit for assistance, and cuts nothing off at 320 px', async () => {
  const auditor = await aKey(client, 'auditor');
  for (const [colorScheme, locale] of [
    ['light', 'es-CO'],
    ['dark', 'en-GB'],
  ] as const) {
    const visitor = await Visitor.open(browser, service.url, {
      colorScheme,
      locale,
      viewport: { width: 320, height: 900 },
    });
    afterTest(() => visitor.close());
    await visitor.visit('/operations/instances');
    await visitor.signIn(auditor.text);
    await until('what the auditor reads is noted', async () => {
      await fetch(`${service.url}/keys`, { headers: auditor.headers });
      const noted = await client.query(`SELECT FROM audit_entries WHERE operation = 'GET /keys'`);
      return (noted.rowCount ?? 0) > 0;
    });
    for (const [part, seen] of [
      ['instances', 'Node.js'],
      ['keys', 'a auditor'],
      ['audit', 'GET /keys'],
    ] as const) {
      await visitor.visit(`/operations/${part}`);
      await visitor.page.locator('main').getByText(seen).first().waitFor();
      if (part === 'instances') await visitor.page.locator('tbody th', { hasText: 'GET /keys' }).waitFor();
      else await visitor.page.locator('[data-row]').first().click();
      expect([part, await visitor.findingsOfAxe(), await visitor.cutOff()]).toEqual([part, [], []]);
    }
    expect(visitor.complaints).toEqual([]);
  }
});

it('is walked through by keyboard alone, screen by screen', async () => {
  const auditor = await aKey(client, 'auditor');
  const visitor = await Visitor.open(browser, service.url);
  afterTest(() => visitor.close());
  const { page } = visitor;
  await visitor.visit('/money');
  await visitor.signIn(auditor.text);
  for (const [key, screen, part, seen] of [
    ['1', 'Ciudad', 'Estaciones como tabla', 'Nada en los últimos 5 minutos'],
    ['3', 'Dinero', 'Libros', 'Todavía no se ha probado nada'],
    ['4', 'Tarifas', '¿Cuánto costaría?', 'Imagine los viajes de una tarjeta'],
    ['5', 'Caché', 'Épocas', 'PostgreSQL cambia el número de la época'],
    ['6', 'Operación', 'Auditoría', 'Quién cambió qué'],
  ] as const) {
    await visitor.press(key);
    await page.getByRole('heading', { level: 1, name: screen, exact: true }).waitFor();
    await page.locator('main').getByText(part, { exact: true }).first().waitFor();
    await visitor.tabTo(part);
    await visitor.press('Enter');
    await visitor.sees(seen);
  }
  await page.locator('[data-row]').first().waitFor();
  await visitor.tabTo(/Leyó|Cambió/);
  await visitor.press('Enter');
  await page.locator('[data-row][aria-expanded=true]').waitFor();
  expect(visitor.complaints).toEqual([]);
});

it('lets an operation of the documentation be tried with the key that was given to it', async () => {
  const page = await browser.newPage();
  afterTest(() => page.context().close());
  const operation = page.locator('.opblock', { hasText: '/caller' });
  const authorize = async (key: string): Promise<void> => {
    await page.locator('.auth-wrapper .authorize').first().click();
    await page.locator('.auth-container input').fill(key);
    await page.locator('.auth-container button.authorize').click();
    await page.locator('.auth-container .btn-done').click();
  };
  const answered = async (status: number): Promise<void> => {
    await operation.locator('.execute').click();
    await operation.locator('.live-responses-table .response-col_status', { hasText: `${status}` }).waitFor();
  };

  // The link of one operation opens it alone.
  await page.goto(`${service.url}/docs#/keys/Caller.get`);
  await operation.waitFor({ timeout: 60_000 });
  await authorize('trk_no_key');
  await answered(401);

  await page.locator('.auth-wrapper .authorize').first().click();
  await page.locator('.auth-container button', { hasText: 'Logout' }).click();
  await page.locator('.auth-container .btn-done').click();
  await authorize(administrator.text);
  await answered(200);
  await operation.locator('.live-responses-table').getByText('"administrator"').first().waitFor();
});

describe('the sign-in at an identity provider', () => {
  const SESSION = { name: '__Host-travel-recharge' };
  const button = (page: Page) => page.getByRole('link', { name: 'Entrar con the directory' });
  const choose = (page: Page, person: string) =>
    page.getByRole('link', { name: person, exact: true }).click();
  const rows = (page: Page) => page.locator('[data-row]').first().waitFor();

  /** But for what the provider's own pages ask for. */
  const complaintsOf = ({ complaints }: Visitor): string[] =>
    complaints.filter((complaint) => !complaint.startsWith(`a request to ${provider.issuer}/`));

  it('opens a session that goes on when its token is over, is opened again where it ended, and ends at both', async () => {
    const visitor = await Visitor.open(browser, service.url, { viewport: { width: 320, height: 900 } });
    afterTest(() => visitor.close());
    const { page } = visitor;
    const context = page.context();
    await visitor.visit('/operations/keys?shown=1');
    await button(page).waitFor();
    expect([await visitor.findingsOfAxe(), await visitor.cutOff()]).toEqual([[], []]);

    await button(page).click();
    await choose(page, 'administrator');
    await rows(page);
    expect(page.url()).toBe(`${service.url}/console/operations/keys?shown=1`);
    expect(await page.evaluate('document.cookie + JSON.stringify(localStorage)')).not.toMatch(/eyJ|__Host/);

    await context.clearCookies(SESSION);
    await visitor.visit('/operations/keys');
    await rows(page);

    // The person writes something, and is locked out meanwhile.
    await visitor.press('n');
    await page.keyboard.type('Ventanilla');
    await page.getByLabel('Cliente').fill('recaudo-sur');
    await context.clearCookies(SESSION);
    provider.forgetEverybody();
    await page.getByRole('button', { name: 'Crear la clave' }).click();
    await visitor.sees('Su sesión terminó');
    expect(await visitor.findingsOfAxe()).toEqual([]);
    const [other] = await Promise.all([context.waitForEvent('page'), button(page).click()]);
    await choose(other, 'administrator');
    await other.locator('#content').waitFor();
    await other.close();
    await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    await page.locator('dialog', { hasText: 'Su sesión terminó' }).waitFor({ state: 'detached' });
    expect(await page.getByLabel('Cliente').inputValue()).toBe('recaudo-sur');

    await page.locator('.menu-button').click();
    await page.getByRole('button', { name: 'Salir' }).click();
    await page.getByRole('button', { name: 'Leave' }).click();
    await button(page).waitFor();
    expect(page.url()).toBe(`${service.url}/console`);
    expect(complaintsOf(visitor)).toEqual([]);
  });

  it('says why it came to nothing, and takes a key all the same', async () => {
    const visitor = await Visitor.open(browser, service.url);
    afterTest(() => visitor.close());
    const { page } = visitor;
    for (const [person, reason] of [
      [NOBODY, 'Usted no lo aceptó'],
      ['stranger', 'no tiene ningún rol'],
    ] as const) {
      await visitor.visit('/operations/keys');
      await button(page).click();
      await choose(page, person);
      await visitor.sees(reason);
      expect(page.url()).toBe(`${service.url}/console/operations/keys`);
      expect(await visitor.findingsOfAxe()).toEqual([]);
      provider.forgetEverybody();
    }
    await visitor.signIn(administrator.text);
    await rows(page);
    expect(complaintsOf(visitor)).toEqual([]);
  });
});
