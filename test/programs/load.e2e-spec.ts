import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findFreePort } from '../../src/platform/postgres/embedded/free-port';
import { seedDemonstration } from '../../src/programs/seed/seed-demonstration';
import { aKey } from '../builders/keys';
import { afterFile, afterTest } from '../setup/after-test';
import { breaksOf } from '../setup/ledger';
import { startService } from '../setup/service';
import { type ServiceOverDatabase, startOverDatabase } from '../setup/service-over-database';
import { createTempFolder, removeFolder } from '../setup/temp-folder';
import { until } from '../setup/until';

const PROGRAMS = join(__dirname, '..', '..', 'dist', 'programs');
const PROGRAM = join(PROGRAMS, 'load', 'main.js');
const SEED = 20_260_311;

interface Results {
  readonly operations: readonly {
    readonly operation: string;
    readonly requests: number;
    readonly sources: Readonly<Record<string, number>>;
    readonly milliseconds: { readonly p50: number; readonly p99: number; readonly max: number };
  }[];
  readonly refused: Readonly<Record<string, number>>;
  readonly failed: Readonly<Record<string, number>>;
}

let over: ServiceOverDatabase;
let folder: string;

beforeAll(async () => {
  folder = await createTempFolder();
  afterFile(() => removeFolder(folder));
  // A card is full after a few recharges, and a rider who rides on and on is not.
  over = await startOverDatabase({ MAX_CARD_BALANCE: '110000' });
  await seedDemonstration(over.database.url, {
    now: new Date(),
    timeZone: 'America/Bogota',
    cards: 100,
    trips: 500,
  });
});

interface Run {
  readonly exitCode: number;
  readonly output: string;
}

/** Runs the built program against the service, unless another URL is among the arguments. */
function load(...args: readonly (string | number)[]): Promise<Run> {
  const all = ['--url', over.service.url, '--connections', 8, '--duration', 2, '--seed', SEED, ...args];
  return runProgram(PROGRAM, all.map(String));
}

function runProgram(path: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Run> {
  const options = { cwd: folder, env: { ...process.env, ...env } };
  return new Promise((done) => {
    execFile(process.execPath, [path, ...args], options, (error, stdout, stderr) => {
      done({ exitCode: error ? Number(error.code ?? -1) : 0, output: stdout + stderr });
    });
  });
}

const resultsOf = async (name: string): Promise<Results> =>
  JSON.parse(await readFile(join(folder, name), 'utf8')) as Results;

const requestsOf = ({ operations }: Results, name: string): number =>
  operations.find(({ operation }) => operation === name)?.requests ?? 0;

const refusedOf = ({ refused }: Results, name: string): number =>
  Object.entries(refused).reduce((sum, [reason, n]) => (reason.startsWith(`${name}: `) ? sum + n : sum), 0);

async function count(query: string): Promise<number> {
  const { rows } = await over.client.query<{ count: number }>(`SELECT count(*) AS count FROM ${query}`);
  return rows[0]?.count ?? NaN;
}

describe('npm run load', () => {
  it('counts by operation what a city does, as the database does too', async () => {
    const [trips, recharges] = [await count('trips'), await count('recharges')];
    const foreign = 'trips WHERE card_id <= 100';
    const before = await count(foreign);

    const { exitCode, output } = await load('--mix', 'city', '--duration', 4, '--json', 'city.json');

    expect([exitCode, exitCode === 0 ? '' : output]).toEqual([0, '']);
    const results = await resultsOf('city.json');
    const newTrips = (await count('trips')) - trips;
    const newRecharges = (await count('recharges')) - recharges - 80;
    // What was on its way when the time was over is stored, but was not heard of.
    const boarded = requestsOf(results, 'board') - refusedOf(results, 'board');
    expect(newTrips - boarded).toBeGreaterThanOrEqual(0);
    expect(newTrips - boarded).toBeLessThanOrEqual(8);
    const recharged = requestsOf(results, 'recharge') - refusedOf(results, 'recharge');
    expect(newRecharges - recharged).toBeGreaterThanOrEqual(0);
    expect(newRecharges - recharged).toBeLessThanOrEqual(8);
    expect(boarded).toBeGreaterThan(0);
    expect(await count(foreign)).toBe(before);
    expect(await breaksOf(over.database.url)).toEqual({});

    const balance = results.operations.find(({ operation }) => operation === 'balance');
    expect(balance?.sources).toMatchObject({ HIT: expect.any(Number) as unknown });
    expect(balance?.milliseconds.p50).toBeGreaterThan(0);
    expect(balance?.milliseconds.max).toBeGreaterThanOrEqual(balance?.milliseconds.p99 ?? NaN);
    expect(output).toMatch(/^balance +\d+ +[\d.]+ +\d+ %( +[\d.]+){4}$/m);
    expect(results.failed).toEqual({});
    expect(output).toMatch(
      /^network {2}\d+ routes, \d+ stations\n(cards {4}\d+ of 80 issued\n)*cards {4}80 of 80 issued\nseed /,
    );
  });

  it('counts apart what is rightly refused', async () => {
    const recharges = await count('recharges');

    const { exitCode, output } = await load('--mix', 'recharges', '--cards', 8, '--json', 'refused.json');

    expect([exitCode, exitCode === 0 ? '' : output]).toEqual([0, '']);
    const results = await resultsOf('refused.json');
    const accepted = requestsOf(results, 'recharge') - refusedOf(results, 'recharge');
    expect(Object.keys(results.refused)).toEqual(['recharge: 409 balance_limit']);
    // Each card takes one of 100,000 when it is issued, and 10,000 more.
    const stored = (await count('recharges')) - recharges - 8;
    expect(stored).toBeGreaterThanOrEqual(accepted);
    expect(stored).toBeLessThanOrEqual(16);
    expect(stored - accepted).toBeLessThanOrEqual(8);
    expect(output).toMatch(/^refused +\d+ recharge: 409 balance_limit$/m);
  });

  it('tells what it has measured when it is interrupted', async () => {
    const args = ['--url', over.service.url, '--connections', '2', '--duration', '600', '--mix', 'rides'];
    const program = spawn(process.execPath, [PROGRAM, ...args]);
    let output = '';
    program.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (/^load /m.test(output)) setTimeout(() => program.kill('SIGINT'), 500);
    });

    expect(await once(program, 'exit')).toEqual([0, null]);
    expect(output).toMatch(/^board +\d+/m);
  });

  it.each([
    ['--mix', 'village'],
    ['--connections', '0'],
    ['--duration', 'long'],
    ['--cards', '7'],
    ['--what', 'ever'],
    ['--url', 'nowhere'],
  ])('refuses %s %s in one line', async (...args) => {
    const { exitCode, output } = await load(...args);
    expect(output).toMatch(/^travel-recharge: [^\n]+ \(see --help\)\n$/);
    expect(exitCode).toBe(1);
  });

  it('exits with 1 when no service is there', async () => {
    const url = `http://127.0.0.1:${await findFreePort()}`;
    expect(await load('--url', url)).toEqual({
      exitCode: 1,
      output: `travel-recharge: no service answers at ${url}: ECONNREFUSED\n`,
    });
  });

  // The last: the service is gone after it.
  it('exits with 1 when requests fail that should not', async () => {
    const reads = (): number => over.service.output.split('"path":"/trips/total"').length;
    const before = reads();
    const running = load('--mix', 'reads', '--duration', 5);
    await until('the load has begun', () => reads() > before);
    await over.service.stop();

    const { exitCode, output } = await running;
    expect(output).toMatch(/^FAILED +\d+ [a-z ]+: (no answer|503 service_stopping)$/m);
    expect(exitCode).toBe(1);
  });
});

describe('a program that calls a service which asks for keys', () => {
  it('shows the key of --key, of the environment, or of a file that it names, and says when one is missing', async () => {
    const dataDir = join(folder, 'required');
    const service = await startService({
      databaseUrl: over.database.url,
      env: { AUTH: 'required', SIMULATION: 'on', DATA_DIR: dataDir },
    });
    afterTest(() => service.stop());
    const { text } = await aKey(over.client, 'simulator');
    await writeFile(join(folder, 'key'), text);
    const run = (program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Run> =>
      runProgram(join(PROGRAMS, program, 'main.js'), ['--url', service.url, ...args], env);
    const shortLoad = ['--mix', 'reads', '--connections', '1', '--duration', '1'];

    const [without, withOption, withVariable, withFile] = await Promise.all([
      run('load', shortLoad),
      run('load', [...shortLoad, '--key', text]),
      run('simulate', ['--taps', '4', '--rate', '100'], { TRAVEL_RECHARGE_KEY: text }),
      run('latency', ['--operation', '/finance/revenue', '--iterations', '1'], {
        TRAVEL_RECHARGE_KEY_FILE: join(folder, 'key'),
      }),
    ]);

    expect(without).toMatchObject({ exitCode: 1, output: expect.stringContaining('key_required') as string });
    for (const { exitCode, output } of [withOption, withVariable, withFile])
      expect([exitCode, exitCode === 0 ? '' : output]).toEqual([0, '']);
  });
});
