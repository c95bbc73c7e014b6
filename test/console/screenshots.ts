import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { startChromium } from '../setup/chromium';
import { startService } from '../setup/service';

/** `npm run screenshots`: every screen of the console over the demonstration city, to be looked at. */

const ROOT = join(__dirname, '..', '..');
/** All of them; the two of the README are in docs/images. */
const FOLDER = join(ROOT, '.screenshots');
const IMAGES = join(ROOT, 'docs', 'images');

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
  { name: 'card-fare', path: '/cards/1', keys: ['e'] },
  { name: 'card-recharge', path: '/cards/1?do=recharge', keys: ['2', '0', '0', '0', '0'] },
  { name: 'card-status', path: '/cards/1?do=status' },
  { name: 'card-quote', path: '/cards/1?do=quote' },
  { name: 'card-missing', path: '/cards/999999999' },
  { name: 'search', path: '/cards/1', keys: ['/', 'm', 'i', 'g', 'u', 'e', 'l'] },
  { name: 'keys-of-the-keyboard', path: '/cards/1', keys: ['?'] },
  { name: 'money', path: '/money?range=7d' },
  { name: 'money-stacked', path: '/money?range=7d&split=concessionaire' },
  { name: 'money-hours', path: '/money?by=hour&range=7d&split=locality' },
  { name: 'money-places', path: '/money?by=locality&range=7d' },
  { name: 'recharges', path: '/money/recharges?range=7d&by=recharge_point' },
  { name: 'money-empty', path: '/money?range=2020-01-01..2020-01-31' },
  { name: 'books', path: '/money/books', keys: ['p'] },
  { name: 'fares', path: '/fares' },
  { name: 'fares-rule', path: '/fares?rule=concessions:senior:zonal:2024-02-12' },
  { name: 'fares-new', path: '/fares/new?price=3900&valid_from=2099-01-01' },
  { name: 'fares-sequence', path: '/fares/sequence' },
  { name: 'instances', path: '/operations/instances' },
  { name: 'keys', path: '/operations/keys?do=new' },
  { name: 'audit', path: '/operations/audit' },
  { name: 'nothing', path: '/nowhere' },
];
const SIZES = [
  { width: 320, height: 720 },
  { width: 1280, height: 800 },
  { width: 2560, height: 1440 },
] as const;
const SETTLED_MS = 700;
const BETWEEN_KEYS_MS = 60;

interface Look {
  readonly size: (typeof SIZES)[number];
  readonly colorScheme: 'light' | 'dark';
  readonly locale: 'es-CO' | 'en-GB';
}

async function main(): Promise<void> {
  await Promise.all([mkdir(FOLDER, { recursive: true }), mkdir(IMAGES, { recursive: true })]);
  const [service, browser] = await Promise.all([
    startService({ env: { AUTH: 'open', DEMO_DATA: 'on' } }),
    startChromium(),
  ]);
  try {
    const [, readme] = SIZES;
    const fare = SHOTS.find(({ name }) => name === 'card-fare');
    const recharge = SHOTS.find(({ name }) => name === 'card-recharge');
    if (!fare || !recharge) return;
    await take(
      browser,
      service.url,
      fare,
      { size: readme, colorScheme: 'light', locale: 'en-GB' },
      join(IMAGES, 'console-fare.png'),
    );
    await take(
      browser,
      service.url,
      recharge,
      { size: readme, colorScheme: 'dark', locale: 'es-CO' },
      join(IMAGES, 'console-recharge.png'),
    );
    for (const size of SIZES)
      for (const colorScheme of ['light', 'dark'] as const)
        for (const locale of ['es-CO', 'en-GB'] as const)
          for (const shot of SHOTS) {
            const look = { size, colorScheme, locale };
            await take(browser, service.url, shot, look, join(FOLDER, `${fileOf(shot, look)}.png`));
          }
    console.log(`The screens are in ${FOLDER}, those of the README in ${IMAGES}.`);
  } finally {
    await browser.close();
    await service.stop();
  }
}

async function take(browser: Browser, url: string, shot: Shot, look: Look, file: string): Promise<void> {
  const { size: viewport, colorScheme, locale } = look;
  const context = await browser.newContext({ viewport, colorScheme, locale, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(`${url}/console${shot.path}`);
  if (shot.shown) await page.locator(shot.shown).first().waitFor();
  else await page.waitForLoadState('networkidle');
  for (const key of shot.keys ?? []) {
    await page.keyboard.press(key);
    await page.waitForTimeout(BETWEEN_KEYS_MS);
  }
  await page.waitForTimeout(SETTLED_MS);
  await page.screenshot({ path: file });
  await context.close();
}

function fileOf({ name }: Shot, { size, colorScheme, locale }: Look): string {
  return [name, size.width, colorScheme, locale.slice(0, 2)].join('-');
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
