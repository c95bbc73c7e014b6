import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page, Route } from 'playwright-core';
import { startChromium } from '../setup/chromium';
import { type Service, startService } from '../setup/service';
import { type Picture, takeAll, takeWindow } from './looks';

/** `npm run screenshots`: every screen of the console over the demonstration city, in each of its states, to be looked at. */

const IMAGES = join(__dirname, '..', '..', 'docs', 'images');

/** What is shown, and what is pressed there. */
interface Shot {
  readonly name: string;
  readonly path: string;
  readonly keys?: readonly string[];
  /** What is waited for, where a stream of events stays open. */
  readonly shown?: string;
}

const LIVE = '[data-state=live]';

const SHOTS: readonly Shot[] = [
  { name: 'city', path: '/city', shown: LIVE },
  { name: 'city-station', path: '/city?station=1', shown: LIVE },
  { name: 'city-route', path: '/city?route=1', shown: LIVE },
  { name: 'city-wall', path: '/city?kiosk', shown: LIVE },
  { name: 'cache', path: '/cache', shown: '[data-row]' },
  { name: 'cache-key', path: '/cache?template=card%3A%7Bcard_id%7D%3Abalance', shown: '[data-count]' },
  { name: 'cache-write', path: '/cache/write', shown: '[data-card]' },
  { name: 'cache-watched', path: '/cache/write?card=1', shown: '[data-phase=ready]' },
  { name: 'cache-epochs', path: '/cache/epochs', shown: 'ol' },
  { name: 'cards', path: '/cards' },
  { name: 'cards-issue', path: '/cards?user=1&do=issue' },
  { name: 'card', path: '/cards/1' },
  { name: 'card-fare', path: '/cards/1', keys: ['e'] },
  { name: 'card-recharge', path: '/cards/1?do=recharge', keys: ['2', '0', '0', '0', '0'] },
  { name: 'card-status', path: '/cards/1?do=status' },
  { name: 'card-quote', path: '/cards/1?do=quote' },
  { name: 'card-missing', path: '/cards/999999999' },
  { name: 'search', path: '/cards/1', keys: ['/', 'm', 'i', 'g', 'u', 'e', 'l'] },
  { name: 'shortcuts', path: '/cards/1', keys: ['?'] },
  { name: 'money', path: '/money?range=7d' },
  { name: 'money-stacked', path: '/money?range=7d&split=concessionaire' },
  { name: 'money-hours', path: '/money?by=hour&range=7d&split=locality' },
  { name: 'money-places', path: '/money?by=locality&range=7d' },
  { name: 'recharges', path: '/money/recharges?range=7d&by=recharge_point' },
  { name: 'money-without', path: '/money?range=2020-01-01..2020-01-31' },
  { name: 'books', path: '/money/books', keys: ['p'] },
  { name: 'fares', path: '/fares' },
  { name: 'fares-rule', path: '/fares?rule=concessions:senior:zonal:2024-02-12' },
  { name: 'fares-new', path: '/fares/new?price=3900&valid_from=2099-01-01' },
  { name: 'fares-sequence', path: '/fares/sequence' },
  { name: 'instances', path: '/operations/instances' },
  { name: 'keys-list', path: '/operations/keys' },
  { name: 'keys-new', path: '/operations/keys?do=new' },
  { name: 'audit', path: '/operations/audit' },
  { name: 'nothing', path: '/nowhere' },
];
const SETTLED_MS = 700;
const BETWEEN_KEYS_MS = 60;

/** The main part of each screen, which is also looked at while something is missing. */
const MAIN = [
  'city',
  'cache',
  'cache-write',
  'cache-epochs',
  'cards',
  'card',
  'money',
  'recharges',
  'books',
  'fares',
  'fares-new',
  'fares-sequence',
  'instances',
  'keys-list',
  'audit',
];

/** What of the service an answer is not about what is shown there. */
const IS_FRAME = /\/(caller|console\/|alerts$)/;

/** What becomes of a request for something that is shown. */
const MISSING: Readonly<Record<string, (route: Route) => Promise<void>>> = {
  loading: () => new Promise(() => undefined),
  refused: (route) =>
    route.fulfill({
      status: 403,
      contentType: 'application/problem+json',
      body: JSON.stringify({
        type: '/docs/errors#scope_missing',
        title: 'Forbidden',
        status: 403,
        code: 'scope_missing',
        detail: 'The role of the key does not have the scope.',
        scope: 'of:this',
        request_id: '3f9c21aa-1',
      }),
    }),
  away: (route) => route.abort('connectionrefused'),
};

async function main(): Promise<void> {
  await mkdir(IMAGES, { recursive: true });
  const [service, empty, browser] = await Promise.all([
    startService({ env: { AUTH: 'open', DEMO_DATA: 'on' } }),
    startService({ env: { AUTH: 'open', DEMO_DATA: 'off' } }),
    startChromium(),
  ]);
  try {
    await makeKeys(service);
    await takeWindow(
      browser,
      picture(service, shotNamed('card-fare')),
      { width: 1280, theme: 'light', language: 'en' },
      join(IMAGES, 'console-fare.png'),
    );
    await takeWindow(
      browser,
      picture(service, shotNamed('card-recharge')),
      { width: 1280, theme: 'dark', language: 'es' },
      join(IMAGES, 'console-recharge.png'),
    );
    await takeAll(browser, [
      ...SHOTS.map((shot) => picture(service, shot)),
      ...MAIN.map(shotNamed).flatMap((shot) => [
        { ...picture(empty, { ...shot, shown: undefined }), name: `${shot.name}-empty` },
        ...Object.entries(MISSING).map(([state, answer]) => missing(service, shot, state, answer)),
      ]),
    ]);
  } finally {
    await browser.close();
    await Promise.all([service.stop(), empty.stop()]);
  }
}

/** So that there are some to look at. */
async function makeKeys({ url }: Service): Promise<void> {
  for (const [name, client, role] of [
    ['Ventanilla Portal Norte', 'recaudo-norte', 'agent'],
    ['Centro de control, turno de noche', 'operador', 'control_centre'],
    ['Cierre mensual', 'finanzas', 'finance'],
  ])
    await fetch(`${url}/keys`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, client, role }),
    });
}

function shotNamed(name: string): Shot {
  const shot = SHOTS.find((one) => one.name === name);
  if (!shot) throw new Error(`no screen is called ${name}`);
  return shot;
}

function picture(service: Service, shot: Shot): Picture {
  return {
    name: shot.name,
    show: async (page) => {
      await page.goto(`${service.url}/console${shot.path}`);
      if (shot.shown) await page.locator(shot.shown).first().waitFor();
      else await page.locator('main :is(h1, .note)').first().waitFor();
      await page.waitForTimeout(SETTLED_MS);
      await press(page, shot.keys ?? []);
    },
  };
}

function missing(
  service: Service,
  { name, path }: Shot,
  state: string,
  answer: (route: Route) => Promise<void>,
): Picture {
  return {
    name: `${name}-${state}`,
    show: async (page) => {
      await page.route('**/api/v1/**', (route) =>
        IS_FRAME.test(new URL(route.request().url()).pathname) ? route.continue() : answer(route),
      );
      await page.goto(`${service.url}/console${path}`);
      await page.locator('main :is(h1, .note, [aria-busy])').first().waitFor();
      await page.waitForTimeout(SETTLED_MS);
    },
  };
}

async function press(page: Page, keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    await page.keyboard.press(key);
    await page.waitForTimeout(BETWEEN_KEYS_MS);
  }
  if (keys.length > 0) await page.waitForTimeout(SETTLED_MS);
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
