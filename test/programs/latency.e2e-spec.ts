import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { aRoute, aStation } from '../builders/network';
import { afterFile } from '../setup/after-test';
import { ask } from '../setup/api';
import { createDatabase } from '../setup/database';
import { startService, type Service } from '../setup/service';
import { startOverDatabase } from '../setup/service-over-database';
import { createTempFolder, removeFolder } from '../setup/temp-folder';
import { untilTrusted } from '../setup/until-trusted';

const PROGRAM = resolve(__dirname, '../../dist/programs/latency/main.js');

interface Results {
  readonly operations: readonly {
    readonly operation: string;
    readonly path: string;
    readonly samples: readonly { readonly source: string; readonly milliseconds: number }[];
    readonly summaries: Readonly<
      Record<string, { readonly count: number; readonly p50: number; readonly p99: number }>
    >;
    readonly ratio: number | null;
  }[];
}

let service: Service;
let folder: string;

beforeAll(async () => {
  const database = await createDatabase();
  afterFile(() => database.drop());
  service = await startService({ databaseUrl: database.url, env: { DEMO_DATA: 'on' } });
  afterFile(() => service.stop());
  await untilTrusted(service);
  folder = await createTempFolder();
  afterFile(() => removeFolder(folder));
});

/** Runs the program as `npm run latency` does where nobody is there to answer questions. */
function run(...args: string[]): Promise<{ exitCode: number; output: string }> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [PROGRAM, '--url', service.url, ...args],
      { cwd: folder },
      (error, stdout, stderr) => {
        done({ exitCode: error ? Number(error.code ?? -1) : 0, output: stdout + stderr });
      },
    );
  });
}

const resultsOf = async (name: string): Promise<Results> =>
  JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8')) as Results;

describe('npm run latency', () => {
  it('has a MISS and a HIT in each round, for every operation that is cached', async () => {
    const { exitCode, output } = await run('--iterations', '3', '--out', 'all');
    const { operations } = await resultsOf('all');

    expect([exitCode, exitCode === 0 ? '' : output]).toEqual([0, '']);
    expect(operations.length).toBeGreaterThanOrEqual(30);
    for (const { operation, samples, summaries, ratio } of operations) {
      const sources = samples.map(({ source }) => source);
      expect([operation, ...sources]).toEqual([operation, 'MISS', 'HIT', 'MISS', 'HIT', 'MISS', 'HIT']);
      expect(summaries).toMatchObject({ MISS: { count: 3 }, HIT: { count: 3 } });
      const [miss = 0, hit = 1] = [summaries.MISS?.p50, summaries.HIT?.p50];
      expect(ratio).toBeCloseTo(miss / hit);
    }
    const names = operations.map(({ operation }) => operation);
    expect(names).toEqual(expect.arrayContaining(['/finance/revenue', '/routes/{code}/current-location']));
    expect(names).not.toContain('/trips/finance/revenue');
    expect(names).not.toContain('/route/{code}/current-location');
    expect(output).toMatch(/ {5}1 {2}MISS +\d+\.\d\d ms/);
    expect(output).toMatch(/the median MISS takes \d+\.\d times as long as the median HIT/);
  });

  it('draws a picture with a row for each operation and a dot for each request', async () => {
    await run(
      '--operation',
      '/cards/{card_id}/balance',
      '--operation',
      '/trips/total',
      '--iterations',
      '4',
      '--out',
      'two',
    );
    const picture = await readFile(join(folder, 'two.svg'), 'utf8');

    expect(picture).toContain('>/cards/{card_id}/balance</text>');
    expect(picture).toContain('>/trips/total</text>');
    expect(picture.match(/<circle [^>]*r="2"/g)).toHaveLength(16);
    expect(picture).not.toContain('NaN');
  });

  it('learns ids and codes from the lists of any city, and names what it can not ask', async () => {
    const { service: other, client } = await startOverDatabase();
    await client.query(
      ['cards_card_id', 'stations_station_id', 'routes_route_id', 'trips_trip_id']
        .map((sequence) => `ALTER SEQUENCE ${sequence}_seq RESTART 700`)
        .join('; '),
    );
    const station = await aStation(client, { station_code: 'Ñ 1/2' });
    const { route_code } = await aRoute(client, [station]);

    const { exitCode, output } = await run('--url', other.url, '--iterations', '1', '--out', 'other');
    const { operations } = await resultsOf('other');

    expect([exitCode, exitCode === 0 ? '' : output]).toEqual([0, '']);
    const paths = operations.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        `/stations/${encodeURIComponent('Ñ 1/2')}/details`,
        '/stations/700/arrivals',
        `/routes/${encodeURIComponent(route_code)}/details`,
        '/trips/routes/700/stations',
      ]),
    );
    for (const { samples } of operations)
      expect(samples.map(({ source }) => source)).toEqual(['MISS', 'HIT']);
    expect(output).toMatch(/^skipped {2}\/trips\/\{trip_id\}: http:\S+\/trips\/1 answers 404$/m);
  });

  it('measures the path that it is given, and keeps it beside one that is not answered', async () => {
    const { exitCode, output } = await run(
      ...['/stations?status=active&locality=Suba', '/cards/999999/balance', '/cards/2/balance'].flatMap(
        (path) => ['--operation', path],
      ),
      ...['--iterations', '2', '--out', 'given'],
    );
    const { operations } = await resultsOf('given');

    expect(operations.map(({ operation }) => operation)).toEqual([
      '/stations?status=active&locality=Suba',
      '/cards/2/balance',
    ]);
    for (const { summaries } of operations)
      expect(summaries).toMatchObject({ MISS: { count: 2 }, HIT: { count: 2 } });
    expect(output).toContain(
      `skipped  /cards/999999/balance: ${service.url}/cards/999999/balance answers 404`,
    );
    expect(exitCode).toBe(1);
  });

  it('keeps what it has measured when it is interrupted', async () => {
    const args = ['--url', service.url, '--iterations', '100000', '--out', 'interrupted'];
    const program = spawn(process.execPath, [PROGRAM, ...args], { cwd: folder });
    let output = '';
    let isHeard = false;
    program.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      // A second one would end it at once.
      if (/^ +20 /m.test(output)) isHeard ||= program.kill('SIGINT');
    });

    expect(await once(program, 'exit')).toEqual([0, null]);
    const { operations } = await resultsOf('interrupted');
    expect(operations.map(({ operation }) => operation)).toEqual(['/users/count']);
    expect(operations[0]?.samples.length).toBeGreaterThanOrEqual(20);
    expect(output).toContain('cut short  /users/count: interrupted');
  });

  it('changes nothing but what is cached', async () => {
    const before = (await ask(service, '/trips/total')).body;
    await run('--iterations', '1', '--out', 'nothing');

    expect((await ask(service, '/trips/total')).body).toEqual(before);
  });

  it('measures what is not cached, too', async () => {
    const { exitCode } = await run('--cacheable=no', '--iterations', '2', '--out', 'uncached');
    const { operations } = await resultsOf('uncached');

    expect(exitCode).toBe(0);
    expect(operations.map(({ operation }) => operation)).toEqual(
      expect.arrayContaining(['/users/{user_id}', '/cards/{card_id}', '/cards/{card_id}/statement']),
    );
    for (const { samples, ratio } of operations) {
      expect(samples.map(({ source }) => source)).toEqual(['NONE', 'NONE']);
      expect(ratio).toBeNull();
    }
  });

  it.each([
    [
      ['--operation', '/nothing'],
      '/nothing is not an operation that can be measured; these are: /users/count',
    ],
    [['--iterations', '0'], '--iterations must be a whole number from 1 to 100000'],
    [['--iterations', 'many'], '--iterations must be a whole number from 1 to 100000'],
    [['--colour', 'red'], "Unknown option '--colour'"],
    [['--url', 'nowhere'], '--url must be a URL, not nowhere (see --help)'],
    [['--url', 'http://127.0.0.1:1'], 'no service answers at http://127.0.0.1:1'],
  ])('says in one line what is wrong with %j', async (args, line) => {
    const { exitCode, output } = await run(...args);

    expect(exitCode).toBe(1);
    expect(output).toContain(`travel-recharge: ${line}`);
    expect(output.trim().split('\n')).toHaveLength(1);
  });
});
