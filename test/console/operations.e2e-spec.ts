import type { Browser } from 'playwright-core';
import type { Client } from 'pg';
import { connect } from '../builders/connect';
import { aKey, bearer, type TestKey } from '../builders/keys';
import { afterFile, afterTest } from '../setup/after-test';
import { startChromium } from '../setup/chromium';
import { createDatabase } from '../setup/database';
import { type Service, startService } from '../setup/service';
import { until } from '../setup/until';
import { Visitor } from './visitor';

let client: Client;
let service: Service;
let browser: Browser;
let administrator: TestKey;

beforeAll(async () => {
  const database = await createDatabase();
  afterFile(() => database.drop());
  client = await connect(database.url);
  afterFile(() => client.end());
  const env = { AUTH: 'required' };
  [service, browser] = await Promise.all([startService({ databaseUrl: database.url, env }), startChromium()]);
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
      if (part !== 'instances') await visitor.page.locator('[data-row]').first().click();
      expect([part, await visitor.findingsOfAxe(), await visitor.cutOff()]).toEqual([part, [], []]);
    }
    expect(visitor.complaints).toEqual([]);
  }
});
