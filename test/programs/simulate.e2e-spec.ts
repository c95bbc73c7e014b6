import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { StationPage } from '../../src/modules/stations/dto/station-responses.dto';
import type { SimulationResponse } from '../../src/modules/trips/dto/trip-responses.dto';
import { findFreePort } from '../../src/platform/postgres/embedded/free-port';
import { seedDemonstration } from '../../src/programs/seed/seed-demonstration';
import { ask } from '../setup/api';
import { afterTest } from '../setup/after-test';
import { createDatabase } from '../setup/database';
import { type ServiceOverDatabase, startOverDatabase } from '../setup/service-over-database';
import { createTempFolder, removeFolder } from '../setup/temp-folder';

const PROGRAM = join(__dirname, '..', '..', 'dist', 'programs', 'simulate', 'main.js');
const SEED = 20_260_311;

let over: ServiceOverDatabase;

beforeAll(async () => {
  over = await startOverDatabase({ SIMULATION: 'on' });
  await seedDemonstration(over.database.url, {
    now: new Date(),
    timeZone: 'America/Bogota',
    cards: 200,
    trips: 1_000,
  });
});

interface Run {
  readonly exitCode: number;
  readonly output: string;
}

/** Runs the built program against the service, unless another URL is among the arguments. */
function simulate(args: readonly (string | number)[], env: Readonly<Record<string, string>>): Promise<Run> {
  const all = ['--url', over.service.url, ...args.map(String)];
  return new Promise((done) => {
    execFile(
      process.execPath,
      [PROGRAM, ...all],
      { env: { PATH: process.env.PATH, ...env } },
      (error, stdout, stderr) => {
        done({ exitCode: error ? Number(error.code ?? -1) : 0, output: stdout + stderr });
      },
    );
  });
}

/** A number of the output. */
function numberIn(output: string, pattern: RegExp): number {
  return Number(pattern.exec(output)?.[1] ?? NaN);
}

async function count(query: string): Promise<number> {
  const { rows } = await over.client.query<{ count: number }>(`SELECT count(*) AS count FROM ${query}`);
  return rows[0]?.count ?? NaN;
}

const MINE = `cards JOIN users USING (user_id) WHERE last_name LIKE 'Sintética %'`;

describe('npm run simulate', () => {
  it('takes 200 riders through the morning, counts what came of it, and proves the books', async () => {
    const cardsBefore = await count('cards');
    const tripsBefore = await count('trips');
    const rechargesBefore = await count('recharges');

    const { exitCode, output } = await simulate(['--taps', 200, '--rate', 100, '--seed', SEED], {
      DATABASE_URL: over.database.url,
    });

    expect(output).toContain(`seed       ${SEED}, plan `);
    expect(output).toContain('The books are right.\n');
    expect(exitCode).toBe(0);
    const boarded = numberIn(output, /^boarded +(\d+)/m);
    const refused = numberIn(output, /refused (\d+)$/m);
    expect(boarded + refused).toBe(200);
    expect(boarded).toBeGreaterThan(150);
    expect(await count('trips')).toBe(tripsBefore + boarded);
    expect(await count('recharges')).toBe(rechargesBefore + numberIn(output, /^recharges +(\d+)$/m));
    expect(await count(`trips WHERE trip_id > ${tripsBefore} AND is_transfer`)).toBe(
      numberIn(output, /(\d+) of them transfers/),
    );
    expect(await count('cards')).toBe(cardsBefore + 40);
    expect(await count(MINE)).toBeGreaterThan(20);
    expect(numberIn(output, /^ +board +(\d+)/m)).toBe(200);
    const reasons = [...output.matchAll(/^refused +(\d+) board: (402|409) [a-z_]+$/gm)];
    expect(reasons.reduce((sum, [, refusals]) => sum + Number(refusals), 0)).toBe(refused);
    expect(output).toMatch(/^refused +\d+ board: 402 insufficient_balance$/m);
  });

  it('has validators that lose their connection, and report each tap once, later', async () => {
    const trips = await count('trips');
    const known = await count('taps');
    const adjusted = await count(`fare_adjustments WHERE amount <> 0`);

    const { exitCode, output } = await simulate(
      ['--taps', 200, '--rate', 100, '--seed', SEED, '--offline', 0.7],
      { DATABASE_URL: over.database.url },
    );

    expect(output).toMatch(
      /^offline +1[1-6]\d of 200 validators, for 0\.\d s on average, plan [0-9a-f]{12}$/m,
    );
    expect(output).toContain('The books are right.\n');
    expect(exitCode).toBe(0);
    const [accepted, refused, exits] = [/(\d+) entries/, /and (\d+) refused/, /; (\d+) exits/].map(
      (pattern) => numberIn(output, pattern),
    );
    const [sent, rated, duplicates] = [/^sent +(\d+)/m, /(\d+) rated/, /(\d+) duplicates/].map((pattern) =>
      numberIn(output, pattern),
    );
    expect(accepted).toBeGreaterThan(10);
    expect([rated, output.includes('suspense  ')]).toEqual([(accepted ?? 0) + (exits ?? 0), false]);
    expect(sent).toBe((accepted ?? 0) + (refused ?? 0) + (exits ?? 0) + (duplicates ?? 0));
    expect(await count('taps')).toBe(known + (sent ?? 0) - (duplicates ?? 0));
    expect(await count('trips')).toBe(trips + numberIn(output, /^boarded +(\d+)/m) + (accepted ?? 0));
    expect(await count(`fare_adjustments WHERE amount <> 0`)).toBe(
      adjusted + numberIn(output, /^adjusted +(\d+)/m),
    );
  });

  it('leaves the cards of others alone', async () => {
    const foreign = 'trips JOIN cards USING (card_id) WHERE card_id <= 200';
    const before = await count(foreign);
    await simulate(['--taps', 20], { DATABASE_URL: over.database.url });
    expect(await count(foreign)).toBe(before);
  });

  it('plans the same morning for the same seed', async () => {
    const planOf = async (seed: number): Promise<string | undefined> => {
      const { output } = await simulate(['--taps', 15, '--seed', seed], { DATABASE_URL: over.database.url });
      return /plan ([0-9a-f]{12})$/m.exec(output)?.[1];
    };
    const plan = await planOf(1);
    expect(plan).toMatch(/^[0-9a-f]{12}$/);
    expect(await planOf(1)).toBe(plan);
    expect(await planOf(2)).not.toBe(plan);
  });

  it('exits with 1 when no service is there', async () => {
    const url = `http://127.0.0.1:${await findFreePort()}`;
    expect(await simulate(['--url', url], {})).toEqual({
      exitCode: 1,
      output: `travel-recharge: no service answers at ${url}: ECONNREFUSED\n`,
    });
  });

  it('exits with 1 when a request fails that should not', async () => {
    const broken = await startBroken();
    const { exitCode, output } = await simulate(['--url', broken, '--taps', 20], {
      DATABASE_URL: over.database.url,
    });
    expect(output).toMatch(/^FAILED +20 board: 500 internal_error$/m);
    expect(output).toContain('The books are right.\n');
    expect(exitCode).toBe(1);
  });

  it('exits with 1 when the books are wrong', async () => {
    await over.client.query('UPDATE cards SET version = version + 1 WHERE card_id = 1');
    afterTest(async () => {
      await over.client.query('UPDATE cards SET version = version - 1 WHERE card_id = 1');
    });
    const { exitCode, output } = await simulate(['--taps', 10], { DATABASE_URL: over.database.url });
    expect(output).toContain('The books are wrong. Rows that break a check: 1.\n');
    expect(exitCode).toBe(1);
  });

  it('exits with 1 rather than prove the books of another database', async () => {
    const other = await createDatabase();
    afterTest(() => other.drop());
    const { exitCode, output } = await simulate(['--taps', 10], { DATABASE_URL: other.url });
    expect(output).toContain('DATABASE_URL is not the database of this service.\n');
    expect(exitCode).toBe(1);
  });

  it('says so where it cannot read the books', async () => {
    const folder = await createTempFolder();
    afterTest(() => removeFolder(folder));
    const { exitCode, output } = await simulate(['--taps', 10], { DATA_DIR: folder });
    expect(output).toContain('The books are not checked: set DATABASE_URL');
    expect(exitCode).toBe(0);
  });

  it.each([
    ['--taps', '0'],
    ['--rate', 'fast'],
    ['--offline', '1.5'],
    ['--what', 'ever'],
    ['--url', 'nowhere'],
  ])('refuses %s %s in one line', async (...args) => {
    const { exitCode, output } = await simulate(args, {});
    expect(output).toMatch(/^travel-recharge: [^\n]+ \(see --help\)\n$/);
    expect(exitCode).toBe(1);
  });
});

describe('POST /trips/simulate/revenue-test', () => {
  it('rides as riders do, with changes on the way', async () => {
    const { status, body } = await ask<SimulationResponse>(
      over.service,
      '/trips/simulate/revenue-test?num_trips=60',
      { method: 'POST' },
    );
    const { trips } = body;
    expect(status).toBe(200);
    expect(trips.length).toBeGreaterThan(30);
    expect(trips.length).toBeLessThanOrEqual(60);
    expect(new Set(trips.map(({ route_id }) => route_id)).size).toBeGreaterThan(10);
    const ids = trips.map(({ trip_id }) => trip_id).join();
    expect(await count(`trips WHERE trip_id IN (${ids}) AND is_transfer`)).toBeGreaterThan(0);
  });
});

describe('the demonstration city', () => {
  it('has stations, arrivals, alerts and cache keys to read, and rides to simulate', async () => {
    const { service } = over;
    const { body } = await ask<StationPage>(service, '/stations');
    const [station] = body.stations;

    const answers = await Promise.all(
      [
        '/stations/identifiers',
        `/stations/${station?.station_code ?? ''}/details`,
        `/stations/${station?.station_id ?? ''}/arrivals`,
        `/stations/${station?.station_id ?? ''}/alerts`,
        '/system/alerts',
        '/cache/keys',
      ].map((path) => ask(service, path)),
    );
    const simulated = await ask(service, '/trips/simulate/revenue-test?num_trips=3', { method: 'POST' });

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect(simulated).toMatchObject({ status: 200, body: { simulation_summary: { requested_trips: 3 } } });
  });
});

/** The service behind a proxy that fails at every boarding. */
async function startBroken(): Promise<string> {
  const proxy: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = 'GET', url = '/' } = request;
      const answer =
        url === '/trips/start'
          ? Promise.resolve(new Response('{"code":"internal_error"}', { status: 500 }))
          : fetch(over.service.url + url, {
              method,
              ...(method !== 'GET' && {
                body: Buffer.concat(chunks),
                headers: { 'content-type': 'application/json' },
              }),
            });
      void answer.then(async (from) => {
        response.writeHead(from.status, { 'content-type': 'application/json' });
        response.end(Buffer.from(await from.arrayBuffer()));
      });
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  afterTest(async () => {
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
  });
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}
