import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startChromium } from '../setup/chromium';
import { LabProgram } from './lab-program';

/** `npm run screenshots -- lab`: every page of the lab while it runs, to be looked at. */

const ROOT = join(__dirname, '..', '..');
const FOLDER = join(ROOT, '.screenshots');

/** What is shown, and what has to be seen before. */
interface Shot {
  readonly name: string;
  readonly path: string;
  readonly seen: string;
}

const SHOTS: readonly Shot[] = [
  { name: 'lab-cities', path: '/?at=plain-1.redis', seen: '[data-at="plain-1.redis"]' },
  { name: 'lab-process', path: '/?at=api-2', seen: '[data-at="api-2"]' },
  { name: 'lab-redis', path: '/?at=redis', seen: '[data-at="redis"]' },
  { name: 'lab-offences', path: '/?offences=plain', seen: 'dialog li' },
  { name: 'lab-experiments', path: '/experiments', seen: '[data-row]' },
  { name: 'lab-question', path: '/experiments/herd', seen: '[type=radio]' },
  { name: 'lab-stale-read', path: '/experiments/stale-read?prediction=1', seen: '[data-result]' },
  { name: 'lab-delete-order', path: '/experiments/delete-order?prediction=2', seen: '[data-result]' },
];
/** So that there is something to see: faults of both kinds, offences, outcomes, and a stale read by hand. */
const COMMANDS = [
  'link plain-1 redis cut',
  'link plain-2 postgres delay 100',
  'link api-2 redis loss 10',
  'process plain-3 pause',
  'wait 4',
];
const BY_HAND = [
  'step start',
  ...['reader', 'reader', 'writer', 'writer', 'writer', 'reader', 'read'].map((what) => `step plain ${what}`),
  ...['reader', 'reader', 'reader', 'writer'].map((what) => `step ours ${what}`),
];
const SIZES = [
  { width: 320, height: 720 },
  { width: 1280, height: 800 },
  { width: 2560, height: 1440 },
] as const;

interface Look {
  readonly size: (typeof SIZES)[number];
  readonly colorScheme: 'light' | 'dark';
  readonly locale: 'es-CO' | 'en-GB';
}

async function main(): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const lab = await LabProgram.start([]);
  const browser = await startChromium();
  try {
    const url = await lab.url();
    await post(`${url}/experiments/stale-read/runs`, {});
    await post(`${url}/experiments/delete-order/runs`, {});
    for (const command of BY_HAND) await post(`${url}/commands`, { command });
    await post(`${url}/commands`, { command: 'traffic on' });
    for (const command of COMMANDS) await post(`${url}/commands`, { command });
    const pages = new URL(url).origin;
    for (const size of SIZES)
      for (const colorScheme of ['light', 'dark'] as const)
        for (const locale of ['es-CO', 'en-GB'] as const)
          for (const shot of SHOTS) {
            const look = { size, colorScheme, locale };
            const file = [shot.name, size.width, colorScheme, locale.slice(0, 2)].join('-');
            await take(browser, pages, shot, look, join(FOLDER, `${file}.png`));
          }
    console.log(`The pages are in ${FOLDER}.`);
  } finally {
    await browser.close();
    await lab.cleanUp();
  }
}

async function take(browser: Browser, url: string, shot: Shot, look: Look, file: string): Promise<void> {
  const { size: viewport, colorScheme, locale } = look;
  const context = await browser.newContext({ viewport, colorScheme, locale, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(url + shot.path);
  await page.locator(shot.seen).first().waitFor({ timeout: 60_000 });
  await page.screenshot({ path: file, fullPage: await isLong(page) });
  await context.close();
}

/** A dialog is over the window, not over the whole page. */
async function isLong(page: Page): Promise<boolean> {
  return (await page.locator('dialog[open]').count()) === 0;
}

async function post(url: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${url} ${JSON.stringify(body)}: ${await response.text()}`);
  await response.arrayBuffer();
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
