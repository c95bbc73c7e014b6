import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterFile, afterTest } from '../setup/after-test';
import { createTempFolder, removeFolder } from '../setup/temp-folder';
import { until } from '../setup/until';
import { EXPERIMENTS } from './experiments/experiments';
import type { Outcome } from './experiments/run-experiment';
import { LabProgram } from './lab-program';
import type { LabState } from './state';

/** Two cities are started, on a machine on which other tests run. */
const TIMEOUT_MS = 240_000;
jest.setTimeout(TIMEOUT_MS);

describe('npm run lab -- --experiment all --json', () => {
  it('breaks the plain pattern where it must, and never ours, and leaves nothing behind', async () => {
    const lab = await LabProgram.start(['--experiment', 'all', '--json']);
    afterTest(() => lab.cleanUp());

    const exitCode = await lab.ended();
    const { outcomes } = JSON.parse(lab.stdout) as { outcomes: readonly Outcome[] };
    const verdicts = outcomes.map(({ experiment, error, brokenBooks, oursKeptItsPromises, plainBroke }) => ({
      experiment,
      error,
      brokenBooks,
      oursKeptItsPromises,
      plainBroke,
    }));

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
  });
});

describe('the API of a lab that carries out a script', () => {
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
    await command('step plain read');
    await command('step ours read');
    const { steps } = await stateNow();

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
    const [{ url: page } = { url: '' }] = (await stateNow()).processes;
    const own = await fetch(`${url}/state`, { headers: { origin: page } });
    await own.arrayBuffer();

    expect(foreign.status).toBe(403);
    expect(plainForm.status).toBe(415);
    expect(own.headers.get('access-control-allow-origin')).toBe(page);
    expect((await ask('/nothing')).status).toBe(404);
    expect((await ask('/state', { method: 'DELETE' })).status).toBe(405);
  });

  it('has the texts of all experiments, in both languages', async () => {
    const { body } = await ask<{ experiments: readonly object[] }>('/experiments');

    expect(body.experiments).toHaveLength(11);
    expect(JSON.stringify(body.experiments)).not.toMatch(/"(en|es)":""/);
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
