import { execFile } from 'node:child_process';
import { copyFile, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { aCard } from '../builders/rides';
import { connect } from '../builders/connect';
import { PostgresNode } from '../setup/postgres-node';
import { type Acknowledged, RechargeTraffic } from '../setup/recharge-traffic';
import { startService } from '../setup/service';
import { createTempFolder, removeFolder } from '../setup/temp-folder';
import { until } from '../setup/until';

const PROGRAMS = resolve(__dirname, '../../dist/programs');
const CARDS = 4;

export interface DrillOptions {
  /** How many cards the city has before the load. */
  readonly cards: number;
  /** How long is recharged before the moment that is restored, and after it. */
  readonly seconds: number;
  readonly log: (line: string) => void;
}

type CleanUp = () => Promise<unknown>;

/**
 * Restores a city to a moment before it was wrecked: a base copy and a continuous archive are made under load, rows are deleted
 * as only a superuser can, the server is killed, and another one recovers to that moment.
 *
 * @returns what is wrong with the restored city, each as a sentence; nothing when all is right.
 */
export async function drill(options: DrillOptions): Promise<string[]> {
  const cleanUps: CleanUp[] = [];
  try {
    return await runDrill(options, (cleanUp) => cleanUps.push(cleanUp));
  } finally {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  }
}

async function runDrill(
  { cards, seconds, log }: DrillOptions,
  after: (cleanUp: CleanUp) => void,
): Promise<string[]> {
  const folder = await createTempFolder();
  after(() => removeFolder(folder));
  const city = await PostgresNode.create();
  after(() => city.remove());
  const copy = await city.sibling();
  after(() => copy.remove());
  const archive = await city.makeFolder('archive');
  await city.configure({
    archive_mode: 'on',
    archive_command: `test ! -f "${archive}/%f" && cp "%p" "${archive}/%f"`,
  });
  await city.start();
  await city.ensureDatabase();
  await run(city.url, 'seed', '--cards', String(cards));
  const sealFile = join(folder, 'seals.ndjson');
  const service = await startService({
    databaseUrl: city.url,
    env: { SEAL_FILE: sealFile, MAX_CARD_BALANCE: '1000000000', LOG_LEVEL: 'warn' },
  });
  after(() => service.stop());
  const cardIds: number[] = [];
  while (cardIds.length < CARDS) cardIds.push(await aCard(service, 0));
  const traffic = new RechargeTraffic([service.url], cardIds);
  traffic.start();
  after(() => traffic.stop());
  await traffic.flows();

  await city.copyTo(copy);
  log('a base copy was made under load');
  await sleep(seconds * 1_000);
  await until('a seal was kept elsewhere', async () => (await linesOf(sealFile)) > 0);
  await traffic.flows();
  const heads = join(folder, 'heads.ndjson');
  await copyFile(sealFile, heads);
  const moment = Date.now();
  await sleep(seconds * 1_000);
  await traffic.flows();
  await traffic.stop();

  const deleted = await wreck(city);
  await untilArchived(city);
  await city.kill();
  log(`${deleted} postings were deleted, and the server was killed`);

  const begun = performance.now();
  await copy.configure({
    archive_mode: 'off',
    restore_command: `cp "${archive}/%f" "%p"`,
    // A setting takes no Z.
    recovery_target_time: new Date(moment).toISOString().replace('Z', '+00'),
    recovery_target_action: 'promote',
  });
  await copy.write('recovery.signal', '');
  await copy.start();
  await until('the recovery is over', async () => {
    const [row] = await copy.query<{ is_over: boolean }>('SELECT NOT pg_is_in_recovery() AS is_over');
    return row?.is_over === true;
  });
  log(`recovered within ${((performance.now() - begun) / 1_000).toFixed(1)} s`);

  return [
    ...(await compare(copy.url, traffic.acknowledged, moment, log)),
    ...traffic.failures,
    ...(await verify(copy.url, log, 'verify-ledger', '--head', heads)),
    ...(await verify(copy.url, log, 'verify-fares')),
  ];
}

/** Deletes what was recharged. @returns how many postings. */
async function wreck(city: PostgresNode): Promise<number> {
  const rows = await city.queryPastGuards(
    `DELETE FROM postings WHERE kind = 'recharge' RETURNING posting_id`,
  );
  return rows.length;
}

/** Waits for what `archive_timeout` does in production. */
async function untilArchived(city: PostgresNode): Promise<void> {
  const [last] = await city.query<{ file: string }>('SELECT pg_walfile_name(pg_switch_wal()) AS file');
  await until('all is archived', async () => {
    const [row] = await city.query<{ file: string | null }>(
      'SELECT last_archived_wal AS file FROM pg_stat_archiver',
    );
    return (row?.file ?? '') >= (last?.file ?? '');
  });
}

/** What was acknowledged before the moment is there, and what was sent after it is not. */
async function compare(
  databaseUrl: string,
  acknowledged: readonly Acknowledged[],
  moment: number,
  log: (line: string) => void,
): Promise<string[]> {
  const client = await connect(databaseUrl);
  try {
    const { rows } = await client.query<{ id: string }>('SELECT recharge_id::text AS id FROM recharges');
    const restored = new Set(rows.map(({ id }) => Number(id)));
    const before = acknowledged.filter(({ acknowledgedAt }) => acknowledgedAt < moment);
    const later = acknowledged.filter(({ sentAt }) => sentAt > moment);
    const last = Math.max(...before.map(({ acknowledgedAt }) => acknowledgedAt));
    log(
      `restored to ${new Date(moment).toISOString()}: ${before.length} recharges acknowledged until ${moment - last} ms before it, and none of ${later.length} sent after it`,
    );
    if (before.length === 0 || later.length === 0) return ['nothing was recharged before it, or after it'];
    return [
      ...before
        .filter(({ rechargeId }) => !restored.has(rechargeId))
        .map(({ rechargeId }) => `recharge ${rechargeId}, acknowledged before the moment, is missing`),
      ...later
        .filter(({ rechargeId }) => restored.has(rechargeId))
        .map(({ rechargeId }) => `recharge ${rechargeId}, sent after the moment, is there`),
    ];
  } finally {
    await client.end();
  }
}

async function verify(
  databaseUrl: string,
  log: (line: string) => void,
  program: string,
  ...args: readonly string[]
): Promise<string[]> {
  try {
    const lines = (await run(databaseUrl, program, ...args)).trim().split('\n');
    log(`${program}: ${lines.at(-1) ?? ''}`);
    return [];
  } catch (error) {
    const { stdout = '', message } = error as Error & { readonly stdout?: string };
    const broken = stdout.split('\n').filter((line) => /^(BROKEN|WRONG)/.test(line));
    return broken.length > 0 ? broken : [message];
  }
}

/** Runs a built program over a database. @returns what it wrote. */
async function run(databaseUrl: string, program: string, ...args: readonly string[]): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, DATABASE_URL: databaseUrl };
  const main = join(PROGRAMS, program, 'main.js');
  return (await promisify(execFile)(process.execPath, [main, ...args], { env })).stdout;
}

async function linesOf(path: string): Promise<number> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').length - 1;
}
