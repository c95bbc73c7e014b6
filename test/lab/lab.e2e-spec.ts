import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContextOptions, Locator } from 'playwright-core';
import { Visitor } from '../console/visitor';
import { afterFile, afterTest } from '../setup/after-test';
import { startChromium } from '../setup/chromium';
import { createTempFolder, removeFolder } from '../setup/temp-folder';
import { until } from '../setup/until';
import { EXPERIMENTS } from './experiments/experiments';
import { LabProgram } from './lab-program';
import type { LabState, Outcome } from './shapes';

/** Twelve experiments take half a minute each where others work, too. */
const ALL_EXPERIMENTS_MS = 900_000;

/** Opens a page of the lab, and waits until something of it is seen. */
type Show = (path: string, seen: string) => Promise<void>;

describe('npm run lab -- --experiment all --json', () => {
  it(
    'breaks the plain pattern where it must, and never ours, and leaves nothing behind',
    async () => {
      const lab = await LabProgram.start(['--experiment', 'all', '--json']);
      afterTest(() => lab.cleanUp());

      const exitCode = await lab.ended();
      const { outcomes } = JSON.parse(lab.stdout) as { outcomes: readonly Outcome[] };
      const verdicts = outcomes.map(
        ({ experiment, error, brokenBooks, oursKeptItsPromises, plainBroke }) => ({
          experiment,
          error,
          brokenBooks,
          oursKeptItsPromises,
          plainBroke,
        }),
      );

      expect(verdicts).toEqual(
        EXPERIMENTS.map(({ name, breaksPlain }) => ({
          experiment: name,
          error: null,
          brokenBooks: [],
          oursKeptItsPromises: true,
          plainBroke: breaksPlain ? true : null,
        })),
      );
      expect(outcomes.flatMap(({ offences }) => offences.ours)).toEqual([]);
      // Who read what, when, and which write they should have seen.
      const staleRead = outcomes.find(({ experiment }) => experiment === 'stale-read');
      expect(staleRead?.offences.plain.find(({ promise }) => promise === 'A')).toMatchObject({
        process: 'plain-2',
        path: expect.stringMatching(/^\/cards\/\d+\/balance$/) as string,
        cache: 'HIT',
        value: 10_000,
        floor: 30_000,
        floorFrom: expect.stringMatching(/^acknowledged by recharge \d+$/) as string,
        began: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      });
      // Each step that the texts name has happened, in both cities or in ours.
      for (const { name, steps } of EXPERIMENTS) {
        const happened = outcomes.find(({ experiment }) => experiment === name)?.steps ?? [];
        expect(new Set(happened.map(({ step }) => step))).toEqual(new Set(Object.keys(steps)));
      }
      expect(exitCode).toBe(0);
      expect(await lab.left()).toEqual([]);
    },
    ALL_EXPERIMENTS_MS,
  );
});

describe('the API and the pages of a lab that carries out a script', () => {
  let lab: LabProgram;
  let url: string;

  beforeAll(async () => {
    const folder = await createTempFolder();
    afterFile(() => removeFolder(folder));
    const script = join(folder, 'lesson.txt');
    await writeFile(script, '# A slow link.\nlink plain-2 redis delay 20\n\nwait 3000\n');
    lab = await LabProgram.start(['--processes', '2', '--script', script]);
    afterFile(() => lab.cleanUp());
    url = await lab.url();
  });

  interface Answer<Body> {
    readonly status: number;
    readonly body: Body;
  }

  async function ask<Body>(path: string, init: RequestInit = {}): Promise<Answer<Body>> {
    const response = await fetch(url + path, init);
    return { status: response.status, body: (await response.json()) as Body };
  }

  function post<Body>(path: string, body: object): Promise<Answer<Body>> {
    const headers = { 'content-type': 'application/json' };
    return ask(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  const command = (line: string): Promise<Answer<{ detail?: string; state: LabState }>> =>
    post('/commands', { command: line });

  async function stateNow(): Promise<LabState> {
    return (await ask<LabState>('/state')).body;
  }

  it('shows the topology, and what goes through each link', async () => {
    await until('requests go through every link', async () => {
      const { processes } = await stateNow();
      return processes.every(({ links }) => links.every(({ requests }) => requests > 0));
    });

    const { processes, redis, postgres, isTrafficOn } = await stateNow();

    expect(isTrafficOn).toBe(true);
    expect(redis.memory).toBe('free');
    expect(postgres.state).toBe('running');
    expect(
      processes.map(({ name, city, state, links }) => [name, city, state, links.map(({ server }) => server)]),
    ).toEqual([
      ['api-1', 'ours', 'running', ['redis', 'postgres']],
      ['api-2', 'ours', 'running', ['redis', 'postgres']],
      ['plain-1', 'plain', 'running', ['redis', 'postgres']],
      ['plain-2', 'plain', 'running', ['redis', 'postgres']],
    ]);
    const delayed = processes.flatMap(({ name, links }) =>
      links.filter(({ delayMs }) => delayMs > 0).map(({ server, delayMs }) => [name, server, delayMs]),
    );
    expect(delayed).toEqual([['plain-2', 'redis', 20]]);
  });

  it('carries out commands, and shows what they did', async () => {
    const processState = async (name: string): Promise<string | undefined> =>
      (await stateNow()).processes.find((process) => process.name === name)?.state;
    const linkOf = async (name: string, server: string): Promise<unknown> =>
      (await stateNow()).processes
        .find((process) => process.name === name)
        ?.links.find((link) => link.server === server);

    await command('link api-1 redis cut');
    await command('link ours postgres loss 5');
    expect(await linkOf('api-1', 'redis')).toMatchObject({ state: 'cut' });
    expect(await linkOf('api-2', 'postgres')).toMatchObject({ state: 'open', lossPercent: 5 });
    await command('process plain-1 pause');
    expect(await processState('plain-1')).toBe('paused');
    await command('process plain-1 kill');
    expect(await processState('plain-1')).toBe('down');
    await command('redis full');
    expect((await stateNow()).redis.memory).toBe('full');
    await command('postgres pause');
    expect((await stateNow()).postgres.state).toBe('paused');
    await command('heal');
    await command('zero');

    const healed = await stateNow();
    expect(healed.redis.memory).toBe('free');
    expect(healed.postgres.state).toBe('running');
    expect(new Set(healed.processes.map(({ state }) => state))).toEqual(new Set(['running']));
    const links = healed.processes.flatMap((process) => process.links);
    expect(links.filter((link) => link.state !== 'open' || link.delayMs + link.lossPercent > 0)).toEqual([]);
    await until('both cities answer again', async () => {
      const { cities } = await stateNow();
      return cities.ours.reads > 100 && cities.plain.reads > 100;
    });
    expect((await stateNow()).offences.ours).toEqual([]);
  });

  it.each([
    ['fly', 'there is no command "fly"'],
    ['link nobody redis cut', 'there is no process nobody'],
    ['link api-1 oracle cut', 'a link leads to redis or postgres'],
    ['link api-1 redis constructor', 'is none of open, cut'],
    ['link api-1 redis delay -5', 'a whole number from 0 to 10000'],
    ['process api-1', 'nothing is none of pause'],
    ['redis restart-old', 'there is no dump yet'],
    ['step ours reader', 'there are no cards to step with'],
    ['experiment fly', 'there is no experiment "fly"'],
  ])('refuses %s, and says why', async (line, reason) => {
    const { status, body } = await command(line);

    expect(status).toBe(422);
    expect(body.detail).toContain(reason);
  });

  it('does an experiment and tells its steps as they happen, and lets no other in between', async () => {
    const events = await fetch(`${url}/events`);
    const running = post<Outcome>('/experiments/stale-read/runs', { seconds: 1 });
    await until('it is under way', async () => (await stateNow()).experiment === 'stale-read');
    expect((await command('redis flush')).status).toBe(409);
    const { status, body } = await running;
    const latest = await ask<Outcome>('/experiments/stale-read/runs/latest');
    const told = await read(events, 'event: outcome');

    expect(status).toBe(200);
    expect(body.isPassed).toBe(true);
    expect(body.seconds).toBeGreaterThanOrEqual(1);
    expect(latest.body).toEqual(body);
    expect(told).toMatch(/^event: state\ndata: \{/);
    expect(told).toContain('event: step\ndata: {"step":"miss","city":"plain"');
  });

  it('lets the stale read be stepped through by hand, in any order', async () => {
    await command('step start');
    // The reader stands behind its load, and the writer goes all the way.
    for (const city of ['plain', 'ours']) {
      for (let step = 1; step <= (city === 'plain' ? 2 : 4); step += 1) await command(`step ${city} reader`);
      for (let step = 1; step <= 3; step += 1) await command(`step ${city} writer`);
      await command(`step ${city} reader`);
    }
    const { steps: stored } = await stateNow();
    await command('step plain read');
    await command('step ours read');
    const { steps } = await stateNow();

    expect(stored?.stored.plain).toEqual({ database: 30_000, cached: 10_000, guards: [] });
    expect(stored?.stored.ours.database).toBe(30_000);
    expect(stored?.stored.ours.cached).not.toBe(10_000);
    expect(stored?.actors.plain).toEqual({
      reader: { at: null, passed: 3, seen: expect.stringContaining('10000') as string },
      writer: { at: null, passed: 3, seen: '201, 30000' },
    });

    expect(steps?.reads.map(({ city, seen }) => [city, seen.split(' ')[0]])).toEqual([
      ['ours', '30000'],
      ['plain', '10000'],
    ]);
    expect(steps?.offences.plain.map(({ promise }) => promise)).toEqual(['A']);
    expect(steps?.offences.ours).toEqual([]);
    await command('step end');
  });

  it('is for this machine, and for no page of another', async () => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ command: 'heal' });
    const foreign = await ask('/commands', {
      method: 'POST',
      body,
      headers: { ...headers, origin: 'http://evil.example' },
    });
    const plainForm = await ask('/commands', {
      method: 'POST',
      body,
      headers: { 'content-type': 'text/plain' },
    });
    const { origin, port } = new URL(url);
    const [{ url: city } = { url: '' }] = (await stateNow()).processes;
    const statusFor = async (from: string): Promise<number> =>
      (await ask('/state', { headers: { origin: from } })).status;

    expect(foreign.status).toBe(403);
    expect(plainForm.status).toBe(415);
    expect([await statusFor(origin), await statusFor(city), await statusFor('null')]).toEqual([
      200, 403, 403,
    ]);
    // A name of somebody else that leads here (DNS rebinding).
    for (const path of ['/lab/state', '/lab/commands', '/', '/assets/none.js'])
      expect([path, await statusUnder(`evil.example:${port}`, origin + path)]).toEqual([path, 403]);
    expect(await statusUnder(`localhost:${port}`, `${origin}/`)).toBe(200);
    expect((await ask('/nothing')).status).toBe(404);
    expect((await ask('/state', { method: 'DELETE' })).status).toBe(405);
  });

  it('has the texts of all experiments, in both languages', async () => {
    const { body } = await ask<{ experiments: readonly object[] }>('/experiments');

    expect(body.experiments).toHaveLength(12);
    expect(JSON.stringify(body.experiments)).not.toMatch(/"(en|es)":""/);
  });

  describe('its pages', () => {
    let browser: Browser;

    beforeAll(async () => {
      browser = await startChromium();
      afterFile(() => browser.close());
    });

    async function open(options: BrowserContextOptions): Promise<{ visitor: Visitor; show: Show }> {
      const { origin } = new URL(url);
      const visitor = await Visitor.open(browser, origin, options);
      afterTest(() => visitor.close());
      // A machine with many tests takes its time.
      visitor.page.setDefaultTimeout(60_000);
      const show: Show = async (path, seen) => {
        await visitor.page.goto(origin + path);
        await visitor.page.locator(seen).first().waitFor();
      };
      return { visitor, show };
    }

    it('show how a cut link makes the plain city lie, and not ours', async () => {
      await command('heal');
      await command('zero');
      await command('traffic on');
      const { visitor, show } = await open({ colorScheme: 'light', viewport: { width: 1280, height: 800 } });
      const { page } = visitor;
      const counter = (city: string): Locator => page.locator(`[data-city=${city}] [data-counter=stale]`);
      await show('/', '[data-at="plain-1.redis"]');

      // By a click, and by keys.
      await page.locator('[data-at="plain-1.redis"]').click();
      await page.getByRole('button', { name: 'Cortar' }).click();
      await page.locator('[data-at="plain-1.redis"]', { hasText: 'cortado' }).waitFor();
      await visitor.press('1');
      await page.locator('[data-at="api-1"][aria-pressed=true]').waitFor();
      await visitor.press('c');
      await page.locator('[data-at="api-1.redis"]', { hasText: 'cortado' }).waitFor();
      await counter('plain').filter({ hasNotText: /^\s*0/ }).waitFor();
      await counter('plain').click();
      await visitor.sees(/Debía mostrar al menos/);
      expect([await visitor.findingsOfAxe(), await visitor.cutOff()]).toEqual([[], []]);
      await visitor.press('Escape', 'h');
      await page.locator('[data-at="api-1.redis"]').filter({ hasNotText: 'cortado' }).waitFor();

      expect(await counter('ours').innerText()).toMatch(/^\s*0/);
      expect((await stateNow()).cities.ours).toMatchObject({
        staleAfterAcknowledgement: 0,
        wentBackwards: 0,
      });
      expect(await visitor.findingsOfAxe()).toEqual([]);
      expect(visitor.complaints).toEqual([]);
    });

    it('ask for a prediction before an experiment is done, and show the same as without a screen', async () => {
      const { visitor, show } = await open({ locale: 'en-GB', colorScheme: 'dark' });
      const { page } = visitor;
      await show('/experiments/stale-read', '[type=radio]');
      const run = page.getByRole('button', { name: /^Do (the experiment|it again)/ });
      expect(await run.isDisabled()).toBe(true);
      expect(await page.locator('[data-result]').count()).toBe(0);

      await visitor.press('2', 'r');
      await page.locator('[data-result=passed]').waitFor();
      await visitor.sees('Your prediction was right');
      const { body } = await ask<Outcome>('/experiments/stale-read/runs/latest');
      for (const { name } of body.measures) await visitor.sees(name.en);
      await page.getByRole('button', { name: 'Begin with a new card' }).click();
      const plain = page.locator('[data-by-hand] [data-city=plain]');
      await plain.getByRole('button', { name: 'Step of the reader' }).click();
      await plain.locator('li.done', { hasText: 'value = GET key' }).waitFor();

      expect([await visitor.findingsOfAxe(), await visitor.cutOff()]).toEqual([[], []]);
      expect(visitor.complaints).toEqual([]);
      await command('step end');
    });

    it('are fit for assistance, and cut nothing off at 320 px', async () => {
      for (const [locale, colorScheme] of [
        ['es-CO', 'dark'],
        ['en-GB', 'light'],
      ] as const) {
        const { visitor, show } = await open({ locale, colorScheme, viewport: { width: 320, height: 800 } });
        for (const [path, seen] of [
          ['/', '[data-at="plain-1.redis"]'],
          ['/experiments', '[data-row]'],
          ['/experiments/stale-read?prediction=1', '[data-result]'],
        ] as const) {
          await show(path, seen);
          expect([path, await visitor.findingsOfAxe(), await visitor.cutOff()]).toEqual([path, [], []]);
        }
        expect(visitor.complaints).toEqual([]);
      }
    });
  });

  it('leaves nothing behind when it is interrupted, whatever is paused', async () => {
    await command('process api-1 pause');
    await command('postgres pause');

    expect(await lab.end('SIGINT')).toBe(130);
    expect(await lab.left()).toEqual([]);
  });
});

describe('a lab that is killed', () => {
  it('leaves nothing behind', async () => {
    const lab = await LabProgram.start(['--processes', '2']);
    afterTest(() => lab.cleanUp());
    await until('its processes start', () => lab.stderr.includes('api-1'));
    await sleep(500);
    await lab.end('SIGKILL');

    await until('everything of it is gone', async () => (await lab.left()).length === 0);
  });
});

/** The status of a page or an answer that is asked for under another name. */
function statusUnder(host: string, url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asking = request(url, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asking.on('error', reject).end();
  });
}

/** What a stream has sent up to the line that ends with this text. */
async function read({ body }: Response, last: string): Promise<string> {
  let text = '';
  if (!body) return text;
  for await (const bytes of body) {
    text += Buffer.from(bytes as Uint8Array).toString();
    if (text.includes(last)) break;
  }
  return text;
}
