import type { Page } from 'playwright-core';
import { type Picture, takeAll } from '../console/looks';
import { startChromium } from '../setup/chromium';
import { EXPERIMENTS } from './experiments/experiments';
import { LabProgram } from './lab-program';

/** `npm run screenshots -- lab`: every page of the lab while it runs, to be looked at. */

/** What is shown, and what has to be seen before. */
interface Shot {
  readonly name: string;
  readonly path: string;
  readonly seen: string;
}

/** Of a city whose links and processes have faults. */
const CITY: readonly Shot[] = [
  { name: 'lab-cities', path: '/?at=plain-1.redis', seen: '[data-at="plain-1.redis"]' },
  { name: 'lab-process', path: '/?at=api-2', seen: '[data-at="api-2"]' },
  { name: 'lab-redis', path: '/?at=redis', seen: '[data-at="redis"]' },
  { name: 'lab-offences', path: '/?offences=plain', seen: 'dialog li' },
];
const LESSONS: readonly Shot[] = [
  { name: 'lab-experiments', path: '/experiments', seen: '[data-row]' },
  { name: 'lab-question', path: '/experiments/herd', seen: '[type=radio]' },
  ...EXPERIMENTS.map(({ name, prediction: { options, right } }, index) => ({
    name: `lab-${name}`,
    // Every other person is right.
    path: `/experiments/${name}?prediction=${((right + (index % 2)) % options.length) + 1}`,
    seen: '[data-result]',
  })),
  { name: 'lab-nothing', path: '/nowhere', seen: 'h1' },
];
/** While the lab does not answer yet, or no more. */
const AWAY: readonly Shot[] = [
  { name: 'lab-loading', path: '/', seen: '[aria-busy]' },
  { name: 'lab-away', path: '/', seen: '.note' },
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
async function main(): Promise<void> {
  const lab = await LabProgram.start([]);
  const browser = await startChromium();
  try {
    const url = await lab.url();
    for (const { name } of EXPERIMENTS) await post(`${url}/experiments/${name}/runs`, {});
    for (const command of BY_HAND) await post(`${url}/commands`, { command });
    const { origin } = new URL(url);
    await takeAll(browser, [
      ...LESSONS.map((shot) => picture(origin, shot)),
      ...AWAY.map((shot) => ({
        ...picture(origin, shot),
        show: (page: Page) => showAway(page, origin, shot),
      })),
    ]);
    await post(`${url}/commands`, { command: 'traffic on' });
    for (const command of COMMANDS) await post(`${url}/commands`, { command });
    await takeAll(
      browser,
      CITY.map((shot) => picture(origin, shot)),
    );
  } finally {
    await browser.close();
    await lab.cleanUp();
  }
}

function picture(origin: string, { name, path, seen }: Shot): Picture {
  return {
    name,
    show: async (page) => {
      await page.goto(origin + path);
      await page.locator(seen).first().waitFor({ timeout: 60_000 });
    },
  };
}

async function showAway(page: Page, origin: string, shot: Shot): Promise<void> {
  await page.route('**/lab/**', (route) =>
    shot.name === 'lab-away' ? route.abort('connectionrefused') : new Promise<void>(() => undefined),
  );
  await picture(origin, shot).show(page);
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
