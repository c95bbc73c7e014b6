import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { STORED_FORMAT_VERSION } from '../../src/platform/cache/store/stored-response';
import { ServiceClient } from '../../src/programs/service-traffic/service-client';
import { Tally } from '../../src/programs/service-traffic/tally';
import { connect } from '../builders/connect';
import { afterFile, afterTest } from '../setup/after-test';
import { Balancer } from '../setup/balancer';
import { cachedMembersOf, cachedPathsOf } from '../setup/cached-members';
import { CityTraffic } from '../setup/city-traffic';
import { createEmptyDatabase, type TestDatabase } from '../setup/database';
import { ImportProgram, type ImportRun } from '../setup/import-program';
import { breaksOf } from '../setup/ledger';
import { RechargeTraffic } from '../setup/recharge-traffic';
import { buildLastRelease, type ReleasedBuild } from '../setup/released-build';
import { type Service, startService } from '../setup/service';
import { createTempFolder, removeFolder } from '../setup/temp-folder';
import { readVariable } from '../setup/variables';

/** TEST_SEED repeats a run, or makes another. */
const SEED = Number(process.env.TEST_SEED ?? 20_261_128);
const CARDS = 3;

let release: ReleasedBuild;
let database: TestDatabase;
let balancer: Balancer;
let old: readonly Service[];
let recent: readonly Service[];
let recharges: RechargeTraffic;
let city: CityTraffic;
let client: Client;
let cachedPaths: readonly string[];
let cachedMembers: Readonly<Record<string, readonly string[]>>;
/** The SQL between both. */
let plan: string;

beforeAll(async () => {
  console.log(`seed ${SEED}`);
  release = await buildLastRelease();
  database = await createEmptyDatabase();
  afterFile(() => database.drop());
  const seeded = await runProgram(
    join(release.folder, 'dist/programs/seed/main.js'),
    '--cards',
    '200',
    '--trips',
    '600',
    '--days',
    '2',
  );
  if (seeded.code !== 0) throw new Error(`${release.name} could not seed: ${seeded.errors}`);
  client = await connect(database.url);
  afterFile(() => client.end());
  old = [await start(release.folder), await start(release.folder)];
  cachedPaths = await cachedPathsOf(first(old));
  cachedMembers = await cachedMembersOf(first(old), cachedPaths, client);
  balancer = await Balancer.start();
  afterFile(() => balancer.stop());
  old.forEach((service) => balancer.add(service));
  const cards: number[] = [];
  while (cards.length < CARDS) cards.push(await anEmptyCard());
  recharges = new RechargeTraffic([balancer.url], cards);
  recharges.start();
  afterFile(() => recharges.stop());
  city = await CityTraffic.start(balancer.url, SEED);
  afterFile(() => city.stop());
  await flows();
});

/** A process over the database; that of this state by default. */
async function start(root?: string): Promise<Service> {
  const redisUrl = readVariable('TEST_REDIS_URL');
  const env = { MAX_CARD_BALANCE: '1000000000', LOG_LEVEL: 'warn' };
  const service = await startService({ root, databaseUrl: database.url, redisUrl, env });
  afterFile(() => service.stop());
  return service;
}

/** By a request of its own: `ask` would keep the document of the release before for all tests that follow. */
async function anEmptyCard(): Promise<number> {
  const client = new ServiceClient(balancer.url, new Tally());
  const issued = await client.send<{ card_id: number }>('issue', 'POST', '/cards', {});
  if (!issued?.ok) throw new Error('the card was refused');
  return issued.body.card_id;
}

async function runProgram(path: string, ...args: string[]): Promise<ImportRun> {
  const folder = await createTempFolder();
  afterTest(() => removeFolder(folder));
  return ImportProgram.start(folder, args, { DATABASE_URL: database.url }, path).ended;
}

/** Every operation is answered, and every recharge at its first try. */
async function flows(): Promise<void> {
  const delay = await Promise.all([recharges.flows(), city.flows()]).then(
    () => [],
    (error: unknown) => [String(error)],
  );
  expect([...recharges.failures, ...city.tally.failedByReason.map(String), ...delay]).toEqual([]);
  expect([recharges.refusedWrites, recharges.refusedReads]).toEqual([0, 0]);
  // A read is as new as if one release alone had served.
  expect(recharges.violations).toEqual([]);
}

it('the schema is migrated while the release before serves', async () => {
  const planned = await runProgram('programs/migrate/main.js', '--plan');
  plan = planned.output;
  console.log(`from ${release.name}`);
  expect(planned).toMatchObject({ code: 0, errors: '' });
  await flows();

  expect(await runProgram('programs/migrate/main.js')).toMatchObject({ code: 0, errors: '' });

  await flows();
  const left = await runProgram('programs/migrate/main.js', '--plan');
  expect(left.output).toBe('-- 0 migrations would run.\n');
});

it('both releases serve side by side', async () => {
  recent = [await start(), await start()];
  recent.forEach((service) => balancer.add(service));

  await flows();
  await flows();
});

it('the release before is stopped, and this state serves alone', async () => {
  for (const service of old) {
    await balancer.remove(service);
    expect(await service.stop()).toEqual({ code: 0, signal: null });
  }

  await flows();
});

it('what the release before has cached has the members that this state returns', async () => {
  const source = readFileSync(join(release.folder, 'src/platform/cache/store/stored-response.ts'), 'utf8');
  const version = Number(/STORED_FORMAT_VERSION = (\d+)/.exec(source)?.[1]);
  if (version !== STORED_FORMAT_VERSION) {
    // They count as two servers of Redis, and neither reads what the other has stored.
    expect(version).toBeLessThan(STORED_FORMAT_VERSION);
    return;
  }
  const cleared = await fetch(`${first(recent).url}/cache/clear`, { method: 'POST' });
  expect(cleared.status).toBe(200);

  const now = await cachedMembersOf(first(recent), cachedPaths, client);
  expect(cachedPaths.length).toBeGreaterThan(30);
  expect(now).toEqual(cachedMembers);
});

it('the release before starts again, to go back', async () => {
  const isMadeForThat = existsSync(join(release.folder, 'src/programs/migrate/main.ts'));
  if (!isMadeForThat || /^-- Contract/m.test(plan)) {
    await expect(start(release.folder)).rejects.toThrow('newer than this program');
    return;
  }
  const again = await start(release.folder);
  balancer.add(again);
  await flows();
});

it('the books are right, and no recharge is lost or there twice', async () => {
  await Promise.all([recharges.stop(), city.stop()]);

  expect(await recharges.faultsIn(database.url)).toEqual([]);
  expect(await breaksOf(database.url)).toEqual({});
});

function first([service]: readonly Service[]): Service {
  if (!service) throw new Error('none was started');
  return service;
}
