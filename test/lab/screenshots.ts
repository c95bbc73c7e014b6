import { takeAll } from '../console/looks';
import { startChromium } from '../setup/chromium';
import { LabProgram } from './lab-program';

/** `npm run screenshots -- lab`: every page of the lab while it runs, to be looked at. */

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
async function main(): Promise<void> {
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
    await takeAll(
      browser,
      SHOTS.map(({ name, path, seen }) => ({
        name,
        show: async (page) => {
          await page.goto(pages + path);
          await page.locator(seen).first().waitFor({ timeout: 60_000 });
        },
      })),
    );
  } finally {
    await browser.close();
    await lab.cleanUp();
  }
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
